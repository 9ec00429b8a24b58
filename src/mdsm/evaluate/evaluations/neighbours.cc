#include "mdsm/evaluate/evaluations/neighbours.h"

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/subset_source.h"
#include "mdsm/evaluate/digit_network.h"
#include "mdsm/evaluate/distribution.h"
#include "mdsm/evaluate/neighbour_comparison.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/squeezenet.h"
#include "mdsm/evaluate/units.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/places.h"

namespace mdsm {
namespace {

constexpr int64_t kRows = 16;  // of the picture
constexpr int64_t kQueries = 100;

/// What distances are measured between.
FeatureMap feature_map(const std::string& name, const Shape& datum_shape) {
  if (name == "pixels") return pixel_features;
  std::shared_ptr<const FeatureNetwork> network;
  if (name == "digits") network = std::make_shared<DigitNetwork>(DigitNetwork::shipped());
  else network = std::make_shared<SqueezeNet>(SqueezeNet::shipped(ResizeMode::tf));
  network->require_images(datum_shape);
  return [network](const Tensor& x) { return network->run(to_uint8(x), FeatureOutputs::features).features; };
}

/// Distances of one kind of query to the nearest training datum.
ResultRow row_of(const std::string& what, const Tensor& nearest) {
  const Distribution d = distribution_of(nearest);
  return {{"queries", what}, {"n", d.count},       {"smallest", d.least}, {"q05", d.q05},
          {"q25", d.q25},    {"median", d.median}, {"q75", d.q75},        {"q95", d.q95}};
}

/// `count` data of a source, or all where there are fewer.
Tensor some_of(EvaluationContext& context, const std::shared_ptr<const Source>& data, int64_t count) {
  const auto some = subset_source(data, std::min(count, data->size()), context.options.seed);
  return some->read(index_range(0, some->size()));
}

Tensor queries_of(EvaluationContext& context, SampleDrawer& drawer, int64_t count, const PartStore& parts) {
  if (context.options.images.empty()) return drawer.draw_all(count, parts).clamp(0, 1);
  return some_of(context, context.test_data(), count);
}

}  // namespace

Results evaluate_neighbours(EvaluationContext& context, const NeighboursOptions& options) {
  const Shape& shape = context.energy().datum_shape();
  require(options.grid.empty() || shape.size() == 3, "grid: data of shape {} are no images.", to_text(shape));
  if (!options.grid.empty()) require_file_place("grid", options.grid, {".png"});
  const auto training = context.training_data();
  require(options.neighbours <= training->size(), "neighbours = {}: {} has {} data. Ask for fewer neighbours.",
          options.neighbours, training->info().name, training->size());
  require(training->size() != Source::kEndless, "{}: these data never end. Name a finite set as the reference.",
          training->info().name);
  const int64_t count = context.count_or(kQueries);
  SampleDrawer drawer(context, context.trained(), options.sampler);
  const PartStore parts = context.parts("neighbours", {{"n", to_json(count)},
                                                       {"k", to_json(options.neighbours)},
                                                       {"features", to_json(options.features)},
                                                       {"images", to_json(context.options.images)},
                                                       {"training", to_json(name_of(*training))},
                                                       {"n_training", to_json(training->size())},
                                                       {"chosen", to_json("by the seed")},
                                                       {"sample", drawer.identity()}});
  const Tensor queries = queries_of(context, drawer, count, parts);
  const auto test = load_unseen_data(context.trained().experiment);
  context.take_notes(*test);
  const Tensor unseen = some_of(context, test, count);
  const NeighbourSearch search{.training = *training,
                               .neighbours = options.neighbours,
                               .features = feature_map(options.features, shape),
                               .block = context.batch_or(kNeighbourBlock)};
  const NeighbourComparison found = compare_neighbours(queries, unseen, search, parts, context.watch);
  if (!options.grid.empty()) {
    const Tensor rows = queries_with_neighbours(queries, *training, found.of_queries, kRows);
    context.write_picture(options.grid, image_grid(to_uint8(rows), options.neighbours + 1));
  }
  const bool pixels = options.features == "pixels";
  Results results{{"measure", "euclidean, " + (pixels ? coordinate_unit(shape) : "features of " + options.features)},
                  {"training", name_of(*training)},
                  {"n_training", training->size()},
                  {"n", queries.size(0)},
                  {"median_ratio", found.median_ratio},
                  {"kolmogorov_smirnov", found.shift.distance},
                  {"kolmogorov_smirnov_p", found.shift.p_value},
                  {"exact_copies", found.exact_copies}};
  const std::string what = context.options.images.empty() ? "samples" : context.options.images;
  results.set("nearest", std::vector<ResultRow>{row_of(what, found.nearest_of_queries()),
                                                row_of("test", found.nearest_of_unseen())});
  results.note("copies of training data would be nearer to them than test data are: median_ratio well below 1.");
  return results;
}

}  // namespace mdsm
