#include "mdsm/evaluate/evaluations/curvature.h"

#include "mdsm/evaluate/curvature/predicted_error.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/units.h"

namespace mdsm {
namespace {

constexpr int64_t kMost = 200;

std::vector<ResultRow> rows_of(const std::vector<CurvatureLevel>& levels) {
  std::vector<ResultRow> rows;
  for (const CurvatureLevel& at : levels) {
    rows.push_back({{"sigma", at.sigma},
                    {"squared_error", at.actual},
                    {"predicted", at.predicted},
                    {"error_over_predicted", at.actual / at.predicted},
                    {"standard_error", at.ratio_error},
                    {"trace", at.trace},
                    {"correlation_trace", at.correlation_trace},
                    {"correlation_square", at.correlation_square}});
  }
  return rows;
}

}  // namespace

Results evaluate_curvature(EvaluationContext& context, const CurvatureOptions& options) {
  context.prefer_float32();  // J is a small difference of large terms where the noise is small
  const auto data = context.chosen(context.test_data(), kMost);
  const Calibration calibration = calibration_of(context, options.noise);
  const std::vector<CurvatureLevel> found =
      predicted_errors(context.energy(), *data, calibration, options.probes, context.watch);
  Results results{
      {"data", name_of(*data)}, {"n", data->size()}, {"sigma0", calibration.sigma0}, {"probes", options.probes}};
  results.set("curvature", rows_of(found));
  results.set("units", "squared_error and predicted: summed over the dimensions of a datum, in squares of " +
                           coordinate_unit(context.energy().datum_shape()) + "; trace: dimensions");
  results.note(
      "predicted is sigma^2 tr J, J the denoiser's derivative; trace counts the dimensions that the noise leaves. The "
      "correlations are of logs, image by image: which image is hard, the sum of squares of J tells better than its "
      "trace.");
  return results;
}

}  // namespace mdsm
