#include "mdsm/reproduce/scale.h"

#include <fmt/ranges.h>
#include <fmt/std.h>

#include <charconv>
#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/data/known.h"

namespace mdsm::reproduce {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSmokeSteps = 24;

/// Beside the folders of data: the source tree's, or share/mdsm of an installed program. Empty if there is none.
fs::path experiment_file(const fs::path& name) {
  for (const fs::path& folder : data_folders()) {
    const fs::path file = (folder / ".." / "experiments" / name).lexically_normal();
    if (!fs::is_regular_file(file)) continue;
    const fs::path here = file.lexically_relative(fs::current_path());
    return here.empty() || *here.begin() == ".." ? file : here;
  }
  return {};
}

}  // namespace

Scale Scale::parse(const std::string& text) {
  if (text == "smoke") return {text, Kind::smoke, 0};
  if (text == "two-cores") return {text, Kind::two_cores, 0};
  double part = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
  require(error == std::errc() && end == text.data() + text.size() && part > 0 && part <= 1,
          "--scale {}: not a scale. Write smoke, two-cores, or a part of the paper's own, above 0 and at most 1.",
          text);
  return {text, Kind::paper, part};
}

int64_t Scale::pick(int64_t smoke, int64_t two_cores, int64_t paper) const {
  if (kind_ == Kind::smoke) return smoke;
  if (kind_ == Kind::two_cores) return two_cores;
  return std::max(smoke, static_cast<int64_t>(std::llround(part_ * static_cast<double>(paper))));
}

std::string Scale::count(int64_t smoke, int64_t two_cores, int64_t paper) const {
  return std::to_string(pick(smoke, two_cores, paper));
}

fs::path Scale::experiment(const std::string& run) const {
  const std::string name = run + ".toml";
  fs::path file = is_paper() ? experiment_file(fs::path("paper") / name) : fs::path();
  if (file.empty()) file = experiment_file(fs::path("paper") / "two-cores" / name);
  require(!file.empty(),
          "no experiment file paper/two-cores/{} beside any of the folders of data ({}). Keep experiments/ "
          "beside data/.",
          name, fmt::join(data_folders(), ", "));
  return file;
}

std::vector<std::string> Scale::training_changes(int64_t steps) const {
  std::vector<std::string> changes;
  const auto set = [&changes](const std::string& assignment) {
    changes.emplace_back("--set");
    changes.push_back(assignment);
  };
  if (const int64_t wanted = pick(kSmokeSteps, steps, steps); wanted != steps)
    set(fmt::format("train.steps={}", wanted));
  if (is_smoke()) {
    set("energy.width=8");
    set("train.warmup=4");
    set("train.ema=0.8");
    set(fmt::format("train.evaluate_every={}", kSmokeSteps));
    set("train.evaluate_count=128");
    set(fmt::format("train.checkpoint_every={}", kSmokeSteps));
    set("train.log_every=4");
  }
  return changes;
}

std::vector<std::string> Scale::chain() const {
  return {"--sampler", "langevin", "--steps", std::to_string(is_smoke() ? 55 : 2701)};
}

std::vector<std::string> Scale::reference() const {
  return is_smoke() ? std::vector<std::string>{"--reference-n", "128"} : std::vector<std::string>{};
}

}  // namespace mdsm::reproduce
