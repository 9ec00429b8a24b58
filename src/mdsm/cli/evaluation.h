#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mdsm/cli/compute.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/evaluate/results.h"
#include "mdsm/run/checkpoint.h"
#include "mdsm/sample/draw.h"

namespace mdsm::cli {

/// Options that every evaluation has.
struct EvaluateOptions {
  std::string run;
  std::string images;     ///< measured instead of the run's samples; empty: none
  std::string reference;  ///< compared with; empty: the evaluation's own default
  int64_t count = 0;      ///< samples or data; 0: the evaluation's own default
  uint64_t seed = 0;
  int64_t batch = 0;  ///< data at once; 0: the evaluation's own default
  std::string out;    ///< folder for partial results and files; empty: none
  bool raw = false;
  bool json = false;
  ComputeOptions compute;
};

/// What an evaluation works with. One a command.
class EvaluationContext {
 public:
  EvaluationContext(const EvaluateOptions& told, const CommonOptions& common) : options(told), terminal(common) {}

  const EvaluateOptions& options;
  Terminal terminal;

  bool has_run() const { return !options.run.empty(); }
  /// The run's energy, read at the first call.
  /// \throws Error if no RUN was named
  const TrainedEnergy& trained();
  /// Float32 unless --precision says otherwise: for evaluations that compare energies of nearby points. Before
  /// trained().
  void prefer_float32() { preferred_ = Precision::fp32; }
  /// The number asked for, or the evaluation's own.
  int64_t count_or(int64_t otherwise) const { return options.count > 0 ? options.count : otherwise; }
  int64_t batch_or(int64_t otherwise) const { return options.batch > 0 ? options.batch : otherwise; }
  /// Consecutive seeds, --seed the first.
  /// \param first  how many come before
  std::vector<uint64_t> seeds(int64_t count, int64_t first = 0) const;
  /// The folder of --out, made if it is not there; empty if there is none.
  std::filesystem::path out_folder() const;
  /// Exactly one sample a seed by the sampler given, with progress.
  /// \throws Error (interrupted) after Ctrl-C
  /// \param before, total  samples that were drawn before and that are drawn in all, for the line of progress
  Tensor draw(const TrainedEnergy& energy, const std::vector<uint64_t>& seeds, const SampleOptions& sampler,
              int64_t before, int64_t total);
  /// What a sample cost in the last call of draw(); 0 before.
  int64_t gradients_per_sample() const { return gradients_per_sample_; }

 private:
  Precision preferred_ = Precision::automatic;
  std::optional<TrainedEnergy> trained_;
  int64_t gradients_per_sample_ = 0;
};

/// One evaluation: a file evaluate_NAME.cc and a row of the table in evaluate.cc.
struct Evaluation {
  const char* name;
  const char* summary;
  const char* example;     ///< behind "mdsm evaluate "
  const char* count_help;  ///< what --n counts, with its default; nullptr: there is no --n
  /// Declares the evaluation's own options on `app`. What it returns runs after parsing and gives the results; the
  /// run's "step", "weights", "seed" and "checkpoint" are added by the dispatcher, which also prints and logs.
  std::function<Results(EvaluationContext&)> (*declare)(CLI::App& app);
};

extern const Evaluation kEvaluateFid;
extern const Evaluation kEvaluateIs;
extern const Evaluation kEvaluateKid;
extern const Evaluation kEvaluateSelect;
extern const Evaluation kEvaluateLikelihood;
extern const Evaluation kEvaluateOod;
extern const Evaluation kEvaluateNeighbours;
extern const Evaluation kEvaluateEnergies;
extern const Evaluation kEvaluateModes;
extern const Evaluation kEvaluateNoiseLevels;
extern const Evaluation kEvaluateTrace;

}  // namespace mdsm::cli
