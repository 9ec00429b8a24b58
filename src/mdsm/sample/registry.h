#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mdsm/sample/context.h"
#include "mdsm/sample/sampler.h"

namespace mdsm {

struct SampleOptions;

/// What a family of samplers has in common: the start that is its own, and which schedule it follows.
enum class SamplerKind {
  denoising,  ///< coarse to fine by noise levels, from the data's Gaussian at the largest noise
  thermal,    ///< at temperatures, from the paper's noise
};

/// The names of sample.sampler: the rows of the table in registry.cc.
std::vector<std::string> sampler_names();

/// \throws Error for an unknown name
SamplerKind sampler_kind(std::string_view name);

/// The sampler that the options describe, for an energy of which `context` is known. It costs options.steps gradients a
/// sample or, where that is 0, its own number; hmc, whose transitions cost several, up to that.
/// \throws Error for an unknown name and for options that the sampler cannot take
std::unique_ptr<Sampler> build_sampler(const SampleOptions& options, const SampleContext& context);

}  // namespace mdsm
