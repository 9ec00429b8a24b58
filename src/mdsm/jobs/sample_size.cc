#include "mdsm/jobs/sample_size.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr int64_t kLongestSide = 8192;

std::optional<int64_t> side_of(std::string_view text) {
  int64_t side = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), side);
  if (error != std::errc() || end != text.data() + text.size() || side < 1 || side > kLongestSide) return {};
  return side;
}

}  // namespace

SizedSampling at_size(const TrainedEnergy& trained, const SampleOptions& options, const std::string& size) {
  const size_t cross = std::min(size.find('x'), size.size());
  const auto height = side_of(std::string_view(size).substr(0, cross));
  const auto width = side_of(std::string_view(size).substr(std::min(cross + 1, size.size())));
  require(height && width, "size '{}': expected HEIGHTxWIDTH in pixels, 1 to {} each, such as 128x192.", size,
          kLongestSide);
  const Shape& own = trained.energy->datum_shape();
  require(own.size() == 3, "size {}: the energy takes vectors {}, not images.", size, to_text(own));
  SizedSampling sized{trained, options};
  const Shape wanted{own[0], *height, *width};
  if (wanted == own) return sized;
  sized.trained.energy = trained.energy_for(wanted);
  sized.trained.moments = nullptr;
  require(options.start != "gaussian" && options.start != "mean",
          "size {}: sample.start = '{}' begins at the moments of the training's patches, which are {} x {}. Start from "
          "'noise'.",
          size, options.start, own[1], own[2]);
  if (options.start == "default") sized.options.start = "noise";
  return sized;
}

}  // namespace mdsm
