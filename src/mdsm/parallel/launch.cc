#include "mdsm/parallel/launch.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/system/machine.h"

namespace mdsm {
namespace {

const std::vector<std::string>& distributed_names() {
  static const std::vector<std::string> names{"auto", "none", "mpi", "gloo", "nccl"};
  return names;
}

std::optional<int> number_in(const Environment& environment, const char* name) {
  const char* text = environment(name);
  if (text == nullptr) return {};
  const std::string_view digits(text);
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  require(error == std::errc() && end == digits.data() + digits.size() && value >= 0,
          "${} is '{}' (expected a number). The launcher sets it: leave it alone.", name, digits);
  return value;
}

/// The variables of one launcher of MPI programs.
struct MpiLauncher {
  const char* rank;
  const char* size;
  const char* local_rank;
  const char* local_size;
};

// Open MPI; MPICH and Intel MPI; srun, which sets the last two inside of a step alone: a batch script is no rank.
constexpr MpiLauncher kMpiLaunchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE"},
};

std::optional<Launch> mpi_launch(const Environment& environment) {
  for (const MpiLauncher& each : kMpiLaunchers) {
    const auto rank = number_in(environment, each.rank);
    const auto size = number_in(environment, each.size);
    if (!rank || !size) continue;
    Launch launch{.by = Distributed::mpi, .rank = *rank, .size = *size};
    launch.local_rank = number_in(environment, each.local_rank).value_or(*rank);
    // srun says "8(x2)" or "4,3": the first number will do, for it divides threads and memory alone.
    const char* beside = environment(each.local_size);
    if (beside != nullptr) std::from_chars(beside, beside + std::strlen(beside), launch.local_size);
    launch.local_size = std::max(1, launch.local_size);
    launch.restarts = number_in(environment, "SLURM_RESTART_COUNT").value_or(0);
    return launch;
  }
  return {};
}

std::optional<Launch> torchrun_launch(const Environment& environment) {
  const auto rank = number_in(environment, "RANK");
  const auto size = number_in(environment, "WORLD_SIZE");
  const char* host = environment("MASTER_ADDR");
  const auto port = number_in(environment, "MASTER_PORT");
  if (!rank || !size || host == nullptr || !port) return {};
  Launch launch{.by = Distributed::gloo, .rank = *rank, .size = *size};
  launch.local_rank = number_in(environment, "LOCAL_RANK").value_or(0);
  launch.local_size = number_in(environment, "LOCAL_WORLD_SIZE").value_or(1);
  launch.restarts = number_in(environment, "TORCHELASTIC_RESTART_COUNT").value_or(0);
  launch.place = fmt::format("{}:{}", host, *port);
  const char* held = environment("TORCHELASTIC_USE_AGENT_STORE");
  launch.has_store = held != nullptr && std::string_view(held) == "True";
  return launch;
}

}  // namespace

const char* environment_variable(const char* name) { return std::getenv(name); }

Distributed distributed_from_name(const std::string& name) {
  const size_t index = index_of_name(name, distributed_names(), "distributed");
  require(
      name != "nccl",
      "distributed nccl: NCCL carries what lies on cards, and this build of mdsm computes on the CPU alone. Use mpi, "
      "or gloo under torchrun.");
  return static_cast<Distributed>(index);
}

Launch find_launch(Distributed wanted, const Environment& environment) {
  if (wanted == Distributed::none) return {};
  const std::optional<Launch> torchrun = torchrun_launch(environment);
  const std::optional<Launch> mpi = mpi_launch(environment);
  // Workers that torchrun starts inherit the variables of an srun around it.
  const bool by_torchrun = torchrun && wanted != Distributed::mpi;
  require(wanted != Distributed::gloo || by_torchrun,
          "distributed gloo: RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT are not set. Start it with torchrun.");
  Launch launch = by_torchrun ? *torchrun : mpi.value_or(Launch{});
  if (wanted != Distributed::automatic) launch.by = wanted;
  else if (launch.size == 1) launch.by = Distributed::none;  // nobody to talk to
  return launch;
}

int threads_of(const Launch& launch, const Environment& environment) {
  if (launch.size == 1 || environment("OMP_NUM_THREADS") != nullptr) return 0;
  const int mine = processor_count();
  const bool given = mine < ::sysconf(_SC_NPROCESSORS_ONLN);
  return given ? mine : std::max(1, mine / launch.local_size);
}

}  // namespace mdsm
