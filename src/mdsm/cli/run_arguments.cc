#include "mdsm/cli/run_arguments.h"

#include "mdsm/cli/terminal.h"

namespace mdsm::cli {

CLI::Option* RunArguments::declare_run(CLI::App& app) {
  return app.add_option("RUN", run, "run directory, checkpoint file or shipped model");
}

void RunArguments::declare_flags(CLI::App& app) {
  add_compute_options(app, compute);
  app.add_flag("--raw", raw, "the weights themselves instead of their moving average");
}

TrainedEnergy RunArguments::load(Precision preferred) const {
  const Precision told = compute.checked();
  TrainedEnergy trained = load_trained_energy(run, weights(), told == Precision::automatic ? preferred : told);
  tell(trained.notice);
  return trained;
}

}  // namespace mdsm::cli
