#include "mdsm/parallel/join.h"

#include <cstdlib>
#include <memory>

#include "mdsm/parallel/job.h"
#include "mdsm/parallel/load.h"
#include "mdsm/system/own_library.h"

namespace mdsm {
namespace {

constexpr double kSeconds = 600;
constexpr const char* kTimeout = "MDSM_RANK_TIMEOUT";

std::unique_ptr<Communicator> joined;

double seconds_to_wait() {
  const char* text = environment_variable(kTimeout);
  if (text == nullptr) return kSeconds;
  char* end = nullptr;
  const double seconds = std::strtod(text, &end);
  require(*text != '\0' && *end == '\0' && seconds >= 0, "${} is '{}' (expected seconds; 0: for ever).", kTimeout,
          text);
  return seconds;
}

std::unique_ptr<Transport> transport_of(const Launch& launch) {
  const bool mpi = launch.by == Distributed::mpi;
  const std::string name = mpi ? "mpi" : "gloo";
  const OwnLibrary library = own_library(name);
  require(!library.path.empty(),
          "this mdsm was built without {0} ({1} is not in {2}). Install {3} and build again, or start one process with "
          "distributed = none.",
          name, library.file, library.folder.string(), mpi ? "libopenmpi-dev" : "libgloo-dev");
  const auto make = reinterpret_cast<MakeTransport*>(load_own_library(library.path, kMakeTransport, ""));
  return std::unique_ptr<Transport>(make(launch));
}

void require_one_version(Communicator& ranks) {
  const std::vector<std::string> versions = ranks.gather(MDSM_VERSION);
  for (int other = 1; other < ranks.size(); ++other) {
    const std::string& version = versions[static_cast<size_t>(other)];
    require(version == versions[0], "mdsm {} runs as {}, mdsm {} as {}. Use one version everywhere.", versions[0],
            ranks.who(0), version, ranks.who(other));
  }
}

}  // namespace

void join_job(const Launch& launch) {
  if (launch.by == Distributed::none) return;
  require(joined == nullptr, "join_job: this process has joined a job already.");
  const double seconds = seconds_to_wait();
  std::unique_ptr<Transport> transport = transport_of(launch);
  require(transport->size() == launch.size,
          "the launcher started {} processes, of which {} find each other. Under Slurm let srun speak the library's "
          "language, such as by its option mpi=pmix.",
          launch.size, transport->size());
  joined = std::make_unique<Communicator>(std::move(transport), seconds);
  set_job(*joined);
  require_one_version(*joined);
}

void leave_job() {
  if (!joined) return;
  joined->barrier();
  static Communicator alone;
  set_job(alone);
  joined.reset();
}

}  // namespace mdsm
