#include "mdsm/cli/feature_arguments.h"

#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/data/memory_source.h"
#include "mdsm/data/readers/array.h"
#include "mdsm/evaluate/digit_network.h"
#include "mdsm/evaluate/inception.h"
#include "mdsm/evaluate/squeezenet.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/npy_header.h"
#include "mdsm/formats/sha256.h"

namespace mdsm::cli {
namespace {

bool is_statistics(const std::string& path) {
  if (!path.ends_with(".npz") || !std::filesystem::is_regular_file(path)) return false;
  const std::vector<std::string> names = npz_names(path);
  const auto has = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  return has("mu") && has("sigma");
}

/// A .npy with two axes: rows of features. (Images have three or four.)
bool is_features(const std::string& path) {
  if (!path.ends_with(".npy") || !std::filesystem::is_regular_file(path)) return false;
  const InputFile file(path);
  std::string start(static_cast<size_t>(std::min(file.size(), kNpyHeaderLimit)), '\0');
  file.read(0, start.data(), static_cast<int64_t>(start.size()));
  return parse_npy_header(start, path).shape.size() == 2;
}

std::unique_ptr<FeatureNetwork> network_of(const FeatureArguments& arguments) {
  const ResizeMode mode = resize_mode(arguments.mode);
  if (arguments.features == "digits") return std::make_unique<DigitNetwork>(DigitNetwork::shipped());
  if (arguments.features == "squeezenet") return std::make_unique<SqueezeNet>(SqueezeNet::shipped(mode));
  require(!arguments.inception.empty(),
          "--features inception: its weights do not come with mdsm. Pass them as a TorchScript file, --inception "
          "inception-2015-12-05.pt, or choose --features digits (digit images) or squeezenet (photographs).");
  return inception_network(arguments.inception, mode);
}

Tensor read_feature_rows(const std::string& path) {
  const Tensor features = read_npy(path);
  require(features.is_floating_point() && features.size(0) >= 1 && at::isfinite(features).all().item<bool>(),
          "{}: features must be finite numbers in floating point, one row a datum; here are {} of {}.", path,
          to_text(features.sizes()), toString(features.scalar_type()));
  return features;
}

}  // namespace

void add_feature_options(CLI::App& app, FeatureArguments& arguments) {
  app.add_option("--features", arguments.features,
                 "network: inception (needs --inception), squeezenet (photographs) or digits")
      ->check(CLI::IsMember({"inception", "squeezenet", "digits"}))
      ->capture_default_str();
  app.add_option("--inception", arguments.inception, "Inception-v3 as a TorchScript file: inception-2015-12-05.pt");
  app.add_option("--resize-mode", arguments.mode, "tf (torch-fidelity), pytorch (pytorch-fid) or clean (clean-fid)")
      ->check(CLI::IsMember(resize_mode_names()))
      ->capture_default_str();
  app.add_option("--reference-n", arguments.reference_count, "images of the reference, chosen by --seed [all]")
      ->check(CLI::PositiveNumber);
  add_sampler_options(app, arguments.sampler);
}

const FeatureNetwork& FeatureEvaluation::network() {
  if (!network_) network_ = network_of(arguments_);
  return *network_;
}

std::shared_ptr<const Source> FeatureEvaluation::load(const std::string& text) {
  // Samples overshoot a little, and are quantised before anything is measured.
  const std::string extension = std::filesystem::path(text).extension();
  if ((extension == ".npy" || extension == ".npz") && std::filesystem::exists(text))
    return std::make_shared<MemorySource>(text, Split::test, read_array(text, OutOfRange::clamped));
  if (!context_.has_run()) {
    const DataName named = parse_data_name(text, Split::test);
    DataOptions options;
    options.name = named.name;
    return load_source(options, named.split);
  }
  const TrainedEnergy& trained = context_.trained();
  return load_named_data(trained.experiment.data, text, trained.energy->datum_shape());
}

Side FeatureEvaluation::side_of(const std::string& text, const std::string& label, int64_t count) {
  Side side{text, label, {}, {}, {}};
  if (is_statistics(text)) {
    side.statistics = read_moments(text);
  } else if (is_features(text)) {
    side.features = read_feature_rows(text);
    require(count <= side.features.size(0), "{}: {} rows asked for (there are {}). Lower --n.", text, count,
            side.features.size(0));
    if (count > 0) side.features = side.features.narrow(0, 0, count);
  } else {
    side.images = measured_source(load(text), count, context_.options.seed);
    side.description = side.images->description;
    network().require_images(side.images->datum_shape);
  }
  return side;
}

Side FeatureEvaluation::measured() {
  if (!context_.options.images.empty()) return side_of(context_.options.images, "images", context_.options.count);
  return samples_of(context_.trained(), context_.count_or(kDefaultSamples));
}

Side FeatureEvaluation::samples_of(const TrainedEnergy& trained, int64_t count) {
  const SampleOptions sampler = sampler_of(trained, arguments_.sampler);
  Experiment described = trained.experiment;
  described.sample = sampler;
  MeasuredSet set;
  set.description = fmt::format("samples of {}", trained.file.string());
  // The batch and the number of samples do not change what a seed gives.
  described.sample.batch = 1;
  set.identity =
      fmt::format("samples from seed {} of the checkpoint with SHA-256 {}, {} weights, by {}", context_.options.seed,
                  sha256_of_file(trained.file), trained.weights == Weights::raw ? "raw" : "average",
                  nlohmann::json::parse(to_json(described)).at("sample").dump());
  set.count = count;
  set.datum_shape = trained.energy->datum_shape();
  set.read = [this, &trained, sampler, count](int64_t first, int64_t part) {
    return to_uint8(context_.draw(trained, context_.seeds(part, first), sampler, first, count));
  };
  network().require_images(set.datum_shape);
  return {set.description, fmt::format("samples-{:06}", trained.step), {}, {}, set};
}

Side FeatureEvaluation::reference() {
  const std::string& named = context_.options.reference;
  require(!named.empty() || context_.has_run(),
          "nothing to compare with. Name it: --reference SET, a folder, an array, statistics.npz or features.npy.");
  return side_of(named.empty() ? context_.trained().experiment.data.name : named, "reference",
                 arguments_.reference_count);
}

Side FeatureEvaluation::floor(int64_t count) {
  const std::string text =
      context_.options.reference.empty() ? context_.trained().experiment.data.name : context_.options.reference;
  const DataName named = parse_data_name(text, Split::test);
  require(named.split == Split::test,
          "--floor: {} is training data, or has no halves; the floor compares training images with the test half. Name "
          "test data as --reference.",
          text);
  DataOptions options;
  if (context_.has_run()) options = context_.trained().experiment.data;
  options.name = named.name;
  Side side{"", "floor", {}, {}, measured_source(load_source(options, Split::train), count, context_.options.seed)};
  side.description = side.images->description;
  return side;
}

void FeatureEvaluation::pass(const Side& side, FeatureOutputs wanted, const std::function<void(const Tensor&)>& sink) {
  FeaturePass options;
  options.batch = context_.batch_or(kDefaultBatch);
  options.folder = context_.out_folder();
  options.label = side.label;
  options.progress = context_.terminal.pass_progress(fmt::format("{}: measured", side.description), side.images->count);
  run_features(network(), wanted, *side.images, options, sink);
}

Moments FeatureEvaluation::moments(const Side& side) {
  if (side.statistics) return *side.statistics;
  if (side.features.defined()) return moments_of(side.features);
  MomentAccumulator accumulator;
  pass(side, FeatureOutputs::features, [&](const Tensor& part) { accumulator.add(part); });
  return accumulator.moments();
}

Tensor FeatureEvaluation::rows(const Side& side, FeatureOutputs wanted) {
  require(!side.statistics, "{}: statistics are enough for fid only. Name images, or features as .npy.",
          side.description);
  if (side.features.defined()) return side.features;
  Tensors parts;
  pass(side, wanted, [&](const Tensor& part) { parts.push_back(part); });
  return at::cat(parts);
}

Results FeatureEvaluation::conventions(const Side& measured, const Side* reference) const {
  Results results;
  results.set("features", network_ ? network_->name() : std::string("given"));
  results.set("resize_mode", network_ ? network_->resize_mode() : std::string("given"));
  results.set("images", measured.description);
  if (reference != nullptr) results.set("reference", reference->description);
  const auto is_grey = [](const Side* side) {
    return side != nullptr && side->images && side->images->datum_shape[0] == 1;
  };
  const bool grey = network_ && network_->takes_colour() && (is_grey(&measured) || is_grey(reference));
  if (grey)
    results.note("grey images: their channel was repeated three times; the number compares with no other of colour.");
  results.set("grey_repeated", grey);
  if (network_ && network_->name() != "inception")
    results.note(fmt::format("features of {}, not of Inception: the number compares only with others of {}.",
                             network_->name(), network_->name()));
  if (measured.label.starts_with("samples") && context_.has_run()) {
    const SampleOptions sampler = sampler_of(context_.trained(), arguments_.sampler);
    results.set("sampler", sampler.sampler);
    // Unknown where all samples were measured by an earlier call with the same --out.
    if (context_.gradients_per_sample() > 0) results.set("gradients_per_sample", context_.gradients_per_sample());
    results.set("repeats", int64_t{1});
  }
  return results;
}

}  // namespace mdsm::cli
