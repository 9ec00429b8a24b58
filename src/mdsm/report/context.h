#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/data/source.h"
#include "mdsm/report/make_report.h"
#include "mdsm/report/report_run.h"

namespace mdsm::report {

/// What the sections of a run's report have in common.
class ReportContext {
 public:
  ReportContext(const ReportOptions& told, Page& written, const Watch& hearing);

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
  /// The part of these data that is looked at: options.count of them or, where that is less, `most`; chosen by the seed
  /// (data/subset.h).
  std::shared_ptr<const Source> chosen(const std::shared_ptr<const Source>& data,
                                       int64_t most = Source::kEndless) const;
  /// Samples by the run's own sampler, (options.samples, datum_shape...), not clamped; drawn once.
  const Tensor& samples();

  /// The watch of a part of the section: its own fraction of the whole report, and `what` as text.
  Watch watch(const std::string& what) const;
  void begin_section(size_t number, size_t of) { section_ = {number, of}; }

 private:
  using Load = std::function<std::shared_ptr<const Source>()>;
  std::shared_ptr<const Source> loaded(std::shared_ptr<const Source>& source, const Load& load);

  std::shared_ptr<const Source> training_;
  std::shared_ptr<const Source> unseen_;
  std::optional<Tensor> samples_;
  Watch watch_;
  std::pair<size_t, size_t> section_{0, 1};
};

}  // namespace mdsm::report
