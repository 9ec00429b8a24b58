#include "mdsm/restore/solver.h"

#include <c10/core/GradMode.h>

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/restore/ancestral.h"
#include "mdsm/restore/clamped_langevin.h"
#include "mdsm/restore/kadkhodaie_simoncelli.h"
#include "mdsm/sample/jump.h"

namespace mdsm {
namespace {

struct NamedSolver {
  std::string name;
  Restored (*solve)(const RestoreTask& task, const RestoreOptions& options, const Watch& watch);
};

const std::vector<NamedSolver>& solvers() {
  static const std::vector<NamedSolver> table{
      {"fast", restore_fast},
      {"kadkhodaie-simoncelli", restore_kadkhodaie_simoncelli},
      {"ancestral", restore_ancestral},
      {"langevin", restore_clamped_langevin},
  };
  return table;
}

}  // namespace

std::vector<std::string> solver_names() { return names_of(solvers()); }

Restored restore(const RestoreTask& task, const RestoreOptions& options, const Watch& watch) {
  const NamedSolver& solver = find_named(solvers(), options.solver, "restore.solver");
  require_sigma0(task.sigma0, "restore");
  const Shape shape = task.energy.datum_shape();
  require(task.measurement.a().domain() == shape,
          "restore: measurements of data of shape {} (the energy takes {}). Put the operator into a frame.",
          to_text(task.measurement.a().domain()), to_text(shape));
  require_batch(task.guess, shape, "restore, the guess");
  const int64_t count = task.measurement.count();
  require(task.guess.size(0) == count && task.rows.count() == count,
          "restore: {} measurements, {} guesses, {} keys (expected one each).", count, task.guess.size(0),
          task.rows.count());
  require(options.steps >= 0, "restore: {} steps (expected at least 1, or 0 for the solver's own number).",
          options.steps);
  const c10::NoGradGuard no_history;
  return solver.solve(task, options, watch);
}

}  // namespace mdsm
