#include "mdsm/run/run_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "mdsm/base/error.h"

namespace mdsm {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kPrefix = "checkpoint-";
constexpr std::string_view kSuffix = ".safetensors";

/// The number between prefix and suffix, or -1.
int64_t number_in(std::string_view name, std::string_view prefix, std::string_view suffix) {
  if (name.size() <= prefix.size() + suffix.size() || !name.starts_with(prefix) || !name.ends_with(suffix)) return -1;
  name.remove_prefix(prefix.size());
  name.remove_suffix(suffix.size());
  int64_t number = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end == name.data() + name.size() ? number : -1;
}

}  // namespace

fs::path RunDirectory::checkpoint_file(int64_t step) const {
  return path_ / fmt::format("{}{:06}{}", kPrefix, step, kSuffix);
}

fs::path RunDirectory::sample_file(int64_t step) const { return path_ / "samples" / fmt::format("{:06}.png", step); }

std::vector<fs::path> RunDirectory::checkpoints() const {
  std::vector<int64_t> steps;
  if (fs::is_directory(path_)) {
    for (const auto& entry : fs::directory_iterator(path_)) {
      const int64_t step = number_in(entry.path().filename().string(), kPrefix, kSuffix);
      if (step >= 0) steps.push_back(step);
    }
  }
  std::sort(steps.begin(), steps.end());
  std::vector<fs::path> files;
  for (const int64_t step : steps) files.push_back(checkpoint_file(step));
  return files;
}

fs::path RunDirectory::newest_checkpoint() const {
  const std::vector<fs::path> all = checkpoints();
  require(!all.empty(),
          "{}: no checkpoint-*.safetensors here (training has not come that far, or this is no run directory). "
          "Train it first, or pass the run directory of `mdsm train`.",
          path_.string());
  return all.back();
}

void RunDirectory::create() const {
  std::error_code error;
  fs::create_directories(path_ / "samples", error);
  if (error) fail("{}: cannot make the run directory ({}). Choose another.", path_.string(), error.message());
}

RunDirectory RunDirectory::next(const fs::path& parent, const std::string& name) {
  int64_t number = 0;
  if (fs::is_directory(parent)) {
    for (const auto& entry : fs::directory_iterator(parent)) {
      const std::string file = entry.path().filename().string();
      number = std::max(number, number_in(file.substr(0, file.find('-')) + ".", "", ".") + 1);
    }
  }
  return RunDirectory(parent / fmt::format("{:05}-{}", number, name));
}

}  // namespace mdsm
