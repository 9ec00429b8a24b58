#pragma once

#include <cstdint>

namespace mdsm {

/// Watches the gradient's norm for an explosion: a value that is not finite, or far above the usual.
///
/// The usual is the mean of log(norm) over the last hundred updates or so (an exponential average with decay 0.98). It is
/// part of the training state, so that a resumed run judges as an uninterrupted one would.
class NormWatch {
 public:
  /// \param factor  how many times the usual is an explosion; 0: only what is not finite
  explicit NormWatch(double factor) : factor_(factor) {}

  /// Whether an update with this loss and gradient norm must not be made.
  bool is_explosion(double loss, double norm) const;
  /// Learns from a good update.
  void record(double norm);

  /// What must be kept to go on: mean of the logarithm, and updates seen.
  struct State {
    double log_mean = 0;
    int64_t count = 0;
  };
  const State& state() const { return state_; }
  void restore(const State& state) { state_ = state; }
  /// exp of the mean of log(norm); 0 before the first update.
  double usual() const;

 private:
  /// Updates before the mean is trusted.
  static constexpr int64_t kWarmup = 20;
  double factor_;
  State state_;
};

}  // namespace mdsm
