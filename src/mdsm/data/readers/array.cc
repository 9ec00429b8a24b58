#include "mdsm/data/readers/array.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/formats/npy.h"

namespace mdsm {
namespace {

constexpr std::array kDataNames{"x", "images", "data", "arr_0"};
constexpr std::array kLabelNames{"y", "labels"};

/// The first of the candidates that is among the names; nullptr if none is.
template <size_t count>
const char* find_name(const std::vector<std::string>& names, const std::array<const char*, count>& candidates) {
  for (const char* candidate : candidates) {
    if (std::find(names.begin(), names.end(), candidate) != names.end()) return candidate;
  }
  return nullptr;
}

bool is_channels(int64_t size) { return size == 1 || size == 3; }

/// (N, C, H, W) contiguous, from any of the three layouts.
Tensor order_axes(const Tensor& images, const std::string& what) {
  if (images.dim() == 3) return images.unsqueeze(1).contiguous();
  const bool first = is_channels(images.size(1));
  const bool last = is_channels(images.size(3));
  require(first || last,
          "{}: images {} have no axis of 1 or 3 channels. Store (N, C, H, W), (N, H, W, C) or (N, H, W).", what,
          to_text(images.sizes()));
  require(!first || !last,
          "{}: in images {} the channels could be the second axis or the last. Store grey ones as (N, H, W).", what,
          to_text(images.sizes()));
  return first ? images.contiguous() : images.permute({0, 3, 1, 2}).contiguous();
}

/// Float data become float32.
Tensor check_floats(const Tensor& data, bool is_image, OutOfRange out_of_range, const std::string& what) {
  Tensor values = data.to(at::kFloat);
  const auto [low, high] = values.aminmax();  // both are NaN where any value is
  const float least = low.item<float>();
  const float most = high.item<float>();
  require(std::isfinite(least) && std::isfinite(most),
          "{}: some values are not finite in float32 ({} to {}). Remove them.", what, least, most);
  if (is_image && out_of_range == OutOfRange::clamped) return values.clamp(0, 1);
  require(!is_image || (least >= 0 && most <= 1),
          "{}: the images hold values from {} to {} (float images lie in [0, 1]). Rescale them, or store uint8.", what,
          least, most);
  return values;
}

Tensor check_data(const Tensor& data, OutOfRange out_of_range, const std::string& what) {
  const bool is_image = data.dim() == 3 || data.dim() == 4;
  require(is_image || data.dim() == 2,
          "{}: the shape {} is neither images nor vectors. Store (N, H, W), (N, H, W, C), (N, C, H, W) or (N, D).",
          what, to_text(data.sizes()));
  require(data.numel() > 0, "{}: the array {} is empty. Store at least one datum.", what, to_text(data.sizes()));
  const at::ScalarType type = data.scalar_type();
  const bool is_float = type == at::kFloat || type == at::kDouble;
  require(is_float || (is_image && type == at::kByte),
          "{}: {} of type {} are not read (images are uint8, float32 or float64, vectors float32 or float64). "
          "Convert the array.",
          what, is_image ? "images" : "vectors", at::toString(type));
  const Tensor values = is_float ? check_floats(data, is_image, out_of_range, what) : data;
  return is_image ? order_axes(values, what) : values.contiguous();
}

Tensor check_labels(const Tensor& labels, int64_t count, const std::string& what) {
  const bool is_column = labels.dim() == 2 && labels.size(1) == 1;
  require((labels.dim() == 1 || is_column) && labels.size(0) == count,
          "{}: labels {} for {} data. Store one label for each, ({}).", what, to_text(labels.sizes()), count, count);
  require(at::isIntegralType(labels.scalar_type(), /*includeBool=*/false),
          "{}: labels of type {} are not read. Store integers: class numbers, -1 where unknown.", what,
          at::toString(labels.scalar_type()));
  const Tensor numbers = labels.reshape({count}).to(at::kLong);
  require(numbers.min().item<int64_t>() >= -1, "{}: the label {} is no class. Store class numbers, -1 where unknown.",
          what, numbers.min().item<int64_t>());
  return numbers;
}

}  // namespace

LabelledData read_array(const std::filesystem::path& path, OutOfRange out_of_range) {
  const std::string what = fmt::format("'{}'", path.string());
  LabelledData result;
  if (path.extension() != ".npz") {
    result.data = check_data(read_npy(path), out_of_range, what);
    result.labels = at::full({result.data.size(0)}, -1, at::kLong);
    return result;
  }
  const std::vector<std::string> names = npz_names(path);
  const char* data = find_name(names, kDataNames);
  require(data != nullptr, "{} holds no array named {} (it holds {}). Store the images or vectors as 'x'.", what,
          fmt::join(kDataNames, ", "), names.empty() ? "none" : fmt::to_string(fmt::join(names, ", ")));
  const auto name_of = [&](const char* name) { return fmt::format("'{}' in {}", name, what); };
  result.data = check_data(read_npz(path, data), out_of_range, name_of(data));
  const int64_t count = result.data.size(0);
  const char* labels = find_name(names, kLabelNames);
  result.labels = labels == nullptr ? at::full({count}, -1, at::kLong)
                                    : check_labels(read_npz(path, labels), count, name_of(labels));
  return result;
}

}  // namespace mdsm
