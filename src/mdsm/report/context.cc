#include "mdsm/report/context.h"

#include <fmt/format.h>

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/base/seeds.h"
#include "mdsm/data/subset_source.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/sample/draw.h"

namespace mdsm::report {

ReportContext::ReportContext(const ReportOptions& told, Page& written, const Watch& hearing)
    : options(told), page(written), watch_(hearing) {
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
  return loaded(training_, [this] { return load_seen_data(run().experiment()); });
}

std::shared_ptr<const Source> ReportContext::unseen_data() {
  return loaded(unseen_, [this] { return load_unseen_data(run().experiment()); });
}

std::shared_ptr<const Source> ReportContext::chosen(const std::shared_ptr<const Source>& data, int64_t most) const {
  return subset_source(data, std::min({options.count, data->size(), most}), options.seed);
}

const Tensor& ReportContext::samples() {
  if (samples_) return *samples_;
  const std::vector<uint64_t> seeds = consecutive_seeds(options.seed, options.samples);
  const SampleOptions& sampler = run().experiment().sample;
  const SampleContext known = run().trained.sample_context();
  samples_ = draw_samples(energy(), sampler, known, seeds, {}, watch("drawing samples")).samples;
  return *samples_;
}

Watch ReportContext::watch(const std::string& what) const {
  const auto part = [of = section_.second](size_t number) {
    return static_cast<double>(number) / static_cast<double>(of);
  };
  return watch_.part(part(section_.first), part(section_.first + 1), what);
}

}  // namespace mdsm::report
