#pragma once

#include <functional>
#include <string>

namespace mdsm {

/// What carries the ranks' messages.
enum class Distributed {
  automatic,  ///< what the launcher stands for; none where there is none
  none,       ///< this process alone, whatever started it
  mpi,
  gloo,  ///< LibTorch's own, over TCP: what torchrun's workers use on CPUs
};

/// \throws Error that names the nearest
Distributed distributed_from_name(const std::string& name);

/// How this process was started, as its environment says: no message has been sent yet.
struct Launch {
  Distributed by = Distributed::none;  ///< never automatic
  int rank = 0;
  int size = 1;
  int local_rank = 0;  ///< among the ranks of this machine
  int local_size = 1;
  int restarts = 0;        ///< how often the launcher has started this job again
  std::string place = {};  ///< where the ranks meet, HOST:PORT; of torchrun
  bool has_store = false;  ///< the launcher holds that place; else rank 0 does
};

/// A variable of the environment; null if there is none.
using Environment = std::function<const char*(const char*)>;
const char* environment_variable(const char* name);

/// Reads the variables of mpirun (Open MPI), of MPICH's and Intel's launchers, of srun inside a step, and of torchrun.
/// \param wanted  mpi, gloo: that even where no launcher is seen
/// \throws Error if a variable is no number, or what is wanted needs a launcher
Launch find_launch(Distributed wanted, const Environment& environment = environment_variable);

/// Threads that a rank takes if nothing is said: its share of the machine's processors, unless the launcher has given it
/// its own or $OMP_NUM_THREADS says otherwise; 0 where there is one process.
int threads_of(const Launch& launch, const Environment& environment = environment_variable);

}  // namespace mdsm
