#include "mdsm/reproduce/standing.h"

#include "mdsm/base/error.h"
#include "mdsm/data/known.h"
#include "mdsm/reproduce/record.h"
#include "mdsm/run/experiment.h"

namespace mdsm::reproduce {
namespace {

/// \param name  "mnist/test", or "cifar10-jpeg" for its training half
std::string why_no_data(const std::string& name) {
  const size_t slash = name.find('/');
  const std::string set = name.substr(0, slash);
  if (!is_known(set)) return "";  // made by the program
  if (is_here(known_set(set), slash == std::string::npos ? Split::train : Split::test)) return "";
  return fmt::format("the data set {} is not on this machine (`mdsm data list` says how to get it)", name);
}

}  // namespace

std::vector<std::string> joined(std::vector<std::string> arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::string Place::data(const std::string& run) const { return read_experiment(scale_.experiment(run)).data.name; }

std::string home_of(const std::string& section, const Step& step) { return step.shared ? kShared : section; }

Step training_step(const Place& place, const std::string& run) {
  const std::string file = place.scale().experiment(run).string();
  Step step{run, "", {"train", file, "--out", place.run(run)}};
  for (std::string& change : place.scale().training_changes(read_experiment(file).train.steps))
    step.arguments.push_back(std::move(change));
  return step;
}

std::string why_left_out(const Place& place, const Step& step) {
  if (std::string reason = why_no_data(place.data(step.run)); !reason.empty()) return reason;
  for (const std::string& need : step.needs) {
    if (std::string reason = why_no_data(need); !reason.empty()) return reason;
  }
  return "";
}

std::filesystem::path record_file(const Place& place, const std::string& section, const std::string& step) {
  return place.work(section) / (step + ".json");
}

std::string foundation(const Place& place, const Step& step) {
  if (step.run.empty()) return "";
  const std::optional<Record> training = read_record(record_file(place, kTraining, step.run));
  return training ? training->finished : "";
}

bool is_done(const Place& place, const std::string& section, const Step& step) {
  const std::optional<Record> record = read_record(record_file(place, section, step.name));
  return record && record->command == step.arguments && record->after == foundation(place, step);
}

}  // namespace mdsm::reproduce
