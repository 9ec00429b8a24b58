#include "mdsm/train/ranked_writer.h"

#include <nlohmann/json.hpp>

#include "mdsm/formats/json_text.h"
#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"

namespace mdsm {
namespace {

/// All of a state but its tensors; doubles keep every bit.
std::string counters_of(const TrainState& state) {
  return dump_json(nlohmann::json{{"step", state.step},
                                  {"rollbacks", state.rollbacks},
                                  {"seconds", state.seconds},
                                  {"log_loss", state.norm.log_loss},
                                  {"log_norm", state.norm.log_norm},
                                  {"count", state.norm.count},
                                  {"precision", precision_name(state.precision)},
                                  {"convolutions", to_json(state.convolutions)},
                                  {"own", state.origin == EnergyOrigin::own}});
}

void set_counters(TrainState& state, const std::string& text) {
  const auto all = parse_json<nlohmann::json>(text);
  state.step = all["step"];
  state.rollbacks = all["rollbacks"];
  state.seconds = all["seconds"];
  state.norm = {all["log_loss"], all["log_norm"], all["count"]};
  state.precision = precision_from_name(all["precision"]);
  state.convolutions = choices_from_json(all["convolutions"], "rank 0");
  state.origin = all["own"] ? EnergyOrigin::own : EnergyOrigin::experiment;
}

}  // namespace

std::string RankedWriter::begin(const Experiment& experiment) {
  return job().from_leader([&] { return inner_->begin(experiment); });
}

void RankedWriter::hold() {
  if (job().leads()) inner_->hold();
}

void RankedWriter::release() {
  if (job().leads()) inner_->release();
}

std::shared_ptr<const DataMoments> RankedWriter::moments(const Source& data, int64_t rank) {
  const TensorList tensors = from_leader(job(), [&] { return moment_tensors(*inner_->moments(data, rank)); });
  return moments_of(tensors, data.info().datum_shape, "rank 0");
}

bool RankedWriter::read_state(TrainState& state, const Parameters& names) {
  const std::string counters =
      job().from_leader([&] { return inner_->read_state(state, names) ? counters_of(state) : std::string(); });
  if (counters.empty()) return false;
  set_counters(state, counters);
  job().broadcast(state.theta.weights);
  job().broadcast(state.theta.average);
  for (const auto& [name, tensor] : state.moments) job().broadcast(tensor);
  return true;
}

void RankedWriter::write_state(const TrainState& state, const Parameters& names) {
  static_cast<void>(job().from_leader([&] {
    inner_->write_state(state, names);
    return std::string();
  }));
}

std::optional<std::filesystem::path> RankedWriter::write_checkpoint(const Energy& average, int64_t step,
                                                                    const DataMoments* moments, EnergyOrigin origin) {
  const std::string file = job().from_leader([&] {
    const auto written = inner_->write_checkpoint(average, step, moments, origin);
    return written ? written->string() : std::string();
  });
  return file.empty() ? std::nullopt : std::optional<std::filesystem::path>(file);
}

}  // namespace mdsm
