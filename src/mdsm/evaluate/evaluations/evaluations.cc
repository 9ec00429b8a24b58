#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/evaluate/evaluations/curvature.h"
#include "mdsm/evaluate/evaluations/energies.h"
#include "mdsm/evaluate/evaluations/evaluation.h"
#include "mdsm/evaluate/evaluations/fid.h"
#include "mdsm/evaluate/evaluations/is.h"
#include "mdsm/evaluate/evaluations/kid.h"
#include "mdsm/evaluate/evaluations/likelihood.h"
#include "mdsm/evaluate/evaluations/log_density.h"
#include "mdsm/evaluate/evaluations/modes.h"
#include "mdsm/evaluate/evaluations/neighbours.h"
#include "mdsm/evaluate/evaluations/noise_levels.h"
#include "mdsm/evaluate/evaluations/ood.h"
#include "mdsm/evaluate/evaluations/select.h"
#include "mdsm/evaluate/evaluations/trace.h"
#include "mdsm/evaluate/finite_scores.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/formats/places.h"

namespace mdsm {
namespace {

constexpr const char* kSamplesOrImages =
    "samples of the run [5000], or images out of `images`, chosen by the seed [all]";

/// Options that name files which are written: they decide no number.
bool names_a_file(const std::string& option) { return option == "save_stats" || option == "grid"; }

/// The one figure that there may not be: E / ((d/2) T) where T is 0.
constexpr const char* kMayBeMissing = "ratio";

void require_finite_figures(const Results& results, const std::string& kind) {
  const std::string name = first_not_finite(results, kMayBeMissing);
  if (name.empty()) return;
  fail(
      "{0}: the figure '{1}' is not finite (samples, features or data that do not vary, or too few of them, give "
      "none). Take more, or look at them.",
      kind, name);
}

}  // namespace

// A new one is a row here.
const std::vector<EvaluationKind>& evaluations() {
  static const std::vector<EvaluationKind> kinds{
      {"fid", "Frechet distance of the features of two sets.", "features=digits n=5000 floor", kSamplesOrImages,
       make_evaluation<FidOptions, evaluate_fid>},
      {"is", "Inception score: classes that are certain for each image, and diverse over all.",
       "inception=inception-2015-12-05.pt n=50000", kSamplesOrImages, make_evaluation<IsOptions, evaluate_is>},
      {"kid", "Kernel distance of the features of two sets: unbiased, also for few samples.", "features=digits n=2000",
       kSamplesOrImages, make_evaluation<KidOptions, evaluate_kid>},
      {"select", "Frechet distance of every checkpoint of a run; the best is named.", "features=digits n=1000",
       "samples of each checkpoint [1000]", make_evaluation<SelectOptions, evaluate_select>},
      {"likelihood",
       "Bracket log Z by annealed importance sampling; bits a dimension of data (`images`, or the test half).",
       "chains=64 out=runs/a/likelihood", nullptr, make_evaluation<LikelihoodOptions, evaluate_likelihood>},
      {"ood", "Tell other data from the run's own (`images`, or the test half) by their scores.",
       "against=fashion-mnist/test against=noise", "data of each set [all, at most 10000]",
       make_evaluation<OodOptions, evaluate_ood>},
      {"neighbours", "Nearest training data (`reference`) of samples or `images`, and of test data beside them.",
       "n=100 grid=neighbours.png", "samples, and as many test data [100]",
       make_evaluation<NeighboursOptions, evaluate_neighbours>},
      {"energies",
       "Compare the energies of training data (`reference`) and test data (`images`): overfitting shows as a gap.",
       "out=runs/a/energies", "data of each half [all, at most 5000]",
       make_evaluation<EnergiesOptions, evaluate_energies>},
      {"modes", "Modes of stacked MNIST that samples (or `images`) reach, of 1000.", "n=8000 out=runs/a/modes",
       "samples [8000]", make_evaluation<ModesOptions, evaluate_modes>},
      {"noise-levels", "Denoising error and implied noise against true noise, on `images` or the test half.",
       "out=runs/a/noise-levels", "data [all, at most 500]",
       make_evaluation<NoiseLevelsOptions, evaluate_noise_levels>},
      {"curvature", "The squared error of denoising that the energy's curvature predicts, beside the actual one.",
       "n=200 levels=8", "data [all, at most 200]", make_evaluation<CurvatureOptions, evaluate_curvature>},
      {"log-density", "Log-density of data with noise: lower bound of the denoiser, and along its probability flow.",
       "n=100", "data [all, at most 100]", make_evaluation<LogDensityOptions, evaluate_log_density>},
      {"trace", "Energy and temperature along the chains of a sampler, and E / ((d/2) T).", "n=16 out=runs/a/trace",
       "chains [16]", make_evaluation<TraceOptions, evaluate_trace>}};
  return kinds;
}

const EvaluationKind& find_evaluation(std::string_view name) { return find_named(evaluations(), name, "evaluation"); }

Results evaluated(const EvaluationKind& kind, const Evaluation& evaluation, EvaluationContext& context) {
  require(context.has_run() || !context.options.images.empty(),
          "{}: nothing to evaluate. Name a run or, where the evaluation can do without one, images and a reference.",
          kind.name);
  if (!context.options.out.empty()) require_folder_place("out", context.options.out);
  Results results = evaluation.run(context);
  require_finite_figures(results, kind.name);
  for (const std::string& note : context.notes()) results.note(note);
  if (!context.has_run()) return results;
  const TrainedEnergy& trained = context.trained();
  const Results origin{{"step", trained.step},
                       {"weights", trained.weights == Weights::raw ? "raw" : "average"},
                       {"seed", static_cast<int64_t>(context.options.seed)},
                       {"checkpoint", trained.file.string()}};
  for (const auto& [name, value] : origin.entries()) {
    if (results.find(name) == nullptr) results.set(name, value);
  }
  return results;
}

std::string settings_json(const EvaluationOptions& context, Evaluation& evaluation) {
  using Json = nlohmann::ordered_json;
  Json settings{{"images", context.images},
                {"reference", context.reference},
                {"n", context.n},
                {"seed", context.seed},
                {"weights", context.weights == Weights::raw ? "raw" : "average"},
                {"precision", precision_name(context.precision)}};
  const OptionList list = evaluation.options();
  for (const OptionEntry& entry : list.entries()) {
    if (names_a_file(entry.name)) continue;
    settings[entry.name] = std::visit([](const auto& value) { return Json(value); }, entry.value());
  }
  return dump_json(settings);
}

}  // namespace mdsm
