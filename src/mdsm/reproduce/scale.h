#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mdsm::reproduce {

/// How large a reproduction of the paper is.
///
/// "smoke" tries everything once, "two-cores" is what two cores do within the hour, a number S in (0, 1] is the paper's
/// networks and settings with S times its updates and sample counts: 1 is the paper's own.
class Scale {
 public:
  /// \throws Error if it is none of these
  static Scale parse(const std::string& text);

  /// As it was written.
  const std::string& name() const { return name_; }
  bool is_smoke() const { return kind_ == Kind::smoke; }
  /// The paper's networks.
  bool is_paper() const { return kind_ == Kind::paper; }

  /// A count of samples, chains or updates at this scale; the paper's is multiplied by S, but never below `smoke`.
  int64_t pick(int64_t smoke, int64_t two_cores, int64_t paper) const;
  /// The same as an argument of a command.
  std::string count(int64_t smoke, int64_t two_cores, int64_t paper) const;

  /// The experiment file of a run: experiments/paper/RUN.toml for the paper's networks where there is one, else
  /// experiments/paper/two-cores/RUN.toml.
  /// \throws Error if it is not found
  std::filesystem::path experiment(const std::string& run) const;

  /// What this scale changes in that file: ["--set", "train.steps=40", ...].
  /// \param steps  the file's own number of updates
  std::vector<std::string> training_changes(int64_t steps) const;

  /// The paper's annealed chain at this scale: ["--sampler", "langevin", "--steps", "2701"].
  std::vector<std::string> chain() const;

  /// How much of the test half samples are compared with: [] for all of it.
  std::vector<std::string> reference() const;

 private:
  enum class Kind { smoke, two_cores, paper };
  Scale(std::string name, Kind kind, double part) : name_(std::move(name)), kind_(kind), part_(part) {}

  std::string name_;
  Kind kind_;
  double part_;  // of the paper's updates and counts
};

}  // namespace mdsm::reproduce
