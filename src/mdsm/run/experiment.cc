#include "mdsm/run/experiment.h"

#include "mdsm/formats/file.h"

namespace mdsm {

OptionList Experiment::options() {
  OptionList list;
  list.add_table("data", data);
  list.add_table("noise", noise);
  list.add_table("energy", energy);
  list.add_table("objective", objective);
  list.add_table("train", train);
  list.add_table("sample", sample);
  return list;
}

Experiment read_experiment(const std::filesystem::path& path, const std::vector<std::string>& assignments) {
  Experiment experiment;
  const OptionList options = experiment.options();
  read_toml(read_file(path), path.string(), options);
  for (const std::string& assignment : assignments) set_from_text(assignment, options);
  options.check(path.string());
  return experiment;
}

std::string to_toml(Experiment experiment) { return to_toml(experiment.options()); }

std::string to_json(Experiment experiment) { return to_json(experiment.options()); }

Experiment experiment_from_json(const std::string& json, const std::string& origin) {
  Experiment experiment;
  experiment.data.held_out_choice = "even";  // where the key is missing: runs chose so before there was one
  read_json(json, origin, experiment.options());
  return experiment;
}

std::vector<std::string> differences(Experiment a, Experiment b) {
  const OptionList left = a.options();
  const OptionList right = b.options();
  std::vector<std::string> names;
  for (size_t i = 0; i < left.entries().size(); ++i) {
    if (left.entries()[i].value() != right.entries()[i].value()) names.push_back(left.entries()[i].full_name());
  }
  return names;
}

}  // namespace mdsm
