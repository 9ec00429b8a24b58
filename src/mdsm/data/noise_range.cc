#include "mdsm/data/noise_range.h"

#include "mdsm/base/error.h"
#include "mdsm/data/subset.h"

namespace mdsm {
namespace {

constexpr int64_t kMostValues = int64_t{1} << 26;  // 512 MiB in float64
constexpr double kMidGrey = 0.5;                   // the mean of the chains' start on images
constexpr size_t kLowerQuartile = 1;               // of DistanceStatistics::kQuantiles
constexpr size_t kMedian = 2;

double step_of_pixels(const Tensor& x) {
  constexpr double kLevels = 255;
  constexpr double kRounding = 1e-3;  // of float32 values k/255, times 255
  const Tensor scaled = x * kLevels;
  return (scaled - scaled.round()).abs().max().item<double>() < kRounding ? 1 / kLevels : 0;
}

struct Conditions {
  double start_on_shell;    ///< start_distance / (2d)^(1/4)
  double shells_merge;      ///< D_median / (2d)^(1/4)
  double farthest_reached;  ///< D_max / sqrt(d)
  double below_gap;         ///< D_nearest / (2 sqrt(d))
};

Conditions conditions_of(const SuggestedNoise& range) {
  const auto d = static_cast<double>(range.dimension);
  const double merge = std::sqrt(std::sqrt(2 * d));
  return {range.start_distance / merge, range.distances.median / merge, range.distances.largest / std::sqrt(d),
          range.distances.nearest[kLowerQuartile] / (2 * std::sqrt(d))};
}

std::string reason_for(const SuggestedNoise& range, const Conditions& conditions, const SourceInfo& info) {
  const bool images = info.datum_shape.size() == 3;
  std::string text = fmt::format(
      "{} data of {}, d = {}\n"
      "  distance between two: {:.4g} in the median, {:.4g} at most\n"
      "  to the nearest other one: {:.4g} for a quarter of them, {:.4g} in the median\n",
      range.data, info.name, range.dimension, range.distances.median, range.distances.largest,
      range.distances.nearest[kLowerQuartile], range.distances.nearest[kMedian]);
  if (range.distances.repeated > 0) {
    text += fmt::format("  {} of them have an exact copy among the others: copies do not count as nearest\n",
                        range.distances.repeated);
  }
  text += fmt::format(
      "sigma_max = {:.4g}, the largest of\n"
      "  {:.4g} = {:.4g} / (2d)^(1/4): a chain that starts at {} lies on the shell of a typical datum\n"
      "  {:.4g} = {:.4g} / (2d)^(1/4): the shells of two typical data merge\n"
      "  {:.4g} = {:.4g} / sqrt(d): the shell of each datum reaches every other\n",
      range.sigma_max, conditions.start_on_shell, range.start_distance, images ? "mid-grey" : "the data's mean",
      conditions.shells_merge, range.distances.median, conditions.farthest_reached, range.distances.largest);
  text += fmt::format(
      "sigma_min = {:.4g}\n"
      "  {:.4g} = {:.4g} / (2 sqrt(d)): the shell of a datum ends half way to its neighbour\n",
      range.sigma_min, conditions.below_gap, range.distances.nearest[kLowerQuartile]);
  if (range.pixel_step > 0) {
    text += fmt::format("  {:.4g} = 1/255: less would teach the steps of 8-bit pixels\n", range.pixel_step);
  }
  text +=
      fmt::format("levels = {}: as many geometric ones make neighbouring shells touch (continuous levels need none).",
                  range.levels);
  return text;
}

}  // namespace

int64_t touching_levels(double sigma_min, double sigma_max, int64_t dimension) {
  require(
      sigma_min > 0 && sigma_min < sigma_max && dimension >= 1,
      "touching_levels: sigma_min {}, sigma_max {}, dimension {} (expected 0 < sigma_min < sigma_max, dimension >= 1).",
      sigma_min, sigma_max, dimension);
  const double root = std::sqrt(2 * static_cast<double>(dimension));
  const double steps = std::log(sigma_max / sigma_min) / std::log((root + 1) / (root - 1));
  constexpr double kRounding = 1e-9;
  return 1 + std::max<int64_t>(1, static_cast<int64_t>(std::ceil(steps - kRounding)));
}

SuggestedNoise suggest_noise_range(const Source& source, const NoiseRangeOptions& options, const Watch& watch) {
  const SourceInfo& info = source.info();
  require(options.data >= 2, "noise range: data is {} (a distance needs two). Compare at least 2.", options.data);
  require(options.seed >= 0 && options.seed <= NoiseRangeOptions::kLargestSeed,
          "noise range: seed is {} (expected 0 to {}).", options.seed, NoiseRangeOptions::kLargestSeed);
  SuggestedNoise range;
  range.dimension = element_count(info.datum_shape);
  range.data = std::min({options.data, source.size(), std::max<int64_t>(2, kMostValues / range.dimension)});
  require(range.data >= 2, "noise range: '{}' has {} data (a distance needs two). Pass a larger set.", info.name,
          source.size());
  const Tensor x =
      source.read(subset_of(source, range.data, static_cast<uint64_t>(options.seed))).flatten(1).to(at::kDouble);
  const bool images = info.datum_shape.size() == 3;
  range.distances = distance_statistics(x, watch);
  const Tensor start = images ? at::full({1}, kMidGrey, at::kDouble) : x.mean(0, true);
  range.start_distance = quantile_of((x - start).norm(2, 1), 0.5);
  range.pixel_step = images ? step_of_pixels(x) : 0;

  const Conditions conditions = conditions_of(range);
  range.sigma_max = std::max({conditions.start_on_shell, conditions.shells_merge, conditions.farthest_reached});
  range.sigma_min = std::min(std::max(conditions.below_gap, range.pixel_step), range.sigma_max / 2);
  range.levels = touching_levels(range.sigma_min, range.sigma_max, range.dimension);
  range.reason = reason_for(range, conditions, info);
  return range;
}

}  // namespace mdsm
