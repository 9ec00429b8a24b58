#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mdsm/base/tensor.h"
#include "mdsm/sample/draw.h"

namespace mdsm {

/// Whether chains have forgotten where they began, and what their draws are worth, from one number a draw.
struct ChainDiagnostics {
  int64_t chains = 0;
  int64_t draws = 0;     ///< of a chain
  double r_hat = 0;      ///< 1 where chains agree in place and in spread; above 1.01 they do not yet
  double effective = 0;  ///< independent draws that are worth as much for their mean, of chains * draws
};

/// Rank-normalised split R-hat, the larger of that of the values and that of their distances from the median, and the bulk
/// effective sample size, by Geyer's initial monotone sequence of the autocovariances of all halves. Both are not a number where all
/// values are equal. Source: Vehtari, Gelman, Simpson, Carpenter, Buerkner 2021, "Rank-normalization, folding, and
/// localization: an improved R-hat for assessing convergence of MCMC", Bayesian Analysis 16.
/// \param values  (chains, draws), at least 8 draws a chain; of an odd number the first is left out
/// \throws Error for fewer, or values that are not finite
ChainDiagnostics chain_diagnostics(const Tensor& values);

/// That of the energies where a trace ends at one temperature above 0: of its last records of one temperature the second half, the first
/// being what chains take to settle. Nothing where these are fewer than 16 records, or energies were not kept by chain: an anneal
/// has no such end.
std::optional<ChainDiagnostics> energy_diagnostics(const std::vector<ChainRecord>& trace);

/// "energies of the last 100 steps of 16 chains: R-hat 1.004, effective sample size 812 of 1600"
std::string to_text(const ChainDiagnostics& at);

}  // namespace mdsm
