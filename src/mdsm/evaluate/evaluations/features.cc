#include "mdsm/evaluate/evaluations/features.h"

#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/data/load.h"
#include "mdsm/evaluate/digit_network.h"
#include "mdsm/evaluate/evaluations/given_features.h"
#include "mdsm/evaluate/inception.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/squeezenet.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/formats/sha256.h"

namespace mdsm {

std::unique_ptr<FeatureNetwork> feature_network(const FeatureOptions& options) {
  const ResizeMode mode = resize_mode(options.resize_mode);
  if (options.features == "digits") return std::make_unique<DigitNetwork>(DigitNetwork::shipped());
  if (options.features == "squeezenet") return std::make_unique<SqueezeNet>(SqueezeNet::shipped(mode));
  require(!options.inception.empty(),
          "features inception: its weights do not come with mdsm. Pass them as a TorchScript file, inception = "
          "inception-2015-12-05.pt, or choose features digits (digit images) or squeezenet (photographs).");
  return inception_network(options.inception, mode);
}

int64_t Side::count() const {
  if (statistics) return statistics->count;
  return features.defined() ? features.size(0) : images->count;
}

const FeatureNetwork& FeatureEvaluation::network() {
  if (!network_) network_ = feature_network(options_);
  return *network_;
}

std::shared_ptr<const Source> FeatureEvaluation::load(const std::string& text) {
  // Samples overshoot a little, and are quantised before anything is measured.
  if (context_.has_run()) return context_.named_data(text, OutOfRange::clamped);
  const std::shared_ptr<const Source> data = load_named_data({}, text, {}, OutOfRange::clamped);
  context_.take_notes(*data);
  return data;
}

Side FeatureEvaluation::side_of(const std::string& text, const std::string& label, int64_t count) {
  Side side{.description = text, .label = label, .statistics = {}, .features = {}, .images = {}};
  if (is_statistics(text)) {
    side.statistics = read_moments(text);
  } else if (is_features(text)) {
    side.features = read_feature_rows(text, count, context_.options.seed);
  } else {
    side.images = measured_source(load(text), count, context_.options.seed);
    side.description = side.images->description;
    network().require_images(side.images->datum_shape);
  }
  return side;
}

Side FeatureEvaluation::measured() {
  const EvaluationOptions& told = context_.options;
  if (!told.images.empty()) return side_of(told.images, "images", told.n);
  return samples_of(context_.trained(), context_.count_or(kDefaultSamples));
}

Side FeatureEvaluation::samples_of(const TrainedEnergy& trained, int64_t count) {
  const auto drawer = std::make_shared<SampleDrawer>(context_, trained, options_.sampler);
  MeasuredSet set;
  set.description = fmt::format("samples of {}", trained.file.string());
  // Keys in the order of the alphabet, as these texts have always had them: partial results are found again.
  set.identity = fmt::format("samples from seed {} of the checkpoint with SHA-256 {}, {} weights, by {}",
                             context_.options.seed, trained.file.empty() ? "none" : sha256_of_file(trained.file),
                             trained.weights == Weights::raw ? "raw" : "average",
                             dump_json(parse_json<nlohmann::json>(drawer->identity())));
  set.count = count;
  set.datum_shape = trained.energy->datum_shape();
  set.read = [drawer, count](int64_t first, int64_t part) { return to_uint8(drawer->draw(first, part, count)); };
  network().require_images(set.datum_shape);
  return {.description = set.description,
          .label = fmt::format("samples-{:06}", trained.step),
          .statistics = {},
          .features = {},
          .images = set,
          .drawer = drawer};
}

Side FeatureEvaluation::reference() {
  const std::string& named = context_.options.reference;
  require(!named.empty() || context_.has_run(),
          "nothing to compare with. Name a reference: a set, a folder, an array, statistics.npz or features.npy.");
  return side_of(named.empty() ? context_.trained().experiment.data.name : named, "reference", options_.reference_n);
}

Side FeatureEvaluation::floor(int64_t count) {
  const std::string& reference = context_.options.reference;
  const std::string text = reference.empty() ? context_.trained().experiment.data.name : reference;
  const SourceInfo unseen = load(text)->info();
  const bool held_out = unseen.half_name() == "held-out";
  require(held_out || unseen.split == Split::test,
          "floor: {} is training data, or has no halves; the floor compares training images with the test half. Name "
          "test data as the reference.",
          text);
  DataOptions options;
  if (context_.has_run()) options = context_.trained().experiment.data;
  options.name = unseen.name;
  const std::shared_ptr<const Source> training =
      held_out ? load_seen_data(context_.trained().experiment) : load_source(options, Split::train);
  const MeasuredSet set = measured_source(training, count, context_.options.seed);
  return {.description = set.description, .label = "floor", .statistics = {}, .features = {}, .images = set};
}

void FeatureEvaluation::pass(const Side& side, FeatureOutputs wanted, const std::function<void(const Tensor&)>& sink) {
  FeaturePass options;
  options.batch = context_.batch_or(kFeatureBatch);
  options.folder = context_.out_folder();
  options.label = side.label;
  run_features(network(), wanted, *side.images, options, sink, context_.watch);
}

int64_t FeatureEvaluation::feature_count(const Side& side) {
  if (side.statistics) return side.statistics->mean.size(0);
  if (side.features.defined()) return side.features.size(1);
  Shape one = side.images->datum_shape;
  one.insert(one.begin(), 1);
  return network().run(at::zeros(one, at::kByte), FeatureOutputs::features).features.size(1);
}

void FeatureEvaluation::require_alike(const Side& a, const Side& b) {
  if (a.images && b.images) return;  // one network sees both
  const int64_t of_a = feature_count(a), of_b = feature_count(b);
  require(of_a == of_b, "{} has {} features and {} {} (the two come from different networks). Measure both with one.",
          a.description, of_a, b.description, of_b);
}

Moments FeatureEvaluation::moments(const Side& side) {
  if (side.statistics) return *side.statistics;
  if (side.features.defined()) return moments_of(side.features);
  MomentAccumulator accumulator;
  pass(side, FeatureOutputs::features, [&](const Tensor& part) { accumulator.add(part); });
  return accumulator.moments();
}

void FeatureEvaluation::require_rows(const Side& side) {
  require(!side.statistics, "{}: statistics are enough for fid only. Name images, or features as .npy.",
          side.description);
}

Tensor FeatureEvaluation::rows(const Side& side, FeatureOutputs wanted) {
  require_rows(side);
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
  if (measured.drawer) {
    results.set("sampler", measured.drawer->settings().sampler);
    // Unknown where all samples were measured by an earlier call with the same folder.
    const int64_t gradients = measured.drawer->gradients_per_sample();
    if (gradients > 0) results.set("gradients_per_sample", gradients);
    results.set("repeats", int64_t{1});
  }
  return results;
}

}  // namespace mdsm
