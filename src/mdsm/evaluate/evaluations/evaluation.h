#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mdsm/config/option_list.h"
#include "mdsm/evaluate/evaluations/context.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

/// An evaluation with its own options.
class Evaluation {
 public:
  virtual ~Evaluation() = default;
  /// Its options; the entries point into this object.
  virtual OptionList options() = 0;
  /// What is found, without what evaluated() adds.
  virtual Results run(EvaluationContext& context) const = 0;
};

/// One evaluation: a struct of options with `visit`, a function of them, and a row of the table in evaluations.cc
/// (docs/add-an-evaluation.md).
struct EvaluationKind {
  const char* name;
  const char* summary;
  /// Settings of a good use: "features=digits n=5000 floor".
  const char* example;
  /// What options.n counts, with its default; nullptr: nothing.
  const char* count_help;
  std::unique_ptr<Evaluation> (*make)();
};

/// Every evaluation, in the order of the help.
const std::vector<EvaluationKind>& evaluations();
/// \throws Error that names the nearest
const EvaluationKind& find_evaluation(std::string_view name);

/// What an evaluation finds, then the run's "step", "weights", "seed" and "checkpoint", where the evaluation does not say
/// them itself.
/// \throws Error as the evaluation does, and if there is neither a run nor images
Results evaluated(const EvaluationKind& kind, const Evaluation& evaluation, EvaluationContext& context);

/// All that decides the numbers of an evaluation, as JSON: the context's options and the evaluation's own, but for the
/// run, the batch and names of files that are written.
std::string settings_json(const EvaluationOptions& context, Evaluation& evaluation);

/// A row's `make` of a struct of options and the function that takes it.
template <class Options, Results (*evaluate)(EvaluationContext&, const Options&)>
std::unique_ptr<Evaluation> make_evaluation() {
  class Made final : public Evaluation {
   public:
    OptionList options() override {
      OptionList list;
      list.add_table("", options_);
      return list;
    }
    Results run(EvaluationContext& context) const override { return evaluate(context, options_); }

   private:
    Options options_;
  };
  return std::make_unique<Made>();
}

}  // namespace mdsm
