// Readers of what a run and its evaluations left behind.

#include "fuzz/target.h"
#include "mdsm/energy/build.h"
#include "mdsm/engine/kernels/choice_file.h"
#include "mdsm/evaluate/evaluation_log_reader.h"
#include "mdsm/evaluate/feature_files.h"
#include "mdsm/evaluate/moments.h"
#include "mdsm/evaluate/results.h"
#include "mdsm/reproduce/record.h"
#include "mdsm/run/checkpoint.h"
#include "mdsm/run/metrics_reader.h"
#include "mdsm/run/metrics_writer.h"
#include "mdsm/train/optimizer.h"
#include "mdsm/train/state.h"

namespace mdsm::fuzz {
namespace {

/// As a report reads them, and as a training that goes on.
void read_metrics(std::string_view bytes) {
  const auto file = file_of(bytes, "metrics.jsonl");
  read_run_log(file);
  const MetricsWriter writer(file, 3);
}

/// Of the smallest network there is.
void read_state(std::string_view bytes) {
  const auto file = file_of(bytes, "training-state.safetensors");
  experiment_of_state(file);
  precision_of_state(file);
  EnergyOptions options;
  options.kind = "mlp";
  options.width = options.depth = 1;
  static const auto energy = build_energy(options, {1}, 0);
  static const auto optimizer = build_optimizer(TrainOptions{}, energy->parameters());
  TrainState state = initial_state(*energy, *optimizer);
  load_state(file, state, energy->parameters());
}

/// As the networks of features do: tensors of known names and shapes.
void read_features(std::string_view bytes) {
  const auto file = file_of(bytes, "features.safetensors");
  feature_tensor(read_safetensors(file), file, "weight", {2, 3});
}

}  // namespace

std::vector<Target> run_targets() {
  return {
      {"metrics", read_metrics},
      {"evaluations", [](std::string_view bytes) { newest_evaluations(file_of(bytes, "evaluations.jsonl")); }},
      {"results", [](std::string_view bytes) { Results::from_json(bytes).to_table(); }},
      {"statistics", [](std::string_view bytes) { read_moments(file_of(bytes, "statistics.npz")); }},
      {"checkpoint",
       [](std::string_view bytes) { load_trained_energy(file_of(bytes, "checkpoint-000001.safetensors")); }},
      {"state", read_state},
      {"features", read_features},
      {"convolutions", [](std::string_view bytes) { ChoiceFile(file_of(bytes, "convolutions.json")).read(); }},
      {"record", [](std::string_view bytes) { reproduce::read_record(file_of(bytes, "record.json")); }},
  };
}

}  // namespace mdsm::fuzz
