#include "mdsm/system/memory.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

namespace mdsm {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kUnknown = std::numeric_limits<int64_t>::max();

/// MemAvailable of /proc/meminfo.
int64_t machine_available() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  int64_t kibibytes = 0;
  std::string unit;
  while (file >> name >> kibibytes >> unit) {
    if (name == "MemAvailable:") return kibibytes * 1024;
  }
  return kUnknown;
}

/// A field of /proc/self/status in bytes.
int64_t status_bytes(const std::string& field) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(field + ":")) return std::stoll(line.substr(field.size() + 1)) * 1024;
  }
  return 0;
}

int64_t number_in(const fs::path& path) {
  std::ifstream file(path);
  int64_t value = 0;
  return file >> value ? value : kUnknown;  // "max": no limit
}

/// A row "NAME value" of a control group's memory.stat; 0 where there is none.
int64_t statistic(const fs::path& group, const std::string& wanted) {
  std::ifstream file(group / "memory.stat");
  std::string name;
  int64_t value = 0;
  while (file >> name >> value) {
    if (name == wanted) return value;
  }
  return 0;
}

/// What control groups of one version call things.
struct GroupNames {
  const char* root;
  const char* prefix;  ///< of the line of /proc/self/cgroup, up to the group's path
  const char* limit;
  const char* used;
  std::array<const char*, 2> files;  ///< rows of memory.stat
};
constexpr GroupNames kVersion1{"/sys/fs/cgroup/memory",
                               "memory:",
                               "memory.limit_in_bytes",
                               "memory.usage_in_bytes",
                               {"total_inactive_file", "total_active_file"}};
constexpr GroupNames kVersion2{
    "/sys/fs/cgroup", "0::", "memory.max", "memory.current", {"inactive_file", "active_file"}};

/// What the limit of one control group leaves. Pages of files that were read count as used there, but the kernel gives
/// them up when memory is asked for.
int64_t left_in(const fs::path& group, const GroupNames& names) {
  const int64_t limit = number_in(group / names.limit);
  const int64_t used = number_in(group / names.used);
  constexpr int64_t kNoLimit = int64_t{1} << 60;  // version 1 writes some such number
  if (limit >= kNoLimit || used == kUnknown) return kUnknown;
  int64_t files = 0;
  for (const char* row : names.files) files += statistic(group, row);
  return std::clamp<int64_t>(limit - used + files, 0, limit);
}

/// The least that is left in this process's control group and those above it. A container sees its own as the root.
int64_t group_available(const GroupNames& names) {
  int64_t least = left_in(names.root, names);
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const size_t at = line.find(names.prefix);  // "4:memory:/path", "0::/path"
    if (at == std::string::npos || at > line.find(':') + 1) continue;
    fs::path group = names.root;
    for (const fs::path& part : fs::path(line.substr(at + std::strlen(names.prefix))).relative_path()) {
      group /= part;
      least = std::min(least, left_in(group, names));
    }
  }
  return least;
}

/// What a limit of the address space (ulimit -v) leaves.
int64_t address_space_available() {
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUnknown;
  return std::max<int64_t>(static_cast<int64_t>(limit.rlim_cur) - status_bytes("VmSize"), 0);
}

}  // namespace

int64_t available_memory() {
  return std::min(
      {machine_available(), group_available(kVersion1), group_available(kVersion2), address_space_available()});
}

int64_t resident_bytes() { return status_bytes("VmRSS"); }

int64_t peak_resident_bytes() { return status_bytes("VmHWM"); }

bool reset_peak_resident_bytes() {
  std::ofstream control("/proc/self/clear_refs");
  return static_cast<bool>(control << '5' << std::flush);
}

}  // namespace mdsm
