#pragma once

#include "mdsm/base/watch.h"
#include "mdsm/evaluate/ais/bridge.h"
#include "mdsm/evaluate/ais/temperatures.h"

namespace mdsm {

/// How chains move at a temperature.
enum class Transition {
  hmc,       ///< one Hamiltonian move with its Metropolis test: the temperature's density is left invariant
  langevin,  ///< one unadjusted Langevin step, as the code that the paper's authors released does: no bound follows
};

/// "hmc", "langevin" in the order of the enum.
const std::vector<std::string>& transition_names();
/// \throws Error that names the nearest
Transition transition_kind(const std::string& name);

/// An annealing, the same for both directions.
struct Annealing {
  std::vector<double> betas;  ///< beta_0 = 0 < ... < beta_K = 1
  Curve log_step_size;        ///< by beta, frozen
  int64_t leapfrogs = 5;
  Transition transition = Transition::hmc;
  Leapfrog leapfrog = Leapfrog::closed;
};

/// One batch of chains, from one end of the bridge to the other.
struct Annealed {
  Tensor log_weights;     ///< (B) float64
  Tensor acceptance;      ///< (K + 1) float64: sum over the chains of the probability of acceptance at beta_k
  int64_t gradients = 0;  ///< that one chain cost
  int64_t refused = 0;    ///< chains that never moved: each of their proposals was refused
};

/// Annealed importance sampling from the reference to the model: from exact draws of the reference,
///     log w = sum_{k=1..K} (beta_k - beta_{k-1}) (E0 - E1)(x_{k-1}),    x_k from x_{k-1} by a move at beta_k,
/// so that E[w] = Z1/Z0 and E[log w] <= log Z1/Z0.
/// Source: Neal 2001, "Annealed importance sampling"; docs/derivations/ais.md, (2).
/// \throws Error (failure) where a weight is not finite
Annealed anneal_forward(const Bridge& bridge, const Annealing& annealing, const RandomRows& rows,
                        const Watch& watch = {});

/// The same backwards, from the model's side: at each k = K .. 1 a move at beta_k, then
/// log w += (beta_{k-1} - beta_k) (E0 - E1)(x). From exact samples of the model E[w] = Z0/Z1, so that E[-log w] >= log
/// Z1/Z0. From a datum x, E[w] exp(-E1(x)) / Z0 is the density at x of what the forward annealing draws
/// (docs/derivations/ais.md, (4)). Source: Grosse, Ghahramani, Adams 2015, "Sandwiching the marginal likelihood using
/// bidirectional Monte Carlo"; Burda, Grosse, Salakhutdinov 2015, "Accurate and conservative estimates of MRF
/// log-likelihood using reverse annealing".
/// \param x  where chains begin, one a key
Annealed anneal_reverse(const Bridge& bridge, const Annealing& annealing, const Tensor& x, const RandomRows& rows,
                        const Watch& watch = {});

}  // namespace mdsm
