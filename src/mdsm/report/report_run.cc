#include "mdsm/report/report_run.h"

#include <algorithm>
#include <charconv>

#include "mdsm/run/shipped_models.h"

namespace mdsm::report {
namespace fs = std::filesystem;
namespace {

std::optional<RunDirectory> directory_of(const fs::path& run) {
  if (fs::is_directory(run)) return RunDirectory(run);
  RunDirectory around(fs::absolute(run).parent_path());
  return around.has_state() ? std::optional(around) : std::nullopt;
}

}  // namespace

int64_t ReportRun::parameter_count() const {
  return energy_parameter_count(experiment().energy, trained.energy->datum_shape());
}

bool ReportRun::has_images() const {
  const Shape shape = trained.energy->datum_shape();
  return shape.size() == 3 && (shape[0] == 1 || shape[0] == 3);
}

std::vector<ReportRun::Grid> ReportRun::grids() const {
  std::vector<Grid> found;
  if (!directory) return found;
  std::error_code none;  // no folder, no grids
  for (const auto& entry : fs::directory_iterator(directory->sample_file(0).parent_path(), none)) {
    const std::string stem = entry.path().stem().string(), extension = entry.path().extension().string();
    int64_t step = 0;
    const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), step);
    const bool numbered = error == std::errc() && end == stem.data() + stem.size();
    if (numbered && (extension == ".png" || extension == ".npy")) found.push_back({step, entry.path()});
  }
  std::sort(found.begin(), found.end(), [](const Grid& a, const Grid& b) { return a.step < b.step; });
  return found;
}

ReportRun read_report_run(const fs::path& run, Weights weights, Precision precision) {
  const fs::path found = find_run(run);
  ReportRun read{.name = run.string(),
                 .trained = load_trained_energy(found, weights, precision),
                 .directory = directory_of(found),
                 .log = {}};
  if (read.directory) read.log = read_run_log(read.directory->metrics_file());
  return read;
}

}  // namespace mdsm::report
