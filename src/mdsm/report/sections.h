#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mdsm/data/source.h"
#include "mdsm/report/report_run.h"
#include "mdsm/report/run_report.h"

namespace mdsm {

/// What the sections of a run's report have in common.
class ReportContext {
 public:
  ReportContext(const ReportOptions& told, Page& written);

  const ReportOptions& options;
  Page& page;
  std::vector<ReportRun> runs;  ///< the run, then those that it is compared with

  const ReportRun& run() const { return runs.front(); }
  const Energy& energy() const { return *run().trained.energy; }
  bool computes() const { return options.work == ReportWork::all; }
  bool compares() const { return runs.size() > 1; }

  /// What the energy was trained on, without what was held out of it, as the network sees it. Null, and a paragraph
  /// that says why, where the data are not there.
  std::shared_ptr<const Source> training_data();
  /// What it never saw: the test half or, of data without one, what was held out. Null in the same way.
  std::shared_ptr<const Source> unseen_data();
  /// The number of these data that is looked at.
  int64_t count_of(const Source& data) const;
  /// Samples by the run's own sampler, (options.samples, datum_shape...), not clamped; drawn once.
  const Tensor& samples();

  /// Says how far the section is.
  void progress(const std::string& what, double fraction_of_section) const;
  /// The same for a pass over `total` data (PassOptions::progress).
  std::function<bool(int64_t done)> pass_progress(const std::string& what, int64_t total) const;
  void begin_section(size_t number, size_t of) { section_ = {number, of}; }

 private:
  using Load = std::function<std::shared_ptr<const Source>()>;
  std::shared_ptr<const Source> loaded(std::shared_ptr<const Source>& source, const Load& load);

  std::shared_ptr<const Source> training_;
  std::shared_ptr<const Source> unseen_;
  std::optional<Tensor> samples_;
  std::pair<size_t, size_t> section_{0, 1};
};

/// The test half of an experiment's data or, if they have none, what was held out of the training half.
/// \throws Error if the data are not there, or have neither
std::shared_ptr<const Source> load_unseen_data(const Experiment& experiment);
/// "test data" or "held-out data"
std::string unseen_name(const Source& unseen);

// One file a section, in the order of the page.
void add_about(ReportContext& context);
void add_curves(ReportContext& context);
void add_sample_grids(ReportContext& context);
void add_plane_density(ReportContext& context);
void add_chain(ReportContext& context);
void add_denoising(ReportContext& context);
void add_restoration(ReportContext& context);
void add_energies(ReportContext& context);
void add_neighbours(ReportContext& context);
void add_evaluations(ReportContext& context);

}  // namespace mdsm
