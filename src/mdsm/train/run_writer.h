#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "mdsm/data/moments.h"
#include "mdsm/run/checkpoint.h"
#include "mdsm/train/state.h"

namespace mdsm {

/// Where a training keeps what must outlive it: all that a Trainer writes goes through here, so that of several
/// processes one alone writes, and a program may keep nothing.
class RunWriter {
 public:
  virtual ~RunWriter() = default;

  /// Makes the place ready for this experiment; called once, before all others.
  /// \return  what the user should know of it; mostly nothing
  /// \throws Error if there is a run of another experiment already, or Error (failure) if the place cannot be made
  virtual std::string begin(const Experiment& experiment) = 0;

  /// Takes the place for this training alone, where begin() has not, and gives it free again: a Trainer holds it from its
  /// beginning to the end of each run().
  /// \throws Error if another training holds it
  virtual void hold() {}
  virtual void release() {}

  /// Mean and covariance of the training data, fitted the first time.
  virtual std::shared_ptr<const DataMoments> moments(const Source& data, int64_t rank) = 0;

  /// Copies the state that was written last into the storage of `state`.
  /// \return whether there was one; `state` is untouched otherwise
  virtual bool read_state(TrainState& state, const Parameters& names) = 0;
  virtual void write_state(const TrainState& state, const Parameters& names) = 0;
  /// Where the state lies, for texts.
  virtual std::string state_place() const = 0;

  /// Writes a checkpoint of the moving average after `step` updates.
  /// \param moments  null: none
  /// \return  its file; nothing if there is none
  virtual std::optional<std::filesystem::path> write_checkpoint(const Energy& average, int64_t step,
                                                                const DataMoments* moments, EnergyOrigin origin) = 0;
};

/// Keeps nothing on disk: the last state alone, in memory, to which training goes back after an explosion.
class MemoryWriter final : public RunWriter {
 public:
  std::string begin(const Experiment&) override { return {}; }
  std::shared_ptr<const DataMoments> moments(const Source& data, int64_t rank) override;
  bool read_state(TrainState& state, const Parameters& names) override;
  void write_state(const TrainState& state, const Parameters& names) override;
  std::string state_place() const override { return "memory"; }
  std::optional<std::filesystem::path> write_checkpoint(const Energy&, int64_t, const DataMoments*,
                                                        EnergyOrigin) override {
    return std::nullopt;
  }

 private:
  std::optional<TrainState> state_;
};

}  // namespace mdsm
