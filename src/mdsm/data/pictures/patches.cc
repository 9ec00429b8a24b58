#include "mdsm/data/pictures/patches.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/data/transform.h"

namespace mdsm {
namespace {

constexpr double kLeastScale = 0.1;
constexpr uint32_t kMostAttempts = 64;

// Numbers of a patch's row.
enum Draw : uint32_t { where = 0, scale = 1, turn = 2 };

SourceInfo with_shape(SourceInfo info, const PictureList& pictures, int64_t side) {
  info.datum_shape = {pictures.all->channels(), side, side};
  for (const std::string& note : pictures.all->notes()) info.notes.push_back(note);
  return info;
}

/// One of the eight ways to lay a square (C, n, n) down.
Tensor laid_down(const Tensor& square, int64_t way) {
  const Tensor mirrored = way % 2 == 0 ? square : square.flip({2});
  return at::rot90(mirrored, way / 2, {1, 2});
}

Tensor window(const Tensor& picture, int64_t top, int64_t left, int64_t side) {
  return picture.narrow(1, top, side).narrow(2, left, side);
}

Tensor no_labels_of(std::span<const int64_t> indices) {
  return at::full({static_cast<int64_t>(indices.size())}, -1, at::kLong);
}

/// (B, C, side, side) float32 of patches that `patch` gives in bytes.
Tensor batch_of(std::span<const int64_t> indices, const Shape& datum, const std::function<Tensor(int64_t)>& patch) {
  const Tensor out = at::empty(batch_shape(static_cast<int64_t>(indices.size()), datum), at::kFloat);
  at::parallel_for(0, out.size(0), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) out[i].copy_(patch(indices[static_cast<size_t>(i)]));
  });
  return out.div_(255);
}

}  // namespace

RandomPatches::RandomPatches(PictureList pictures, const PatchOptions& options, SourceInfo info)
    : pictures_(std::move(pictures)), options_(options), info_(with_shape(std::move(info), pictures_, options.side)) {
  require(options.side >= 1, "data.patch is {} (expected pixels).", options.side);
  require(!options.scales.empty(), "data.patch_scales: there are none (1 keeps pictures as they are).");
  for (const double each : options.scales) {
    require(each >= kLeastScale && each <= 1, "data.patch_scales: {:g} (expected {:g} to 1).", each, kLeastScale);
    Places at{.side = std::llround(static_cast<double>(options.side) / each), .up_to = {}};
    double sum = 0;
    for (const int64_t place : pictures_.places) {
      const PictureSize& size = pictures_.all->size_of(place);
      const auto free = [&](int64_t side) { return static_cast<double>(std::max<int64_t>(0, side - at.side + 1)); };
      at.up_to.push_back(sum += free(size.height) * free(size.width));
    }
    require(sum > 0, "{}: none of {} pictures holds a square of {} pixels (data.patch {} at scale {:g}).", info_.name,
            pictures_.places.size(), at.side, options.side, each);
    scales_.push_back(std::move(at));
  }
}

RandomPatches::Cut RandomPatches::cut(int64_t index, uint32_t attempt) const {
  const RandomKey key{(static_cast<uint64_t>(index) >> 32U) | (uint64_t{attempt} << 32U), Stream::data, 0,
                      static_cast<uint32_t>(index)};
  const Places& at = scales_[integer_at(key, Draw::scale, scales_.size())];
  const double place = uniform_at(key, Draw::where) * at.up_to.back();
  const auto found = std::min(std::upper_bound(at.up_to.begin(), at.up_to.end(), place), std::prev(at.up_to.end()));
  const int64_t picture = pictures_.places[static_cast<size_t>(found - at.up_to.begin())];
  const int64_t rest = static_cast<int64_t>(place - (found == at.up_to.begin() ? 0 : *std::prev(found)));
  const int64_t across = pictures_.all->size_of(picture).width - at.side + 1;
  return {picture, std::min(rest / across, pictures_.all->size_of(picture).height - at.side), rest % across, at.side,
          options_.turn ? static_cast<int64_t>(integer_at(key, Draw::turn, 8)) : 0};
}

Tensor RandomPatches::patch(int64_t index) const {
  require(index >= 0, "{}: patch {}.", info_.name, index);
  for (uint32_t attempt = 0; attempt < kMostAttempts; ++attempt) {
    const Cut at = cut(index, attempt);
    const Tensor picture = pictures_.all->read(at.picture);
    if (!picture.defined()) continue;
    Tensor square = window(picture, at.top, at.left, at.side);
    if (at.side != options_.side) square = resize(square, options_.side, options_.side);
    return laid_down(square, at.turn);
  }
  fail("{}: {} pictures in a row cannot be decoded. Look at the files.", info_.name, kMostAttempts);
}

Tensor RandomPatches::read(std::span<const int64_t> indices) const {
  return batch_of(indices, info_.datum_shape, [&](int64_t index) { return patch(index); });
}

Tensor RandomPatches::labels(std::span<const int64_t> indices) const { return no_labels_of(indices); }

void RandomPatches::will_read(std::span<const int64_t> indices) const {
  std::vector<int64_t> wanted;
  for (const int64_t index : indices) wanted.push_back(cut(index, 0).picture);
  pictures_.all->will_read(wanted);
}

PatchGrid::PatchGrid(PictureList pictures, int64_t side, SourceInfo info)
    : pictures_(std::move(pictures)), side_(side), info_(with_shape(std::move(info), pictures_, side)) {
  require(side >= 1, "data.patch is {} (expected pixels).", side);
  int64_t small = 0;
  for (const int64_t place : pictures_.places) {
    const PictureSize& size = pictures_.all->size_of(place);
    const int64_t rows = size.height / side, columns = size.width / side;
    small += rows * columns == 0 ? 1 : 0;
    const int64_t top = (size.height - rows * side) / 2, left = (size.width - columns * side) / 2;
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t column = 0; column < columns; ++column)
        corners_.push_back({place, top + row * side, left + column * side});
    }
  }
  require(!corners_.empty(), "{}: none of {} pictures holds a square of {} pixels (data.patch).", info_.name,
          pictures_.places.size(), side);
  if (small > 0) {
    info_.notes.push_back(fmt::format("{}: {} of {} pictures hold no square of {} pixels and are left out", info_.name,
                                      small, pictures_.places.size(), side));
  }
}

const PatchGrid::Corner& PatchGrid::corner(int64_t index) const {
  require(index >= 0 && index < size(), "{}: patch {} of {}.", info_.name, index, size());
  return corners_[static_cast<size_t>(index)];
}

Tensor PatchGrid::read(std::span<const int64_t> indices) const {
  for (const int64_t index : indices) corner(index);
  return batch_of(indices, info_.datum_shape, [&](int64_t index) {
    const Corner& at = corner(index);
    const Tensor picture = pictures_.all->read(at.picture);
    require(picture.defined(), "{} cannot be decoded. Take it out.", pictures_.all->name(at.picture));
    return window(picture, at.top, at.left, side_);
  });
}

Tensor PatchGrid::labels(std::span<const int64_t> indices) const { return no_labels_of(indices); }

}  // namespace mdsm
