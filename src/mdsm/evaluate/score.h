#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mdsm/data/source.h"
#include "mdsm/energy/energy.h"

namespace mdsm {

/// What a datum is ranked by.
enum class ScoreKind {
  energy,      ///< E(x)
  gradient,    ///< ||grad E(x)||
  residual,    ///< ||x - D(x)|| = sigma0^2 ||grad E(x)||, in units of the data
  typicality,  ///< |E(x) - mean energy of training data|
};

/// "energy", "gradient", ... in the order of the enum.
const std::vector<std::string>& score_names();
/// \throws Error that names the nearest
ScoreKind score_kind(const std::string& name);

/// How a pass over data is cut up, and who hears of it.
struct PassOptions {
  int64_t batch = 256;
  /// Called with the number of data done so far; may be empty. Returns whether to go on.
  std::function<bool(int64_t done)> progress = nullptr;
};

/// Scores of the data 0 .. count - 1 of a source: (count) float32. Smaller is more typical under every kind.
/// \param mean_energy  of training data, for ScoreKind::typicality only
/// \throws Error if the data do not have the energy's shape, or count is more than there are
Tensor scores(const Energy& energy, const Source& data, int64_t count, ScoreKind kind, double sigma0,
              double mean_energy, const PassOptions& pass = {});

/// grad E of the data 0 .. count - 1: (count, datum_shape...) float32.
Tensor gradients(const Energy& energy, const Source& data, int64_t count, const PassOptions& pass = {});

/// Labels of the data 0 .. count - 1: (count) int64, -1 where unknown.
Tensor first_labels(const Source& data, int64_t count);

}  // namespace mdsm
