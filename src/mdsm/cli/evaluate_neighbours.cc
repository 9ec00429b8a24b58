// mdsm evaluate RUN neighbours: does the model repeat its training data?

#include "mdsm/base/error.h"
#include "mdsm/cli/evaluation_parts.h"
#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/digit_network.h"
#include "mdsm/evaluate/kolmogorov_smirnov.h"
#include "mdsm/evaluate/neighbours.h"
#include "mdsm/evaluate/squeezenet.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/png.h"

namespace mdsm::cli {
namespace {

constexpr int64_t kRows = 16;  // of the picture

struct Arguments {
  SamplerArguments sampler;
  int64_t neighbours = 8;
  std::string features = "pixels";
  std::string grid;
};

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
  const Tensor q = at::quantile(nearest, at::tensor({0.05, 0.25, 0.5, 0.75, 0.95}, at::kDouble));
  return {{"queries", what},
          {"n", nearest.size(0)},
          {"smallest", nearest.min().item<double>()},
          {"q05", q[0].item<double>()},
          {"q25", q[1].item<double>()},
          {"median", q[2].item<double>()},
          {"q75", q[3].item<double>()},
          {"q95", q[4].item<double>()}};
}

Tensor queries_of(EvaluationContext& context, const SampleOptions& sampler, int64_t count, const PartStore& parts) {
  if (context.options.images.empty()) return drawn_samples(context, sampler, count, parts).clamp(0, 1);
  const auto data = data_of(context, context.options.images, Split::test);
  return data->read(index_range(0, std::min(count, data->size())));
}

Neighbours neighbours_of(EvaluationContext& context, const Tensor& queries, const Source& training, int64_t k,
                         const FeatureMap& features, const std::string& name, const PartStore& parts) {
  const PassOptions pass{context.batch_or(2000), context.terminal.pass_progress(name + ": looked at", training.size())};
  const std::vector<NamedArray> part = parts.get("neighbours-of-" + name, [&]() -> std::vector<NamedArray> {
    const Neighbours found = nearest_neighbours(queries, training, k, features, pass);
    return {{"indices", found.indices}, {"distances", found.distances}};
  });
  return {array_of(part, "indices"), array_of(part, "distances")};
}

Results measure(EvaluationContext& context, const Arguments& arguments) {
  const TrainedEnergy& trained = context.trained();
  require(arguments.grid.empty() || trained.energy->datum_shape().size() == 3,
          "--grid: data of shape {} are no images.", to_text(trained.energy->datum_shape()));
  const auto training = data_of(context, context.options.reference, Split::train);
  require(training->size() != Source::kEndless, "{}: these data never end. Name a finite set with --reference.",
          training->info().name);
  const auto test = load_source(trained.experiment.data, Split::test);
  const int64_t count = context.count_or(100), k = arguments.neighbours;
  const SampleOptions sampler = sampler_of(context, arguments.sampler);
  const FeatureMap features = feature_map(arguments.features, trained.energy->datum_shape());
  const PartStore parts = parts_of(context, "neighbours",
                                   {{"n", count},
                                    {"k", k},
                                    {"features", arguments.features},
                                    {"images", context.options.images},
                                    {"training", name_of(*training)},
                                    {"sample", identity_of(sampler)}});
  const Tensor queries = queries_of(context, sampler, count, parts);
  const Tensor held_out = test->read(index_range(0, std::min(count, test->size())));
  const Neighbours of_queries = neighbours_of(context, queries, *training, k, features, "samples", parts);
  const Neighbours of_test = neighbours_of(context, held_out, *training, k, features, "test", parts);
  if (!arguments.grid.empty()) {
    const Tensor rows = queries_with_neighbours(queries, *training, of_queries, kRows);
    write_png(arguments.grid, image_grid(to_uint8(rows), of_queries.indices.size(1) + 1));
  }
  const Tensor nearest = of_queries.distances.select(1, 0), usual = of_test.distances.select(1, 0);
  const KolmogorovSmirnov shift = kolmogorov_smirnov(nearest, usual);
  Results results{{"measure", "euclidean, " + (arguments.features == "pixels" ? "pixels in [0, 1]"
                                                                              : "features of " + arguments.features)},
                  {"training", name_of(*training)},
                  {"n_training", training->size()},
                  {"n", queries.size(0)},
                  {"median_ratio", nearest.median().item<double>() / usual.median().item<double>()},
                  {"kolmogorov_smirnov", shift.distance},
                  {"kolmogorov_smirnov_p", shift.p_value},
                  {"exact_copies", (nearest < 1e-3).sum().item<int64_t>()}};
  const std::string what = context.options.images.empty() ? "samples" : context.options.images;
  results.set("nearest", std::vector<ResultRow>{row_of(what, nearest), row_of("test", usual)});
  results.note("copies of training data would be nearer to them than test data are: median_ratio well below 1.");
  return results;
}

std::function<Results(EvaluationContext&)> declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  add_sampler_options(app, arguments->sampler);
  app.add_option("-k,--neighbours", arguments->neighbours, "neighbours of each")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--features", arguments->features, "distances between pixels, or features of digits or squeezenet")
      ->check(CLI::IsMember({"pixels", "digits", "squeezenet"}))
      ->capture_default_str();
  app.add_option("--grid", arguments->grid, "picture X.png: in each row a sample and its nearest training images");
  return [arguments](EvaluationContext& context) { return measure(context, *arguments); };
}

}  // namespace

const Evaluation kEvaluateNeighbours{
    "neighbours", "Nearest training data (--reference) of samples or --images, and of test data beside them.",
    "runs/a neighbours -n 100 --grid neighbours.png", "samples, and as many test data [100]", declare};

}  // namespace mdsm::cli
