#pragma once

#include <span>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/energy/energy.h"
#include "mdsm/sample/observer.h"
#include "mdsm/sample/options.h"

namespace mdsm {

/// What a trace keeps of the energies at a step.
enum class TraceDetail {
  none,  ///< no trace
  mean,  ///< the mean over the chains
  each,  ///< the mean and every chain's
};

/// All chains at one step: a row of a trace. Means are over all chains, before the step; chains that ended by
/// themselves count as they stood.
struct ChainRecord {
  int64_t step = 0;
  double temperature = 0;  ///< of the step that follows
  double mean_energy = 0;
  double mean_sigma = 0;             ///< implied noise ||x - D(x)|| / sqrt(d), in units of the data
  double gradients = 0;              ///< that a chain has cost so far
  double acceptance = 0;             ///< part of the Metropolis tests so far; not a number where there are none
  std::vector<float> energies = {};  ///< a chain each, in the order of the seeds; empty unless asked for
};

/// What becomes of the batches that are done where the Watch asks to stop.
enum class OnStop {
  leave,  ///< they are lost: the Error (interrupted) goes through, as in every long call
  keep,   ///< they are returned
};

/// What draw_samples shows and keeps while it works. All may be left out.
struct DrawHooks {
  Observer* observer = nullptr;  ///< sees every batch, one after the other: step 0 begins one; may ask to stop
  TraceDetail trace = TraceDetail::none;
  int64_t trace_every = 1;  ///< record the steps that this divides
  OnStop on_stop = OnStop::leave;
};

/// Samples, and what is known of the way to them.
struct Drawn {
  Tensor samples;                    ///< (n, ...) float32 on the CPU; n < the number of seeds where chains were stopped
  std::vector<ChainRecord> trace;    ///< one a recorded step, of the n chains that finished
  int64_t gradients_per_sample = 0;  ///< at most; mean_gradients is what they were
  double mean_gradients = 0;
  double acceptance = 0;  ///< part of the Metropolis tests that accepted; not a number where there are none
  std::vector<uint64_t> refused = {};  ///< seeds of chains that are where they began: all their proposals were refused
};

/// What is to be said where some chains are where they began; empty where all moved.
std::string about_refused(const Drawn& drawn);

/// Draws one sample a seed with the sampler that the options describe, options.batch chains at a time.
///
/// A sample is a function of its own seed: not of the batch it was drawn in, to the extent that the energy's gradient
/// is not. The ranks of a job share the seeds (parallel/job.h), unless an observer watches. Not clamped to [0, 1]. Where
/// the observer, or with OnStop::keep the watch, asks to stop, the samples of the batches that were done are returned.
/// \param context  what is known of the energy; its sigma0 alone is enough for samplers that need no more
/// \throws Error as build_sampler; if options.batch or hooks.trace_every is below 1; (failure) for chains that are no
///         longer finite, with step and seed, and where no proposal of any chain was accepted; what the watch throws
Drawn draw_samples(const Energy& energy, const SampleOptions& options, const SampleContext& context,
                   std::span<const uint64_t> seeds, const DrawHooks& hooks = {}, const Watch& watch = {});

}  // namespace mdsm
