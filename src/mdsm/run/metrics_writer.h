#pragma once

#include <cstdint>
#include <filesystem>

#include "mdsm/formats/append_file.h"
#include "mdsm/run/metrics.h"

namespace mdsm {

/// Writes a run's metrics.jsonl, one JSON object a line; read_run_log (metrics_reader.h) reads it.
class MetricsWriter {
 public:
  /// Opens the file, or makes it. An existing one keeps the past of a resumed run only: lines whose "step" lies after
  /// `resume_step` are dropped, as is a last line that was cut short. The file is replaced as a whole or not at all.
  /// \param resume_step  the step of the checkpoint that training goes on from; -1 keeps no step
  /// \throws Error(request) if a line before the last is no JSON object, or the folder does not exist
  /// \throws Error(failure) if the file cannot be written
  MetricsWriter(std::filesystem::path path, int64_t resume_step);

  const std::filesystem::path& path() const { return file_.path(); }

  /// Writes one line. It is in the file when the call returns, whole or, if the disk is full, not at all. Numbers that
  /// are not finite are written as null, which is all that JSON has for them; doubles keep every bit.
  /// \throws Error(failure)
  void write(const Metrics& metrics);
  /// Writes that a process begins to train.
  void write_start(TrainingStart start);

 private:
  AppendFile file_;
};

}  // namespace mdsm
