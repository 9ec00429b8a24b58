#include "mdsm/evaluate/evaluations/sampling.h"

#include <nlohmann/json.hpp>

#include "mdsm/formats/json_text.h"

namespace mdsm {
namespace {

constexpr int64_t kSamplesAPart = 128;  // that are kept together

}  // namespace

SampleDrawer::SampleDrawer(EvaluationContext& context, const TrainedEnergy& trained, const SamplerRequest& asked)
    : context_(context), trained_(trained), settings_(sampler_settings(trained.experiment.sample, asked)) {
  if (context.options.batch > 0) settings_.batch = context.options.batch;
}

std::string SampleDrawer::identity() const {
  SampleOptions settings = settings_;
  settings.batch = 1;  // changes speed and memory only
  OptionList options;
  options.add_table("sample", settings);
  return dump_json(parse_json<nlohmann::ordered_json>(to_json(options)).at("sample"));
}

Tensor SampleDrawer::draw(int64_t first, int64_t count, int64_t total) {
  const auto part = [total](int64_t done) { return static_cast<double>(done) / static_cast<double>(total); };
  const Watch watch = context_.watch.part(part(first), part(first + count));
  const std::vector<uint64_t> seeds = context_.seeds(count, first);
  Drawn drawn = draw_samples(*trained_.energy, settings_, trained_.sample_context(), seeds, {}, watch);
  gradients_per_sample_ = drawn.gradients_per_sample;
  const std::string refused = about_refused(drawn);
  if (!refused.empty()) context_.note(refused);
  return std::move(drawn.samples);
}

Tensor SampleDrawer::draw_all(int64_t count, const PartStore& parts) {
  Tensors samples;
  for (int64_t first = 0; first < count; first += kSamplesAPart) {
    const int64_t size = std::min(kSamplesAPart, count - first);
    const std::vector<NamedArray> part =
        parts.get(fmt::format("samples-{:06}-{}", first, size), [&]() -> std::vector<NamedArray> {
          return {{"samples", draw(first, size, count)}};
        });
    samples.push_back(array_of(part, "samples"));
  }
  return at::cat(samples);
}

}  // namespace mdsm
