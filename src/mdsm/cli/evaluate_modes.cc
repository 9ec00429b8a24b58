// mdsm evaluate RUN modes: how many of the 1000 modes of stacked MNIST do samples reach?

#include "mdsm/base/error.h"
#include "mdsm/cli/evaluation_parts.h"
#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/digit_network.h"
#include "mdsm/evaluate/modes.h"
#include "mdsm/formats/image_grid.h"

namespace mdsm::cli {
namespace {

constexpr int64_t kSamples = 8000;  // as in the paper
constexpr int64_t kClassified = 500;

/// Modes of images that come in parts; `read(first, count)` gives one.
Tensor modes_of(EvaluationContext& context, int64_t count, const std::function<Tensor(int64_t, int64_t)>& read) {
  const DigitNetwork network = DigitNetwork::shipped();
  const DigitClassifier classify = [&network](const Tensor& x) { return network.classify(to_uint8(x)); };
  const auto progress = context.terminal.pass_progress("classified", count);
  Tensors modes;
  for (int64_t first = 0; first < count; first += kClassified) {
    const int64_t size = std::min(kClassified, count - first);
    modes.push_back(stacked_modes(read(first, size), classify));
    if (!progress(first + size)) throw Error("modes: interrupted.", Fault::interrupted);
  }
  return at::cat(modes);
}

Results measure(EvaluationContext& context, const SamplerArguments& arguments) {
  const TrainedEnergy& trained = context.trained();
  const Shape& shape = trained.energy->datum_shape();
  require(shape.size() == 3 && shape[0] == 3,
          "modes: the run's data have shape {} (stacked MNIST has three channels). Use a run trained on stacked-mnist.",
          to_text(shape));
  const int64_t count = context.count_or(kSamples);
  const SampleOptions sampler = sampler_of(context, arguments);
  const bool drawn = context.options.images.empty();
  Tensor modes;
  if (drawn) {
    const PartStore parts = parts_of(context, "modes", {{"n", count}, {"sample", identity_of(sampler)}});
    const Tensor samples = drawn_samples(context, sampler, count, parts);
    modes = modes_of(context, count, [&](int64_t first, int64_t size) { return samples.narrow(0, first, size); });
  } else {
    const auto data = data_of(context, context.options.images, Split::test);
    require(count <= data->size(), "{}: {} data asked for (there are {}). Lower --n.", data->info().name, count,
            data->size());
    modes = modes_of(context, count, [&](int64_t first, int64_t size) { return data->read(index_range(first, size)); });
  }
  const ModeCoverage found = mode_coverage(modes);
  Results results{{"n", found.samples},
                  {"images", drawn ? "samples" : context.options.images},
                  {"modes", found.modes},
                  {"modes_of", kStackedModes},
                  {"reverse_kl", found.reverse_kl},
                  {"perfect_modes", found.expected_modes},
                  {"perfect_reverse_kl", found.expected_kl},
                  {"classifier", "digits"}};
  if (drawn) results.set("sampler", sampler.sampler);
  results.note("reverse_kl is in nats; perfect_* are what a perfect sampler gives with as many samples.");
  return results;
}

std::function<Results(EvaluationContext&)> declare(CLI::App& app) {
  auto arguments = std::make_shared<SamplerArguments>();
  add_sampler_options(app, *arguments);
  return [arguments](EvaluationContext& context) { return measure(context, *arguments); };
}

}  // namespace

const Evaluation kEvaluateModes{"modes", "Modes of stacked MNIST that samples (or --images) reach, of 1000.",
                                "runs/stacked modes -n 8000 --out runs/stacked/modes", "samples [8000]", declare};

}  // namespace mdsm::cli
