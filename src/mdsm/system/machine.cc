#include "mdsm/system/machine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <thread>
#include <vector>

namespace mdsm {

Processor this_processor() {
  std::ifstream file("/proc/cpuinfo");
  Processor found;
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    if (found.name.empty() && line.starts_with("model name")) found.name = line.substr(colon + 2);
    if (line.starts_with("flags")) {
      found.flags = line.substr(colon + 2);
      break;
    }
  }
  return found;
}

int processor_count() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) return CPU_COUNT(&allowed);
  return static_cast<int>(std::thread::hardware_concurrency());
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "this machine";
}

std::string machine_description() {
  std::vector<std::string> parts;
  if (std::string name = this_processor().name; !name.empty()) parts.push_back(std::move(name));
  if (const int count = processor_count(); count > 0)
    parts.push_back(fmt::format("{} core{}", count, count == 1 ? "" : "s"));
  const double bytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  if (bytes > 0) parts.push_back(fmt::format("{:.0f} GiB", bytes / (1 << 30)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace mdsm
