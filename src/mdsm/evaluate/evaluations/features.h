#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mdsm/evaluate/evaluations/sampling.h"
#include "mdsm/evaluate/feature_pass.h"
#include "mdsm/evaluate/moments.h"
#include "mdsm/evaluate/resample.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

/// What every evaluation that looks through a feature network may be told.
struct FeatureOptions {
  std::string features = "inception";
  std::string inception;
  std::string resize_mode = "tf";
  int64_t reference_n = 0;
  SamplerRequest sampler;

  template <class Option> void visit(Option&& option) {
    option("features", features, "network: inception (whose file must be named), squeezenet (photographs) or digits",
           one_of({"inception", "squeezenet", "digits"}));
    option("inception", inception, "Inception-v3 as a TorchScript file: inception-2015-12-05.pt", any());
    option("resize_mode", resize_mode, "tf (torch-fidelity), pytorch (pytorch-fid) or clean (clean-fid)",
           one_of(resize_mode_names()));
    option("reference_n", reference_n, "images of the reference, chosen by the seed; 0: all", at_least(0));
    sampler.visit(option);
  }
};

/// The network that the options name.
/// \throws Error that says where its weights come from, if they are not there
std::unique_ptr<FeatureNetwork> feature_network(const FeatureOptions& options);

/// Samples of a run that are evaluated if nothing else is said.
inline constexpr int64_t kDefaultSamples = 5000;
/// Images that a network sees at once if nothing else is said.
inline constexpr int64_t kFeatureBatch = 64;

/// One of two things that are compared: images, or what another program has made of them.
struct Side {
  std::string description;
  std::string label;                               ///< names its partial results: "images", "reference", "floor"
  std::optional<Moments> statistics;               ///< of a .npz with mu and sigma
  Tensor features;                                 ///< (N, F) of a .npy with two axes; undefined otherwise
  std::optional<MeasuredSet> images;               ///< otherwise
  std::shared_ptr<SampleDrawer> drawer = nullptr;  ///< of samples

  /// Data, as far as they are known: 0 for statistics that do not say.
  int64_t count() const;
};

/// What the two sides of one evaluation share: the network, built when the first side with images is there.
class FeatureEvaluation {
 public:
  /// Both must outlive it.
  FeatureEvaluation(EvaluationContext& context, const FeatureOptions& options) : context_(context), options_(options) {}

  /// The context's images, or n samples of the run.
  Side measured();
  /// n samples of an energy, which must outlive what is returned.
  Side samples_of(const TrainedEnergy& trained, int64_t count);
  /// The context's reference, or the test half of the run's data.
  /// \throws Error if there is neither
  Side reference();
  /// As many training images of the data that the reference is of.
  Side floor(int64_t count);

  /// Before anything is measured.
  /// \throws Error if the two sides have not as many features: the network gives others than the file holds
  void require_alike(const Side& a, const Side& b);

  Moments moments(const Side& side);
  /// \throws Error if the side is statistics only, which say nothing of single data
  static void require_rows(const Side& side);
  /// (N, F) features or (N, L) logits.
  /// \throws Error if the side is statistics only
  Tensor rows(const Side& side, FeatureOutputs wanted);

  /// Which network and mode, what was measured and against what; notes on grey images.
  Results conventions(const Side& measured, const Side* reference) const;

 private:
  const FeatureNetwork& network();
  int64_t feature_count(const Side& side);
  Side side_of(const std::string& text, const std::string& label, int64_t count);
  /// The data that the text names, prepared as the run's own are.
  std::shared_ptr<const Source> load(const std::string& text);
  void pass(const Side& side, FeatureOutputs wanted, const std::function<void(const Tensor&)>& sink);

  EvaluationContext& context_;
  const FeatureOptions& options_;
  std::unique_ptr<FeatureNetwork> network_;
};

}  // namespace mdsm
