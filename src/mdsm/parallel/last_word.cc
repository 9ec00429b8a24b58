#include "mdsm/parallel/last_word.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "mdsm/parallel/job.h"
#include "mdsm/system/machine.h"

namespace mdsm {
namespace {

// A launcher ends all processes soon after the first has ended by itself.
constexpr auto kForRankZero = std::chrono::seconds(3);

}  // namespace

bool has_last_word(const Launch& launch, bool about_another) {
  if (launch.size == 1 || (launch.rank == 0 && !about_another)) return true;
  if (whole_job().size() > 1) return !whole_job().end_told();
  std::this_thread::sleep_for(kForRankZero);
  return true;
}

std::string speaker(const Launch& launch) {
  return launch.rank == 0 ? std::string() : fmt::format("rank {} on {}: ", launch.rank, host_name());
}

void end_job(int code) {
  if (whole_job().size() == 1) return;
  whole_job().tell_end();
  whole_job().abort(code);
}

}  // namespace mdsm
