#include "mdsm/data/readers/array_images.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mdsm/base/error.h"
#include "mdsm/data/readers/piece_collector.h"
#include "mdsm/data/readers/set_memory.h"
#include "mdsm/formats/npy.h"

namespace mdsm {
namespace {

/// Of all values of an array: what they are is told by the largest and the least.
struct ValueRange {
  float least = std::numeric_limits<float>::infinity();  ///< of floats; NaN where any value is
  float most = -std::numeric_limits<float>::infinity();
  int64_t least_whole = std::numeric_limits<int64_t>::max();
  int64_t most_whole = std::numeric_limits<int64_t>::min();

  void add(const Tensor& some) {
    if (some.scalar_type() == at::kBool || some.numel() == 0) return;
    if (at::isFloatingType(some.scalar_type())) {
      const auto [low, high] = some.to(at::kFloat).aminmax();
      least = std::isnan(least) ? least : std::fmin(least, low.item<float>());
      most = std::isnan(most) ? most : std::fmax(most, high.item<float>());
      if (std::isnan(low.item<float>())) least = most = low.item<float>();
      return;
    }
    // LibTorch computes little with unsigned numbers: all but bytes go through int64.
    const Tensor values = some.scalar_type() == at::kByte ? some : some.to(at::kLong);
    least_whole = std::min(least_whole, values.min().item<int64_t>());
    most_whole = std::max(most_whole, values.max().item<int64_t>());
  }
};

bool is_channels(int64_t size) { return size == 1 || size == 3 || size == 4; }

constexpr int64_t kLeastSide = 8;  // of one image (H, W, C), where N grey images of C pixels width could be meant

/// Whether three axes are taken for one image (height, width, channels) where nothing is said.
bool looks_like_one_image(at::IntArrayRef shape) {
  return is_channels(shape[2]) && shape[0] >= kLeastSide && shape[1] >= kLeastSide;
}

/// (N, C, H, W) out of one image in three axes, or of grey ones, of which the array holds whole[0]: a view.
Tensor order_three(const Tensor& images, const Shape& whole, AxisOrder axes, const std::string& what,
                   std::vector<std::string>& notes) {
  const std::string shape = to_text(whole);
  const bool guessed = axes == AxisOrder::automatic && looks_like_one_image(images.sizes());
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
  if (whole[0] == 3 || whole[0] == 4) {
    notes.push_back(
        fmt::format("{}: {} is read as {} grey images; one image of {} channels needs data.layout channels-first", what,
                    shape, whole[0], whole[0]));
  }
  return images.unsqueeze(1);
}

/// (N, C, H, W): a view.
/// \param whole  shape of the array that these are a part of
Tensor order_axes(const Tensor& images, const Shape& whole, AxisOrder axes, const std::string& what,
                  std::vector<std::string>& notes) {
  if (images.dim() == 3) return order_three(images, whole, axes, what, notes);
  // Opacity is rare: four are channels only where no axis has one or three.
  const auto can_be = [&](int64_t axis, AxisOrder other) {
    const int64_t size = images.size(axis);
    const bool four = size == 4 && images.size(4 - axis) != 1 && images.size(4 - axis) != 3;
    return axes != other && (size == 1 || size == 3 || four || (size == 4 && axes != AxisOrder::automatic));
  };
  const bool first = can_be(1, AxisOrder::channels_last);
  const bool last = can_be(3, AxisOrder::channels_first);
  const std::string shape = to_text(whole);
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
Tensor float_pixels(const Tensor& data, const ValueRange& range, OutOfRange out_of_range, const std::string& what) {
  const Tensor values = data.to(at::kFloat);
  const float least = range.least;
  const float most = range.most;
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
Tensor whole_pixels(const Tensor& data, const ValueRange& range, const std::string& what,
                    std::vector<std::string>& notes) {
  const Tensor values = data.to(at::kLong);
  const int64_t least = range.least_whole;
  const int64_t most = range.most_whole;
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

Tensor pixels(const Tensor& data, const ValueRange& range, const Reading& reading, const std::string& what,
              std::vector<std::string>& notes) {
  const at::ScalarType type = data.scalar_type();
  if (type == at::kBool) return data.to(at::kByte) * 255;
  if (at::isFloatingType(type)) return float_pixels(data, range, reading.out_of_range, what);
  return type == at::kByte ? data : whole_pixels(data, range, what, notes);
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

void require_shape(const Shape& shape, const std::string& what) {
  require(shape.size() >= 2 && shape.size() <= 4,
          "{}: the shape {} is neither images nor vectors. Store (N, H, W), (N, H, W, C), (N, C, H, W) or (N, D).",
          what, to_text(shape));
  require(element_count(shape) > 0, "{}: the array {} is empty. Store at least one datum.", what, to_text(shape));
}

/// Some of the data of an array of this shape, or all.
Tensor converted(const Tensor& array, const Shape& whole, const ValueRange& range, const Reading& reading,
                 const std::string& what, std::vector<std::string>& notes) {
  if (array.dim() == 2) return vectors(array, what);
  Tensor images = order_axes(pixels(array, range, reading, what, notes), whole, reading.axes, what, notes);
  if (images.size(1) == 4) {
    notes.push_back(
        fmt::format("{}: the fourth channel is read as opacity and mixed with the background {} (data.background)",
                    what, reading.background));
    images = on_background(images, reading.background);
  }
  if (array.scalar_type() == at::kByte && range.most_whole == 1) {
    notes.push_back(fmt::format(
        "{}: the largest of the 8-bit levels is 1 of 255, almost black. Images of 0 and 1 are stored as bool "
        "or float",
        what));
  }
  return images;
}

/// The data from `first` on, in the array's own axes.
Tensor rows_of(NpyReader& reader, int64_t count) {
  Shape shape = reader.header().shape;
  const int64_t width = element_count(shape) / shape[0];
  shape[0] = count;
  return reader.next(count * width).view(shape);
}

}  // namespace

Tensor images_or_vectors(const std::function<NpyReader()>& open, const Reading& reading, const std::string& what,
                         std::vector<std::string>& notes) {
  NpyReader looked = open();
  const NpyHeader header = looked.header();
  require_readable(header, what);
  require_shape(header.shape, what);
  ValueRange range;
  if (header.order == NpyOrder::columns_first) {
    const Tensor whole = read_whole(std::move(looked));
    range.add(whole);
    const Tensor all = converted(whole, header.shape, range, reading, what, notes);
    PieceCollector data(what, all.size(0), reading.prepare);
    for (const Tensor& some : all.split(piece_of(static_cast<int64_t>(all[0].nbytes())))) data.add(some);
    return data.finish();
  }
  const int64_t count = header.shape[0];
  const bool one_image =
      header.shape.size() == 3 && (reading.axes != AxisOrder::automatic || looks_like_one_image(header.shape));
  const int64_t piece = one_image ? count : std::min(count, piece_of(header.data_bytes / count));
  for (int64_t first = 0; first < count; first += piece) range.add(rows_of(looked, std::min(piece, count - first)));
  NpyReader reader = open();
  PieceCollector data(what, one_image ? 1 : count, reading.prepare);
  std::vector<std::string> said;  // of later pieces: the same again
  for (int64_t first = 0; first < count; first += piece) {
    const Tensor some = rows_of(reader, std::min(piece, count - first));
    data.add(converted(some, header.shape, range, reading, what, first == 0 ? notes : said));
  }
  return data.finish();
}

}  // namespace mdsm
