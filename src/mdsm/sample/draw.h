#pragma once

#include <functional>
#include <span>
#include <vector>

#include "mdsm/energy/energy.h"
#include "mdsm/sample/observer.h"
#include "mdsm/sample/options.h"

namespace mdsm {

/// How far a drawing is, before each step of each batch.
struct DrawProgress {
  int64_t finished = 0;  ///< chains of the batches that are done
  int64_t batch = 0;     ///< chains that are moving
  int64_t total = 0;     ///< chains asked for
  int64_t step = 0;      ///< the step they are at, 0 .. steps - 1
  int64_t steps = 0;

  /// Part of the work that is done, in [0, 1).
  double fraction() const;
};

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

/// What draw_samples tells while it works. All may be left out.
struct DrawHooks {
  std::function<Reply(const DrawProgress&)> progress = nullptr;  ///< called before every step; may ask to stop
  Observer* observer = nullptr;  ///< sees every batch, one after the other: step 0 begins one; may ask to stop
  TraceDetail trace = TraceDetail::none;
  int64_t trace_every = 1;  ///< record the steps that this divides
};

/// Samples, and what is known of the way to them.
struct Drawn {
  Tensor samples;                  ///< (n, ...) float32 on the CPU; n < the number of seeds where a hook asked to stop
  std::vector<ChainRecord> trace;  ///< one a recorded step, of the n chains that finished
  int64_t gradients_per_sample = 0;  ///< at most; mean_gradients is what they were
  double mean_gradients = 0;
  double acceptance = 0;  ///< part of the Metropolis tests that accepted; not a number where there are none
};

/// Draws one sample a seed with the sampler that the options describe, options.batch chains at a time.
///
/// A sample is a function of its own seed: not of the batch it was drawn in, to the extent that the energy's gradient
/// is not. Not clamped to [0, 1]. When a hook asks to stop, the samples of the batches that were done are returned.
/// \param context  what is known of the energy; its sigma0 alone is enough for samplers that need no more
/// \throws Error as build_sampler; if options.batch or hooks.trace_every is below 1; and (failure) for chains that are
/// no longer finite, with their seed
Drawn draw_samples(const Energy& energy, const SampleOptions& options, const SampleContext& context,
                   std::span<const uint64_t> seeds, const DrawHooks& hooks = {});

}  // namespace mdsm
