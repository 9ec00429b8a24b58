#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mdsm/sample/sampler.h"

namespace mdsm {

struct SampleOptions;

/// The names of sample.sampler: the rows of the table in registry.cc.
std::vector<std::string> sampler_names();

/// The sampler that the options describe, for an energy of reference scale sigma0.
/// \throws Error for an unknown name and for options that the sampler cannot take
std::unique_ptr<Sampler> build_sampler(const SampleOptions& options, double sigma0);

}  // namespace mdsm
