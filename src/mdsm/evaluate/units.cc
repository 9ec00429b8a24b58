#include "mdsm/evaluate/units.h"

#include "mdsm/base/error.h"

namespace mdsm {

std::string energy_unit(const Shape& datum_shape) {
  return fmt::format("nats a datum ({} dimensions), up to the network's own constant", element_count(datum_shape));
}

std::string score_unit(ScoreKind kind, const Shape& datum_shape) {
  const int64_t dimensions = element_count(datum_shape);
  switch (kind) {
    case ScoreKind::energy:
      return energy_unit(datum_shape);
    case ScoreKind::gradient:
      return fmt::format("nats per unit of the data, {}: Euclidean norm over {} dimensions",
                         coordinate_unit(datum_shape), dimensions);
    case ScoreKind::residual:
      return fmt::format("{}: Euclidean norm over {} dimensions", coordinate_unit(datum_shape), dimensions);
    case ScoreKind::typicality:
      return fmt::format("nats a datum ({} dimensions)", dimensions);
    case ScoreKind::denoising_loss:
      return fmt::format("squared errors over sigma^2, summed over three noise levels and {} dimensions", dimensions);
    case ScoreKind::error_ratio:
      return "squared error over the predicted one";
  }
  fail("score_unit: unknown kind");
}

}  // namespace mdsm
