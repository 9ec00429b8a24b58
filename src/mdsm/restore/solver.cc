#include "mdsm/restore/solver.h"

#include <c10/core/GradMode.h>

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"
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
      {"ancestral", restore_ancestral},
      {"fast", restore_fast},
      {"kadkhodaie-simoncelli", restore_kadkhodaie_simoncelli},
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
  require(all_finite(task.measurement.y()),
          "restore: the measurements hold numbers that are not finite. Mend the data.");
  const c10::NoGradGuard no_history;
  Restored restored = solver.solve(task, options, watch);
  const std::vector<int64_t> bad = rows_not_finite(restored.x);
  if (!bad.empty()) {
    fail(
        "restore: the last step has made image {} not finite ({} of {} images). Take another restore.solver, or look "
        "at the training's loss.",
        task.first + bad.front() + 1, bad.size(), count);
  }
  return restored;
}

}  // namespace mdsm
