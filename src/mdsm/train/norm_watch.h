#pragma once

#include <cstdint>

namespace mdsm {

/// Watches training for an explosion: a loss or gradient norm that is not finite, or a norm far above the usual while
/// the loss is above twice its usual. (A norm alone is no sign: it rises a thousandfold when a fresh network starts to
/// learn.)
///
/// The usual is the mean of the logarithm over the last fifty updates or so (an exponential average with decay 0.98).
/// It is part of the training state, so that a resumed run judges as an uninterrupted one would.
class NormWatch {
 public:
  /// \param factor  how many times the usual is an explosion; 0: only what is not finite
  explicit NormWatch(double factor) : factor_(factor) {}

  /// Whether an update with this loss and gradient norm must not be made.
  bool is_explosion(double loss, double norm) const;
  /// Learns from a good update.
  void record(double loss, double norm);

  /// What must be kept to go on: means of the logarithms, and updates seen.
  struct State {
    double log_loss = 0;
    double log_norm = 0;
    int64_t count = 0;
  };
  const State& state() const { return state_; }
  void restore(const State& state) { state_ = state; }
  /// exp of the mean of log(norm); 0 before the first update.
  double usual() const;

 private:
  /// Updates before the means are trusted.
  static constexpr int64_t kWarmup = 20;
  double factor_;
  State state_;
};

}  // namespace mdsm
