#include "mdsm/system/memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace mdsm {
namespace {

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

int64_t number_in(const char* path) {
  std::ifstream file(path);
  int64_t value = 0;
  return file >> value ? value : kUnknown;  // "max": no limit
}

/// What a container's limit leaves (control groups, version 2).
int64_t group_available() {
  const int64_t limit = number_in("/sys/fs/cgroup/memory.max");
  const int64_t used = number_in("/sys/fs/cgroup/memory.current");
  return limit == kUnknown || used == kUnknown ? kUnknown : std::max<int64_t>(limit - used, 0);
}

/// A field of /proc/self/status in bytes.
int64_t status_bytes(const std::string& field) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(field + ":")) return std::stoll(line.substr(field.size() + 1)) * 1024;
  }
  return 0;
}

}  // namespace

int64_t available_memory() { return std::min(machine_available(), group_available()); }

int64_t resident_bytes() { return status_bytes("VmRSS"); }

int64_t peak_resident_bytes() { return status_bytes("VmHWM"); }

bool reset_peak_resident_bytes() {
  std::ofstream control("/proc/self/clear_refs");
  return static_cast<bool>(control << '5' << std::flush);
}

}  // namespace mdsm
