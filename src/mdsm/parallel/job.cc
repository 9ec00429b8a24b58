#include "mdsm/parallel/job.h"

#include <atomic>

namespace mdsm {
namespace {

std::atomic<Communicator*> of_process{nullptr};
thread_local Communicator* of_thread = nullptr;

}  // namespace

Communicator& job() { return of_thread != nullptr ? *of_thread : whole_job(); }

Communicator& whole_job() {
  if (Communicator* ranks = of_process.load(std::memory_order_acquire)) return *ranks;
  thread_local Communicator alone;
  return alone;
}

WorksWith::WorksWith(Communicator& ranks) : before_(std::exchange(of_thread, &ranks)) {}

WorksWith::~WorksWith() { of_thread = before_; }

void set_job(Communicator& ranks) { of_process.store(&ranks, std::memory_order_release); }

}  // namespace mdsm
