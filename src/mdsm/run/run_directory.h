#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mdsm {

/// Names of the files of a run.
///
///     experiment.toml  log.txt  metrics.jsonl  events.out.tfevents.*  samples/000500.png
///     checkpoint-000500.safetensors  training-state.safetensors  training-state-previous.safetensors
///     moments.safetensors  lock
class RunDirectory {
 public:
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path experiment_file() const { return path_ / "experiment.toml"; }
  std::filesystem::path log_file() const { return path_ / "log.txt"; }
  std::filesystem::path metrics_file() const { return path_ / "metrics.jsonl"; }
  std::filesystem::path state_file() const { return path_ / "training-state.safetensors"; }
  /// The state before that one, kept for when it is damaged.
  std::filesystem::path previous_state_file() const { return path_ / "training-state-previous.safetensors"; }
  /// Mean and covariance of the training data, fitted once: what every checkpoint carries.
  std::filesystem::path moments_file() const { return path_ / "moments.safetensors"; }
  std::filesystem::path checkpoint_file(int64_t step) const;
  std::filesystem::path sample_file(int64_t step) const;

  bool has_state() const { return std::filesystem::exists(state_file()); }
  /// Whether a training was begun here, be its newest state lost.
  bool is_begun() const { return has_state() || std::filesystem::exists(previous_state_file()); }
  /// Every checkpoint, in the order of the steps.
  std::vector<std::filesystem::path> checkpoints() const;
  /// The checkpoint of the largest step.
  /// \throws Error if there is none
  std::filesystem::path newest_checkpoint() const;

  /// Makes the folder and its sub-folders.
  /// \throws Error (failure) if it cannot
  void create() const;

  /// "parent/00007-name": the first number that is free.
  static RunDirectory next(const std::filesystem::path& parent, const std::string& name);

 private:
  std::filesystem::path path_;
};

}  // namespace mdsm
