#include "mdsm/evaluate/evaluations/modes.h"

#include <functional>

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/digit_network.h"
#include "mdsm/evaluate/mode_coverage.h"
#include "mdsm/formats/image_grid.h"

namespace mdsm {
namespace {

constexpr int64_t kSamples = 8000;    // as in the paper
constexpr int64_t kClassified = 500;  // at once

/// Modes of images that come in parts; `read(first, count)` gives one.
Tensor modes_of(int64_t count, const std::function<Tensor(int64_t, int64_t)>& read, const Watch& watch) {
  const DigitNetwork network = DigitNetwork::shipped();
  const DigitClassifier classify = [&network](const Tensor& x) { return network.classify(to_uint8(x)); };
  Tensors modes;
  for (int64_t first = 0; first < count; first += kClassified) {
    const int64_t size = std::min(kClassified, count - first);
    modes.push_back(stacked_modes(read(first, size), classify));
    watch.update(first + size, count, "classified");
  }
  return at::cat(modes);
}

Tensor modes_of_images(EvaluationContext& context, int64_t count) {
  const auto data = context.chosen(context.test_data(), count);
  return modes_of(
      data->size(), [&](int64_t first, int64_t size) { return data->read(index_range(first, size)); }, context.watch);
}

Tensor modes_of_samples(EvaluationContext& context, SampleDrawer& drawer, int64_t count) {
  const PartStore parts = context.parts("modes", {{"n", to_json(count)}, {"sample", drawer.identity()}});
  const Tensor samples = drawer.draw_all(count, parts);
  return modes_of(
      count, [&](int64_t first, int64_t size) { return samples.narrow(0, first, size); }, context.watch);
}

}  // namespace

Results evaluate_modes(EvaluationContext& context, const ModesOptions& options) {
  const Shape& shape = context.energy().datum_shape();
  require(shape.size() == 3 && shape[0] == 3,
          "modes: the run's data have shape {} (stacked MNIST has three channels). Use a run trained on stacked-mnist.",
          to_text(shape));
  const int64_t count = context.count_or(kSamples);
  const bool drawn = context.options.images.empty();
  SampleDrawer drawer(context, context.trained(), options.sampler);
  const ModeCoverage found =
      mode_coverage(drawn ? modes_of_samples(context, drawer, count) : modes_of_images(context, count));
  Results results{{"n", found.samples},
                  {"images", drawn ? "samples" : context.options.images},
                  {"modes", found.modes},
                  {"modes_of", kStackedModes},
                  {"reverse_kl", found.reverse_kl},
                  {"perfect_modes", found.expected_modes},
                  {"perfect_reverse_kl", found.expected_kl},
                  {"classifier", "digits"}};
  if (drawn) results.set("sampler", drawer.settings().sampler);
  results.note("reverse_kl is in nats; perfect_* are what a perfect sampler gives with as many samples.");
  return results;
}

}  // namespace mdsm
