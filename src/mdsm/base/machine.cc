#include "mdsm/base/machine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <fstream>
#include <thread>
#include <vector>

namespace mdsm {
namespace {

/// The processor's name; empty where /proc/cpuinfo has none.
std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with("model name")) continue;
    const size_t begin = line.find_first_not_of(" \t", line.find(':') + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

}  // namespace

std::string machine_description() {
  std::vector<std::string> parts;
  if (std::string name = processor_name(); !name.empty()) parts.push_back(std::move(name));
  if (const unsigned cores = std::thread::hardware_concurrency(); cores > 0)
    parts.push_back(fmt::format("{} core{}", cores, cores == 1 ? "" : "s"));
  const double bytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  if (bytes > 0) parts.push_back(fmt::format("{:.0f} GiB", bytes / (1 << 30)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace mdsm
