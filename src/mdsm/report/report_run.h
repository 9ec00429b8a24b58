#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mdsm/run/checkpoint.h"
#include "mdsm/run/metrics_reader.h"
#include "mdsm/run/run_directory.h"

namespace mdsm::report {

/// A trained energy and what is known of how it came about.
struct ReportRun {
  std::string name;  ///< as it was named: a path, or that of a shipped model
  TrainedEnergy trained;
  std::optional<RunDirectory> directory;  ///< nothing: a checkpoint by itself
  RunLog log;                             ///< empty without a directory

  const Experiment& experiment() const { return trained.experiment; }
  int64_t parameter_count() const;
  /// Whether data are images that can be shown: (C, H, W) of one or three channels.
  bool has_images() const;

  /// A grid of samples that training wrote.
  struct Grid {
    int64_t step = 0;
    std::filesystem::path file;  ///< a .png or, for data that are no images, a .npy
  };
  /// In the order of the steps.
  std::vector<Grid> grids() const;
};

/// Reads a run directory, a checkpoint (one in a run directory knows its run), or a shipped model by its name.
/// \throws Error as load_trained_energy does
ReportRun read_report_run(const std::filesystem::path& run, Weights weights, Precision precision);

}  // namespace mdsm::report
