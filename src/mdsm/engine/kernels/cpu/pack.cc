#include "mdsm/engine/kernels/cpu/pack.h"

#include <bit>
#include <cstring>

namespace mdsm::kernels {
namespace {

Cell to_cell(float value) { return std::bit_cast<Cell>(value); }
Cell to_cell(uint16_t bfloat16) { return static_cast<Cell>(bfloat16) << 16; }

template <class Element> void pack_floats(const PackRun& run) {
  const auto* source = static_cast<const Element*>(run.a);
  for (int64_t begin = 0; begin < run.channels; begin += run.width) {
    const int64_t count = std::min(run.width, run.channels - begin);
    Cell* cells = run.cells + begin / run.width * run.block_stride;
    for (int64_t p = 0; p < run.pixels; ++p, cells += run.width) {
      const Element* pixel = source + p * run.step + begin;
      for (int64_t c = 0; c < count; ++c) cells[c] = to_cell(pixel[c]);
      for (int64_t c = count; c < run.width; ++c) cells[c] = 0;
    }
  }
}

}  // namespace

void pack(Packing packing, const PackRun& run) {
  switch (packing) {
    case Packing::float_from_float:
      return pack_floats<float>(run);
    case Packing::float_from_bfloat16:
      return pack_floats<uint16_t>(run);
    case Packing::bfloat16_couples:
      return pack_bfloat16_couples(run);
  }
}

Packing packing_for(at::ScalarType type) {
  if (type == at::kFloat) return Packing::float_from_float;
  return has_bfloat16_kernel() ? Packing::bfloat16_couples : Packing::float_from_bfloat16;
}

CorrelationKernel kernel_for(Packing packing) {
  return packing == Packing::bfloat16_couples ? bfloat16_kernel() : float_kernel();
}

PlanesPair planes_of(std::span<const ConvPair> pairs, Packing packing) {
  std::vector<Tensor> x, y;
  for (const ConvPair& pair : pairs) {
    x.push_back(pair.x);
    y.push_back(pair.y_bar);
  }
  return {Planes(std::move(x), packing), Planes(std::move(y), packing)};
}

Planes::Planes(std::vector<Tensor> batches, Packing packing) : batches_(std::move(batches)), packing_(packing) {
  const Tensor& first = batches_.front();
  batch_ = first.size(0);
  channels_ = first.size(1);
  image_elements_ = first[0].numel();
  element_size_ = first.element_size();
  const int64_t images = batch_ * static_cast<int64_t>(batches_.size());
  count_ = packing == Packing::bfloat16_couples ? (images + 1) / 2 : images;
}

const void* Planes::image(int64_t index) const {
  const auto batch = static_cast<size_t>(index / batch_);
  if (batch >= batches_.size()) return nullptr;
  return static_cast<const std::byte*>(batches_[batch].const_data_ptr()) +
         index % batch_ * image_elements_ * element_size_;
}

void Planes::pack_pixels(int64_t plane, int64_t first, PackRun run, int64_t channel) const {
  const bool couples = packing_ == Packing::bfloat16_couples;
  const auto at_pixel = [&](const void* image) -> const void* {
    return image ? static_cast<const std::byte*>(image) + (first * channels_ + channel) * element_size_ : nullptr;
  };
  run.a = at_pixel(image(couples ? 2 * plane : plane));
  run.b = couples ? at_pixel(image(2 * plane + 1)) : nullptr;
  pack(packing_, run);
}

void Planes::pack_plain(int64_t plane, int64_t first, int64_t pixels, Cell* cells) const {
  pack_pixels(plane, first,
              {.a = nullptr,
               .b = nullptr,
               .pixels = 1,
               .step = 0,
               .channels = pixels * channels_,
               .width = kChannelsY,
               .cells = cells,
               .block_stride = kChannelsY});
}

}  // namespace mdsm::kernels
