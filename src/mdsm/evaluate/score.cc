#include "mdsm/evaluate/score.h"

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/data/index_range.h"

namespace mdsm {
namespace {

/// Runs `action` over the data 0 .. count - 1 in batches and lays its results end to end.
Tensor map_batches(const Energy& energy, const Source& data, int64_t count, const PassOptions& pass,
                   const std::function<Tensor(const Tensor&)>& action) {
  const Shape& shape = data.info().datum_shape;
  require(shape == energy.datum_shape(),
          "{}: the data have shape {} (the energy was trained on {}). Choose data of that shape.", data.info().name,
          to_text(shape), to_text(energy.datum_shape()));
  require(count >= 1 && count <= data.size(), "{}: {} data asked for (there are {}). Lower --n.", data.info().name,
          count, data.size());
  Tensors results;
  for (int64_t first = 0; first < count; first += pass.batch) {
    const int64_t size = std::min(pass.batch, count - first);
    results.push_back(action(data.read(index_range(first, size))).to(at::kFloat));
    if (pass.progress && !pass.progress(first + size)) {
      throw Error(fmt::format("{}: interrupted after {} of {}.", data.info().name, first + size, count),
                  Fault::interrupted);
    }
  }
  return at::cat(results);
}

}  // namespace

const std::vector<std::string>& score_names() {
  static const std::vector<std::string> kNames{"energy", "gradient", "residual", "typicality"};
  return kNames;
}

ScoreKind score_kind(const std::string& name) {
  const auto& names = score_names();
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), "score: '{}' is not a score (scores: {}).{}", name, fmt::join(names, ", "),
          did_you_mean(name, names));
  return static_cast<ScoreKind>(found - names.begin());
}

Tensor scores(const Energy& energy, const Source& data, int64_t count, ScoreKind kind, double sigma0,
              double mean_energy, const PassOptions& pass) {
  const auto gradient_norm = [&](const Tensor& x) { return energy.gradient(x).flatten(1).norm(2, {1}); };
  return map_batches(energy, data, count, pass, [&](const Tensor& x) -> Tensor {
    switch (kind) {
      case ScoreKind::energy:
        return energy.value(x);
      case ScoreKind::gradient:
        return gradient_norm(x);
      case ScoreKind::residual:
        return gradient_norm(x) * (sigma0 * sigma0);
      case ScoreKind::typicality:
        return (energy.value(x) - mean_energy).abs();
    }
    fail("scores: unknown kind");
  });
}

Tensor gradients(const Energy& energy, const Source& data, int64_t count, const PassOptions& pass) {
  return map_batches(energy, data, count, pass, [&](const Tensor& x) { return energy.gradient(x); });
}

Tensor first_labels(const Source& data, int64_t count) { return data.labels(index_range(0, count)); }

}  // namespace mdsm
