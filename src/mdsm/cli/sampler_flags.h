#pragma once

#include "mdsm/cli/option_flags.h"
#include "mdsm/sample/settings.h"

namespace mdsm::cli {

/// What a command line says of how samples are drawn: --sampler, --steps, --start, --schedule, --eta, --temperature,
/// --step-size, --batch and --set.
class SamplerFlags {
 public:
  void declare(CLI::App& app);
  SamplerRequest request() const;

 private:
  SamplerRequest asked_;
  DeferredFlags others_;
};

}  // namespace mdsm::cli
