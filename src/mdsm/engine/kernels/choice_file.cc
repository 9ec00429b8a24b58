#include "mdsm/engine/kernels/choice_file.h"

#include <fcntl.h>
#include <sys/file.h>

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/formats/sha256.h"
#include "mdsm/parallel/job.h"
#include "mdsm/system/machine.h"
#include "mdsm/system/simd_limit.h"

namespace mdsm {
namespace {

std::string processor_name() {
  const Processor processor = this_processor();
  constexpr std::array kLimits{"", ", no more than AVX2", ", no more than SSE4"};
  return fmt::format("{} {}{}", processor.name, sha256_of(processor.flags).substr(0, 8),
                     kLimits.at(static_cast<size_t>(simd_limit())));
}

/// All of the file; nothing where there is none, or it cannot be read.
std::string text_of(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return {};
  try {
    return read_file(path);
  } catch (const Error&) {
    return {};
  }
}

/// Holds a lock of the file beside `path` while it lives; without one where it cannot be had.
class Lock {
 public:
  explicit Lock(const std::filesystem::path& path)
      : descriptor_(::open((path.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (descriptor_.valid()) static_cast<void>(::flock(descriptor_.get(), LOCK_EX));
  }

 private:
  FileDescriptor descriptor_;
};

}  // namespace

std::string machine_name() {
  static const std::string name = fmt::format("mdsm {}, {}", MDSM_VERSION, processor_name());
  return name;
}

std::string to_json(const Choices& choices) { return dump_json(nlohmann::json(choices), 1); }

Choices choices_from_json(const std::string& json, const std::string& origin) {
  const auto parsed = parse_json<nlohmann::json>(json);
  const bool good = parsed.is_object() &&
                    std::all_of(parsed.begin(), parsed.end(), [](const auto& value) { return value.is_string(); });
  require(good, "{}: the methods of convolutions are not a JSON object of names (damaged).", origin);
  return parsed.get<Choices>();
}

Choices ChoiceFile::read() const {
  const auto parsed = parse_json<nlohmann::json>(text_of(path_));
  if (!parsed.is_object() || value_in<std::string>(parsed, "machine", "") != machine_name() ||
      !parsed.contains("methods"))
    return {};
  try {
    return choices_from_json(dump_json(parsed["methods"]), path_.string());
  } catch (const Error&) {
    return {};
  }
}

std::string ChoiceFile::settle(const std::string& key, const std::string& method) const {
  try {
    const Solo alone;  // each rank of a job may find something first
    make_folders(path_.parent_path());
    const Lock lock(path_);
    Choices choices = read();
    const auto [entry, fresh] = choices.try_emplace(key, method);
    if (fresh) {
      const nlohmann::json whole{{"machine", machine_name()}, {"methods", choices}};
      write_file_atomically(path_, dump_json(whole, 1) + "\n");
    }
    return entry->second;
  } catch (const Error&) {
    return method;  // a read-only home: this process keeps its own choice
  }
}

std::optional<std::filesystem::path> ChoiceFile::of_this_machine() {
  const std::string name = fmt::format("mdsm/convolutions-{}.json", sha256_of(machine_name()).substr(0, 12));
  for (const char* variable : {"MDSM_CACHE", "XDG_CACHE_HOME"}) {
    const char* folder = std::getenv(variable);
    if (folder && *folder) return std::filesystem::path(folder) / name;
  }
  const char* home = std::getenv("HOME");
  if (home && *home) return std::filesystem::path(home) / ".cache" / name;
  return std::nullopt;
}

}  // namespace mdsm
