#include "mdsm/data/readers/array_images.h"

#include <cmath>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

bool is_channels(int64_t size) { return size == 1 || size == 3 || size == 4; }

/// (N, C, H, W) out of one image in three axes, or of N grey ones: a view.
Tensor order_three(const Tensor& images, AxisOrder axes, const std::string& what, std::vector<std::string>& notes) {
  constexpr int64_t kLeastSide = 8;  // of one image (H, W, C), where N grey images of C pixels width could be meant
  const std::string shape = to_text(images.sizes());
  const bool guessed = axes == AxisOrder::automatic && is_channels(images.size(2)) && images.size(0) >= kLeastSide &&
                       images.size(1) >= kLeastSide;
  if (axes == AxisOrder::channels_last || guessed) {
    require(is_channels(images.size(2)), "{}: the last axis of {} has no 1, 3 or 4 channels. Set data.layout to auto.",
            what, shape);
    notes.push_back(fmt::format("{}: {} is read as one image (height, width, channels)", what, shape));
    return images.permute({2, 0, 1}).unsqueeze(0);
  }
  if (axes == AxisOrder::channels_first) {
    require(is_channels(images.size(0)), "{}: the first axis of {} has no 1, 3 or 4 channels. Set data.layout to auto.",
            what, shape);
    notes.push_back(fmt::format("{}: {} is read as one image (channels, height, width)", what, shape));
    return images.unsqueeze(0);
  }
  if (images.size(0) == 3 || images.size(0) == 4) {
    notes.push_back(
        fmt::format("{}: {} is read as {} grey images; one image of {} channels needs data.layout channels-first", what,
                    shape, images.size(0), images.size(0)));
  }
  return images.unsqueeze(1);
}

/// (N, C, H, W): a view.
Tensor order_axes(const Tensor& images, AxisOrder axes, const std::string& what, std::vector<std::string>& notes) {
  if (images.dim() == 3) return order_three(images, axes, what, notes);
  // Opacity is rare: four are channels only where no axis has one or three.
  const auto can_be = [&](int64_t axis, AxisOrder other) {
    const int64_t size = images.size(axis);
    const bool four = size == 4 && images.size(4 - axis) != 1 && images.size(4 - axis) != 3;
    return axes != other && (size == 1 || size == 3 || four || (size == 4 && axes != AxisOrder::automatic));
  };
  const bool first = can_be(1, AxisOrder::channels_last);
  const bool last = can_be(3, AxisOrder::channels_first);
  const std::string shape = to_text(images.sizes());
  require(
      first || last,
      "{}: images {} have no axis of 1 or 3 channels (nor of 4, with opacity){}. Store (N, C, H, W), (N, H, W, C) or "
      "(N, H, W).",
      what, shape, axes == AxisOrder::automatic ? "" : " where data.layout says");
  require(!first || !last,
          "{}: in images {} the channels could be the second axis or the last. Set data.layout to channels-first or "
          "channels-last; or store grey ones as (N, H, W).",
          what, shape);
  return first ? images : images.permute({0, 3, 1, 2});
}

/// Float pixels as float32 in [0, 1].
Tensor float_pixels(const Tensor& data, OutOfRange out_of_range, const std::string& what) {
  const Tensor values = data.to(at::kFloat);
  const auto [low, high] = values.aminmax();  // both are NaN where any value is
  const auto least = low.item<float>();
  const auto most = high.item<float>();
  require(std::isfinite(least) && std::isfinite(most),
          "{}: some values are not finite in float32 ({} to {}). Remove them.", what, least, most);
  if (out_of_range == OutOfRange::kept) return values;
  if (out_of_range == OutOfRange::clamped) return values.clamp(0, 1);
  const bool bytes = least >= 0 && most > 1 && most <= 255;
  require(least >= 0 && most <= 1,
          "{}: the images hold values from {} to {} (float images lie in [0, 1]). {}, or store uint8.", what, least,
          most,
          bytes                      ? "Divide them by 255"
          : least >= -1 && most <= 1 ? "Store (x + 1) / 2"
                                     : "Rescale them");
  return values;
}

/// Whole numbers of other widths as bytes.
Tensor whole_pixels(const Tensor& data, const std::string& what, std::vector<std::string>& notes) {
  // LibTorch computes little with unsigned numbers: all go through int64.
  const Tensor values = data.to(at::kLong);
  const auto least = values.min().item<int64_t>();
  const auto most = values.max().item<int64_t>();
  const char* type = at::toString(data.scalar_type());
  if (least >= 0 && most <= 255) {
    notes.push_back(fmt::format("{}: whole numbers of type {} from {} to {} are read as 8-bit levels, 0 to 255", what,
                                type, least, most));
    return values.to(at::kByte);
  }
  require(
      data.scalar_type() == at::kUInt16,
      "{}: the images hold whole numbers from {} to {} (type {}; read are 0 to 255, or uint16 from 0 to 65535). Rescale "
      "them.",
      what, least, most, type);
  notes.push_back(fmt::format("{}: 16-bit levels, 0 to 65535 (the largest is {}), are rounded to 8 bits", what, most));
  return (values * 255 + 32767).div_(65535, "floor").to(at::kByte);
}

Tensor pixels(const Tensor& data, const Reading& reading, const std::string& what, std::vector<std::string>& notes) {
  const at::ScalarType type = data.scalar_type();
  if (type == at::kBool) return data.to(at::kByte) * 255;
  if (at::isFloatingType(type)) return float_pixels(data, reading.out_of_range, what);
  return type == at::kByte ? data : whole_pixels(data, what, notes);
}

Tensor vectors(const Tensor& data, const std::string& what) {
  const at::ScalarType type = data.scalar_type();
  require(
      type != at::kByte && type != at::kBool,
      "{}: vectors of type {} are not read. Are they flattened images? Store those as (N, H, W) or (N, H, W, C), one "
      "image as (1, H, W), and vectors as float32.",
      what, at::toString(type));
  const Tensor values = data.to(at::kFloat);
  require(values.isfinite().all().item<bool>(), "{}: some values are not finite in float32. Remove them.", what);
  return values.contiguous();
}

}  // namespace

Tensor images_or_vectors(const Tensor& array, const Reading& reading, const std::string& what,
                         std::vector<std::string>& notes) {
  require(array.dim() >= 2 && array.dim() <= 4,
          "{}: the shape {} is neither images nor vectors. Store (N, H, W), (N, H, W, C), (N, C, H, W) or (N, D).",
          what, to_text(array.sizes()));
  require(array.numel() > 0, "{}: the array {} is empty. Store at least one datum.", what, to_text(array.sizes()));
  if (array.dim() == 2) return vectors(array, what);
  Tensor images = order_axes(pixels(array, reading, what, notes), reading.axes, what, notes);
  if (images.size(1) == 4) {
    notes.push_back(
        fmt::format("{}: the fourth channel is read as opacity and mixed with the background {} (data.background)",
                    what, reading.background));
    images = on_background(images, reading.background);
  }
  if (images.scalar_type() == at::kByte && images.max().item<uint8_t>() == 1) {
    notes.push_back(fmt::format(
        "{}: the largest of the 8-bit levels is 1 of 255, almost black. Images of 0 and 1 are stored as bool "
        "or float",
        what));
  }
  return images.contiguous();
}

}  // namespace mdsm
