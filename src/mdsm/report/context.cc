#include <fmt/format.h>

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/base/seeds.h"
#include "mdsm/report/sections.h"
#include "mdsm/sample/draw.h"
#include "mdsm/train/trainer.h"

namespace mdsm {

ReportContext::ReportContext(const ReportOptions& told, Page& written) : options(told), page(written) {
  require(told.count >= 1 && told.samples >= 1, "report: {} data and {} samples (expected at least 1 of each).",
          told.count, told.samples);
  runs.push_back(read_report_run(told.run, told.weights, told.precision));
  for (const std::filesystem::path& other : told.compare)
    runs.push_back(read_report_run(other, told.weights, told.precision));
}

std::shared_ptr<const Source> ReportContext::loaded(std::shared_ptr<const Source>& source, const Load& load) {
  if (source) return source;
  try {
    source = load();
  } catch (const Error& error) {
    if (error.fault() == Fault::interrupted) throw;
    page.paragraph(fmt::format("Left out, as data are missing: {}", error.what()));
  }
  return source;
}

std::shared_ptr<const Source> ReportContext::training_data() {
  return loaded(training_, [this] { return load_training_data(run().experiment()).train; });
}

std::shared_ptr<const Source> ReportContext::unseen_data() {
  return loaded(unseen_, [this] { return load_unseen_data(run().experiment()); });
}

int64_t ReportContext::count_of(const Source& data) const { return std::min(options.count, data.size()); }

std::function<bool(int64_t)> ReportContext::pass_progress(const std::string& what, int64_t total) const {
  return [this, what, total](int64_t done) {
    progress(what, static_cast<double>(done) / static_cast<double>(total));
    return true;
  };
}

const Tensor& ReportContext::samples() {
  if (samples_) return *samples_;
  const std::vector<uint64_t> seeds = consecutive_seeds(options.seed, options.samples);
  const Watch watch([this](double fraction, std::string_view) { progress("drawing samples", fraction); });
  samples_ =
      draw_samples(energy(), run().experiment().sample, run().trained.sample_context(), seeds, {}, watch).samples;
  return *samples_;
}

void ReportContext::progress(const std::string& what, double fraction_of_section) const {
  if (!options.progress) return;
  const auto [number, of] = section_;
  options.progress((static_cast<double>(number) + fraction_of_section) / static_cast<double>(of), what);
}

std::shared_ptr<const Source> load_unseen_data(const Experiment& experiment) {
  try {
    return load_source(experiment.data, Split::test);
  } catch (const Error&) {
    const std::shared_ptr<const Source> held_out = load_training_data(experiment).held_out;
    if (!held_out) throw;
    return held_out;
  }
}

std::string unseen_name(const Source& unseen) {
  return unseen.info().split == Split::test ? "test data" : "held-out data";
}

}  // namespace mdsm
