#include "mdsm/base/machine.h"

#include <sched.h>

#include <fstream>
#include <thread>

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

}  // namespace mdsm
