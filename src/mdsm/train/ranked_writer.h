#pragma once

#include "mdsm/train/run_writer.h"

namespace mdsm {

/// A writer for the ranks of a job (parallel/job.h): the leading rank's alone reads and writes, and the others hear of
/// it. What it cannot write ends the job.
class RankedWriter final : public RunWriter {
 public:
  /// \param inner  of every rank, used on the one that leads
  explicit RankedWriter(std::shared_ptr<RunWriter> inner) : inner_(std::move(inner)) {}

  std::string begin(const Experiment& experiment) override;
  void hold() override;
  void release() override;
  std::shared_ptr<const DataMoments> moments(const Source& data, int64_t rank) override;
  bool read_state(TrainState& state, const Parameters& names) override;
  void write_state(const TrainState& state, const Parameters& names) override;
  std::string state_place() const override { return inner_->state_place(); }
  std::optional<std::filesystem::path> write_checkpoint(const Energy& average, int64_t step, const DataMoments* moments,
                                                        EnergyOrigin origin) override;

 private:
  std::shared_ptr<RunWriter> inner_;
};

}  // namespace mdsm
