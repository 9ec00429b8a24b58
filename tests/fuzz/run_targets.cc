// Readers of what a run and its evaluations left behind.

#include "fuzz/target.h"
#include "mdsm/engine/kernels/choice_file.h"
#include "mdsm/evaluate/evaluation_log_reader.h"
#include "mdsm/evaluate/moments.h"
#include "mdsm/evaluate/results.h"
#include "mdsm/reproduce/record.h"
#include "mdsm/run/checkpoint.h"
#include "mdsm/run/metrics_reader.h"
#include "mdsm/run/metrics_writer.h"
#include "mdsm/train/state.h"

namespace mdsm::fuzz {
namespace {

/// As a report reads them, and as a training that goes on.
void read_metrics(std::string_view bytes) {
  const auto file = file_of(bytes, "metrics.jsonl");
  read_run_log(file);
  const MetricsWriter writer(file, 3);
}

void read_state(std::string_view bytes) {
  const auto file = file_of(bytes, "training-state.safetensors");
  experiment_of_state(file);
  precision_of_state(file);
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
      {"convolutions", [](std::string_view bytes) { ChoiceFile(file_of(bytes, "convolutions.json")).read(); }},
      {"record", [](std::string_view bytes) { reproduce::read_record(file_of(bytes, "record.json")); }},
  };
}

}  // namespace mdsm::fuzz
