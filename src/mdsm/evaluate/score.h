#pragma once

#include <string>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/data/source.h"
#include "mdsm/energy/energy.h"

namespace mdsm {

/// What a datum is ranked by.
enum class ScoreKind {
  energy,          ///< E(x)
  gradient,        ///< ||grad E(x)||
  residual,        ///< ||x - D(x)|| = sigma0^2 ||grad E(x)||, in units of the data
  typicality,      ///< |E(x) - mean energy of training data|
  denoising_loss,  ///< DenoisingScores::loss (curvature/denoising_scores.h)
  error_ratio,     ///< DenoisingScores::ratio
};

/// "energy", "gradient", ... in the order of the enum.
const std::vector<std::string>& score_names();
/// \throws Error that names the nearest
ScoreKind score_kind(const std::string& name);

/// Data that an energy sees at once if nothing else is said; another number changes speed, memory and last bits.
inline constexpr int64_t kScoreBatch = 256;

/// \throws Error unless the data are a finite set of the energy's shape with a datum in it
void require_scorable(const Energy& energy, const Source& data);

/// Scores of all data of a finite source, which the ranks of a job share: (N) float32. Smaller is more typical under every kind.
/// \param mean_energy  of training data, for ScoreKind::typicality only
/// \param seed  of the noise that denoising_loss and error_ratio add
/// \throws Error as require_scorable
Tensor scores(const Energy& energy, const Source& data, ScoreKind kind, double sigma0, double mean_energy,
              int64_t batch = kScoreBatch, const Watch& watch = {}, uint64_t seed = 0);

/// grad E of all data: (N, datum_shape...) float32.
Tensor gradients(const Energy& energy, const Source& data, int64_t batch = kScoreBatch, const Watch& watch = {});

/// E of data that are in memory, (N) float64.
Tensor energies_of(const Energy& energy, const Tensor& x, int64_t batch = kScoreBatch);

}  // namespace mdsm
