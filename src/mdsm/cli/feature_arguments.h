#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mdsm/cli/evaluation_parts.h"
#include "mdsm/evaluate/feature_pass.h"
#include "mdsm/evaluate/moments.h"

namespace mdsm::cli {

/// Options of every evaluation that looks through a feature network.
struct FeatureArguments {
  std::string features = "inception";
  std::string inception;
  std::string mode = "tf";
  int64_t reference_count = 0;  ///< 0: all
  SamplerArguments sampler;
};

/// Declares them on `app`.
void add_feature_options(CLI::App& app, FeatureArguments& arguments);

/// Samples of a run that are evaluated if nothing else is said.
constexpr int64_t kDefaultSamples = 5000;
/// Images that a network sees at once if nothing else is said.
constexpr int64_t kDefaultBatch = 64;

/// One of two things that are compared: images, or what another program has made of them.
struct Side {
  std::string description;
  std::string label;                  ///< names its partial results: "images", "reference", "floor"
  std::optional<Moments> statistics;  ///< of a .npz with mu and sigma
  Tensor features;                    ///< (N, F) of a .npy with two axes; undefined otherwise
  std::optional<MeasuredSet> images;  ///< otherwise
};

/// What the two sides of one evaluation share: the network, built when the first side with images is there.
class FeatureEvaluation {
 public:
  FeatureEvaluation(EvaluationContext& context, const FeatureArguments& arguments)
      : context_(context), arguments_(arguments) {}

  /// --images, or n samples of the run.
  Side measured();
  /// n samples of an energy, which must outlive what is returned.
  Side samples_of(const TrainedEnergy& trained, int64_t count);
  /// --reference, or the test half of the run's data.
  /// \throws Error if there is neither
  Side reference();
  /// As many training images of the data that the reference is of.
  Side floor(int64_t count);

  Moments moments(const Side& side);
  /// (N, F) features or (N, L) logits.
  /// \throws Error if the side is statistics only
  Tensor rows(const Side& side, FeatureOutputs wanted);

  /// Which network and mode, what was measured and against what; notes on grey images.
  Results conventions(const Side& measured, const Side* reference) const;

 private:
  const FeatureNetwork& network();
  Side side_of(const std::string& text, const std::string& label, int64_t count);
  /// The data that the text names, prepared as the run's own are.
  std::shared_ptr<const Source> load(const std::string& text);
  void pass(const Side& side, FeatureOutputs wanted, const std::function<void(const Tensor&)>& sink);

  EvaluationContext& context_;
  const FeatureArguments& arguments_;
  std::unique_ptr<FeatureNetwork> network_;
};

}  // namespace mdsm::cli
