#include "mdsm/train/training_log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include "mdsm/parallel/job.h"
#include "mdsm/train/check_experiment.h"
#include "mdsm/train/memory_need.h"

namespace mdsm {

std::vector<std::string> training_preface(const RunDirectory& directory, const Experiment& experiment,
                                          const TrainingData& data, const TrainState& state) {
  std::vector<std::string> lines{
      fmt::format("{} {}: {}", state.step == 0 ? "training" : "resuming", directory.path().string(),
                  training_summary(experiment, *data.train, state.precision)),
      "losses: squared errors summed over the dimensions of a datum, weighted as [objective] says; means"};
  if (job().size() > 1) lines.push_back(fmt::format("{} ranks share each batch", job().size()));
  for (const std::string& note : data.train->info().notes) lines.push_back("note: " + note);
  for (const std::string& doubt : doubts_about(experiment, data)) lines.push_back("note: " + doubt);
  return lines;
}

TrainingLog::TrainingLog(const RunDirectory& directory, const Experiment& experiment, const Recorder& recorder,
                         TrainingVoice voice)
    : bands_(experiment.noise.sigma_min, experiment.noise.sigma_max, kLossBands),
      recorder_(recorder),
      voice_(std::move(voice)),
      log_(std::make_shared<spdlog::logger>(
          "train", std::make_shared<spdlog::sinks::basic_file_sink_mt>(directory.log_file().string()))) {
  log_->set_pattern("%Y-%m-%d %H:%M:%S  %v");
  log_->flush_on(spdlog::level::info);
}

void TrainingLog::on_step(const StepReport& report) {
  mean_loss_ = std::isnan(mean_loss_) ? report.loss : mean_loss_ + kLossWeight * (report.loss - mean_loss_);
  if (!voice_.progress) return;
  const std::string of_all = report.steps > 0 ? fmt::format("/{}", report.steps) : "";
  voice_.progress(report.fraction, fmt::format("step {}{}  loss {:.1f}  {:.0f} images/s", report.step, of_all,
                                               mean_loss_, recorder_.images_per_second()));
}

void TrainingLog::on_held_out(int64_t step, const HeldOutResult& result) {
  // A band of noise that no held-out datum has, and a training loss before the first update, are no numbers.
  const auto shown = [](double value, int decimals) {
    return std::isnan(value) ? std::string("-") : fmt::format("{:.{}f}", value, decimals);
  };
  std::vector<std::string> by_band;
  for (const double mean : bands_.means(result.sigma, result.losses)) by_band.push_back(shown(mean, 1));
  on_message(fmt::format("step {}: held-out loss {:.2f} (by noise, smallest first: {}); training loss {}", step,
                         result.loss, fmt::join(by_band, ", "), shown(mean_loss_, 2)));
}

void TrainingLog::on_checkpoint(const std::filesystem::path& path) {
  log_more(fmt::format("wrote {}", path.string()));
  if (recorder_.waited_share() > 0)
    log_more(fmt::format("spent on other ranks: {:.1f} % of the time", 100 * recorder_.waited_share()));
}

void TrainingLog::on_message(const std::string& text) {
  if (voice_.say) voice_.say(text);
  log_->info("{}", text);
}

void TrainingLog::log_more(const std::string& text) {
  if (voice_.say_more) voice_.say_more(text);
  log_->info("{}", text);
}

}  // namespace mdsm
