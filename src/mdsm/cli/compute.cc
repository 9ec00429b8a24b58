#include "mdsm/cli/compute.h"

#include "mdsm/base/named.h"

namespace mdsm::cli {

Precision ComputeOptions::checked() const {
  static_cast<void>(index_of_name(device, {"auto", "cpu", "cuda"}, "--device"));
  require(device != "cuda", "--device cuda: this build of mdsm computes on the CPU alone. Use --device cpu.");
  return precision_from_name(precision);
}

void add_compute_options(CLI::App& app, ComputeOptions& options) {
  app.add_option("--precision", options.precision,
                 "auto, fp32 or bf16 (convolutions; weights stay float32); auto: "
                 "bf16 for networks of convolutions where the CPU has it")
      ->capture_default_str();
  app.add_option("--device", options.device, "auto, cpu or cuda; this build has the CPU alone")->capture_default_str();
}

}  // namespace mdsm::cli
