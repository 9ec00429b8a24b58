#include "mdsm/cli/compute.h"

#include "mdsm/system/device.h"

namespace mdsm::cli {

Precision ComputeOptions::checked() const {
  set_compute_device(device_from_name(device, "--device"));
  return precision_from_name(precision);
}

void add_compute_options(CLI::App& app, ComputeOptions& options) {
  app.add_option("--precision", options.precision,
                 "auto, fp32 or bf16 (convolutions; weights stay float32); auto: "
                 "bf16 for networks of convolutions where the CPU has it, and on a card")
      ->capture_default_str();
  app.add_option("--device", options.device, "auto, cpu, cuda or cuda:N; auto: the CPU")->capture_default_str();
}

}  // namespace mdsm::cli
