#include "mdsm/evaluate/evaluations/context.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/base/seeds.h"
#include "mdsm/data/load.h"
#include "mdsm/data/subset_source.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/formats/png.h"
#include "mdsm/formats/sha256.h"

namespace mdsm {

EvaluationContext::EvaluationContext(EvaluationOptions told, Watch hearing)
    : options(std::move(told)), watch(std::move(hearing)) {}

EvaluationContext::EvaluationContext(TrainedEnergy trained, EvaluationOptions told, Watch hearing)
    : options(std::move(told)), watch(std::move(hearing)), trained_(std::move(trained)) {}

const TrainedEnergy& EvaluationContext::trained() {
  require(has_run(), "this evaluation needs a run. Name its directory or a checkpoint.");
  if (!trained_) {
    const Precision told = options.precision;
    trained_ = load_trained_energy(options.run, options.weights, told == Precision::automatic ? preferred_ : told);
    if (!trained_->notice.empty()) note(trained_->notice);
  }
  return *trained_;
}

std::vector<uint64_t> EvaluationContext::seeds(int64_t count, int64_t first) const {
  return consecutive_seeds(options.seed + static_cast<uint64_t>(first), count);
}

std::shared_ptr<const Source> EvaluationContext::named_data(const std::string& name, OutOfRange out_of_range) {
  auto data = load_named_data(trained().experiment.data, name, energy().datum_shape(), out_of_range);
  take_notes(*data);
  return data;
}

void EvaluationContext::take_notes(const Source& data) {
  for (const std::string& note : data.info().notes) {
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(note);
  }
}

std::shared_ptr<const Source> EvaluationContext::test_data() {
  if (!options.images.empty()) return named_data(options.images);
  auto unseen = load_unseen_data(trained().experiment);
  take_notes(*unseen);
  return unseen;
}

std::shared_ptr<const Source> EvaluationContext::training_data() {
  return options.reference.empty() ? load_seen_data(trained().experiment) : named_data(options.reference);
}

std::shared_ptr<const Source> EvaluationContext::chosen(std::shared_ptr<const Source> data, int64_t most) const {
  const int64_t count = count_or(std::min(data->size(), most));
  return subset_source(std::move(data), count, options.seed);
}

std::filesystem::path EvaluationContext::out_folder() const {
  if (!options.out.empty()) make_folders(options.out);
  return options.out;
}

void EvaluationContext::write_beside(const std::string& name, const std::string& bytes) {
  if (options.out.empty()) return;
  written_.push_back(out_folder() / name);
  write_file_atomically(written_.back(), bytes);
}

void EvaluationContext::write_picture(const std::filesystem::path& file, const Tensor& picture) {
  write_png(file, picture);
  written_.push_back(file);
}

PartStore EvaluationContext::parts(const std::string& evaluation, const PartSettings& settings) {
  if (options.out.empty()) return {};
  require(!trained().file.empty(), "{}: partial results are kept of an energy that was read from a file.", evaluation);
  nlohmann::ordered_json all{{"evaluation", evaluation},
                             {"checkpoint_sha256", sha256_of_file(trained().file)},
                             {"weights", trained().weights == Weights::raw ? "raw" : "average"},
                             {"seed", options.seed},
                             {"settings", nlohmann::ordered_json::object()}};
  for (const auto& [name, json] : settings) all["settings"][name] = parse_json<nlohmann::ordered_json>(json);
  return {options.out, dump_json(all, 2) + "\n"};
}

}  // namespace mdsm
