#include "mdsm/evaluate/score.h"

#include <functional>

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/batch_scores.h"
#include "mdsm/evaluate/curvature/denoising_scores.h"
#include "mdsm/evaluate/finite_scores.h"
#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"

namespace mdsm {
namespace {

/// Runs `action` over all data in batches and lays its results end to end.
Tensor map_batches(const Energy& energy, const Source& data, int64_t batch, const Watch& watch,
                   const std::function<Tensor(const Tensor&)>& action) {
  require_scorable(energy, data);
  return rows_of_all(job(), data.size(), [&](const Rows& own) {
    Tensors results;
    const int64_t end = own.first + own.count;
    for (int64_t first = own.first; first < end; first += batch) {
      const int64_t size = std::min(batch, end - first);
      const Tensor x = data.read(index_range(first, size));
      results.push_back(action(x).to(at::kFloat));
      require_finite_scores(results.back(), x, data.info().name, first);
      watch.update(first + size - own.first, own.count, data.info().name + ": scored");
    }
    return at::cat(results);
  });
}

}  // namespace

const std::vector<std::string>& score_names() {
  static const std::vector<std::string> names{"energy",     "gradient",       "residual",
                                              "typicality", "denoising-loss", "error-ratio"};
  return names;
}

ScoreKind score_kind(const std::string& name) {
  return static_cast<ScoreKind>(index_of_name(name, score_names(), "score"));
}

void require_scorable(const Energy& energy, const Source& data) {
  const Shape& shape = data.info().datum_shape;
  require(shape == energy.datum_shape(),
          "{}: the data have shape {} (the energy was trained on {}). Choose data of that shape.", data.info().name,
          to_text(shape), to_text(energy.datum_shape()));
  require(data.size() >= 1 && data.size() != Source::kEndless,
          "{}: these data never end, or there are none. Say how many with n.", data.info().name);
}

Tensor batch_scores(const Energy& energy, const Tensor& x, ScoreKind kind, double sigma0, double mean_energy,
                    uint64_t seed) {
  const auto gradient_norm = [&] { return sum_per_datum(energy.gradient(x).to(at::kDouble).square()).sqrt_(); };
  switch (kind) {
    case ScoreKind::energy:
      return energy.value(x);
    case ScoreKind::gradient:
      return gradient_norm();
    case ScoreKind::residual:
      return gradient_norm() * (sigma0 * sigma0);
    case ScoreKind::typicality:
      return (energy.value(x) - mean_energy).abs();
    case ScoreKind::denoising_loss:
      return denoising_scores(energy, x, sigma0, seed).loss;
    case ScoreKind::error_ratio:
      return denoising_scores(energy, x, sigma0, seed).ratio;
  }
  fail("scores: unknown kind");
}

Tensor scores(const Energy& energy, const Source& data, ScoreKind kind, double sigma0, double mean_energy,
              int64_t batch, const Watch& watch, uint64_t seed) {
  return map_batches(energy, data, batch, watch,
                     [&](const Tensor& x) { return batch_scores(energy, x, kind, sigma0, mean_energy, seed); });
}

Tensor gradients(const Energy& energy, const Source& data, int64_t batch, const Watch& watch) {
  return map_batches(energy, data, batch, watch, [&](const Tensor& x) { return energy.gradient(x); });
}

Tensor energies_of(const Energy& energy, const Tensor& x, int64_t batch) {
  return rows_of_all(job(), x.size(0), [&](const Rows& own) {
    Tensors parts;
    int64_t first = own.first;
    for (const Tensor& part : x.narrow(0, own.first, own.count).split(batch)) {
      parts.push_back(energy.value(part).to(at::kDouble));
      require_finite_scores(parts.back(), part, "energies", first);
      first += part.size(0);
    }
    return at::cat(parts).to(at::kCPU);
  });
}

}  // namespace mdsm
