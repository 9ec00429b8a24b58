#pragma once

#include <optional>

#include "mdsm/run/run_lock.h"
#include "mdsm/train/run_writer.h"

namespace mdsm {

/// What to do where the directory has a run that was begun with another experiment (resume.h).
enum class OtherExperiment { refuse, accept };

/// Keeps a training in a run directory: experiment, states, checkpoints and moments.
class DirectoryWriter final : public RunWriter {
 public:
  explicit DirectoryWriter(RunDirectory directory, OtherExperiment other = OtherExperiment::refuse)
      : directory_(std::move(directory)), other_(other) {}

  std::string begin(const Experiment& experiment) override;
  void hold() override;
  void release() override { lock_.reset(); }
  std::shared_ptr<const DataMoments> moments(const Source& data, int64_t rank) override;
  bool read_state(TrainState& state, const Parameters& names) override;
  void write_state(const TrainState& state, const Parameters& names) override;
  std::string state_place() const override { return directory_.state_file().string(); }
  std::optional<std::filesystem::path> write_checkpoint(const Energy& average, int64_t step, const DataMoments* moments,
                                                        EnergyOrigin origin) override;

 private:
  RunDirectory directory_;
  OtherExperiment other_;
  Experiment experiment_;
  std::optional<RunLock> lock_;
};

}  // namespace mdsm
