#pragma once

#include "mdsm/base/options.h"
#include "mdsm/base/watch.h"
#include "mdsm/evaluate/ais/anneal.h"
#include "mdsm/evaluate/ais/pilot.h"
#include "mdsm/evaluate/ais/weights.h"
#include "mdsm/evaluate/parts.h"

namespace mdsm {

/// How a normaliser is bracketed.
struct BracketOptions {
  int64_t chains = 64;
  int64_t temperatures = 500;
  int64_t leapfrogs = 5;
  std::string transition = "hmc";
  std::string spacing = "adaptive";
  double step_size = 0.02;
  double target_acceptance = 0.8;
  int64_t pilot_chains = 16;
  int64_t batch = 64;  ///< chains that move together; changes speed and memory, not the numbers

  template <class Option> void visit(Option&& option) {
    option("chains", chains, "chains in each direction", at_least(2));
    option("temperatures", temperatures, "temperatures of the annealing", at_least(2));
    option("leapfrogs", leapfrogs, "leapfrog steps, and gradients, at each temperature", at_least(1));
    option("transition", transition,
           "'hmc' (with Metropolis test), or 'langevin': one unadjusted step a temperature, as the paper's authors' "
           "released code does; its numbers are no bounds",
           one_of(transition_names()));
    option("spacing", spacing, "'adaptive' (equal thermodynamic length), 'linear' or 'exponential' (the paper's)",
           one_of(beta_spacing_names()));
    option("step_size", step_size, "of 'langevin' transitions, in units of the data; 'hmc' finds its own", above(0));
    option("target_acceptance", target_acceptance, "what the pilot run adapts step sizes to", between(0.05, 0.99));
    option("pilot_chains", pilot_chains, "chains of the pilot run", at_least(2));
  }
};

/// What the chains of one direction gave.
struct AisDirection {
  Tensor log_weights;     ///< (chains) float64
  Tensor acceptance;      ///< (temperatures + 1) float64, mean over chains at beta_k; 0 where no move is made
  int64_t gradients = 0;  ///< that a chain cost
  int64_t refused = 0;    ///< chains that never moved: each of their proposals was refused
};

/// Mean acceptance over the temperatures of a band of betas.
struct AcceptanceBand {
  double beta_low = 0;
  double beta_high = 0;
  double acceptance = 0;  ///< both directions together
};

/// log Z of a model, from below and above (docs/derivations/ais.md).
struct NormaliserBracket {
  double reference_log_normaliser = 0;
  AisDirection forward;
  AisDirection reverse;
  BootstrapEstimate lower;    ///< of log Z, from forward weights: a lower bound in expectation
  BootstrapEstimate upper;    ///< from reverse weights: an upper bound if their chains started from exact samples
  BootstrapEstimate bennett;  ///< both together, under the same condition
  double mean_log_lower = 0;  ///< with the mean of log w instead: a looser lower bound that no rare weight can lift
  double mean_log_upper = 0;
  double forward_sample_size = 0;  ///< effective, of `chains`
  double reverse_sample_size = 0;
  std::vector<AcceptanceBand> acceptance;  ///< empty for Langevin steps
  double length = 0;                       ///< thermodynamic, by the pilot run
  int64_t pilot_gradients = 0;             ///< of one of its chains

  double gap() const { return upper.value - lower.value; }
};

/// Brackets log Z of the model by a pilot run, forward and reverse annealing between it and the reference.
///
/// A number is a function of (energies, options but batch, seed, x): chains have random numbers of their own.
/// \param x      where reverse chains begin, (options.chains, datum_shape...): exact samples of the model, or data
/// \param parts  keeps finished batches of chains
/// \throws Error (failure) where no chain of a direction has moved, or a weight is not finite; what the watch throws
NormaliserBracket bracket_normaliser(const AnalyticEnergy& reference, const Energy& model, const Tensor& x,
                                     const BracketOptions& options, uint64_t seed, const PartStore& parts = {},
                                     const Watch& watch = {});

}  // namespace mdsm
