#include "mdsm/engine/kernels/cpu/pack.h"

#include <gtest/gtest.h>

#include <bit>

#include "mdsm/base/rng.h"

namespace mdsm {
namespace {

using namespace kernels;

constexpr int64_t kImages = 3, kChannels = 5, kPixels = 6;

/// (B, C, H, W), channels-last
Tensor draw(at::ScalarType type) {
  return RandomRows::slots(9, Stream::data, 0, kImages)
      .normal(0, {kChannels, 2, 3})
      .to(type)
      .contiguous(at::MemoryFormat::ChannelsLast);
}

float at_pixel(const Tensor& batch, int64_t image, int64_t pixel, int64_t channel) {
  return batch[image].flatten(1)[channel][pixel].to(at::kFloat).item<float>();
}

// Two blocks of four channels, the second filled up with zeros.
TEST(Pack, LaysChannelsInBlocks) {
  for (const auto& [type, packing] :
       {std::pair{at::kFloat, Packing::float_from_float}, std::pair{at::kBFloat16, Packing::float_from_bfloat16}}) {
    const Tensor batch = draw(type);
    const Planes planes({batch}, packing);
    ASSERT_EQ(planes.count(), kImages);
    std::vector<Cell> cells(2 * kPixels * 4, 7);
    planes.pack_pixels(1, 0,
                       {.a = nullptr,
                        .b = nullptr,
                        .pixels = kPixels,
                        .step = kChannels,
                        .channels = kChannels,
                        .width = 4,
                        .cells = cells.data(),
                        .block_stride = kPixels * 4});
    for (int64_t pixel = 0; pixel < kPixels; ++pixel) {
      for (int64_t channel = 0; channel < 8; ++channel) {
        const auto cell = static_cast<size_t>(channel / 4 * kPixels * 4 + pixel * 4 + channel % 4);
        const float expected = channel < kChannels ? at_pixel(batch, 1, pixel, channel) : 0;
        EXPECT_EQ(std::bit_cast<float>(cells[cell]), expected) << pixel << " " << channel;
      }
    }
  }
}

TEST(Pack, BatchesAreOneListOfPlanes) {
  const Tensor batch = draw(at::kFloat);
  const Planes planes({batch, batch + 1}, Packing::float_from_float);
  ASSERT_EQ(planes.count(), 2 * kImages);
  std::vector<Cell> cells(static_cast<size_t>((kPixels * kChannels / kChannelsY + 1) * kChannelsY));
  planes.pack_plain(kImages + 2, 1, 2, cells.data());
  for (int64_t i = 0; i < 2 * kChannels; ++i) {
    EXPECT_EQ(std::bit_cast<float>(cells[static_cast<size_t>(i)]),
              at_pixel(batch + 1, 2, 1 + i / kChannels, i % kChannels));
  }
}

// Two images to a plane, the first in the low half of a cell; the last of an odd number beside zeros.
TEST(Pack, CouplesTwoBfloat16ImagesInAPlane) {
  if (!has_bfloat16_kernel()) GTEST_SKIP() << "this processor has no bfloat16 instructions";
  const Tensor batch = draw(at::kBFloat16);
  const Planes planes({batch}, Packing::bfloat16_couples);
  ASSERT_EQ(planes.count(), 2);
  std::vector<Cell> cells(static_cast<size_t>((kPixels * kChannels / kChannelsY + 1) * kChannelsY));
  const auto half = [&](size_t i, int64_t which) {
    return std::bit_cast<float>(static_cast<Cell>(which == 0 ? cells[i] << 16 : cells[i] & 0xFFFF0000U));
  };
  for (int64_t plane : {0, 1}) {
    planes.pack_plain(plane, 0, kPixels, cells.data());
    for (int64_t i = 0; i < kPixels * kChannels; ++i) {
      for (int64_t which : {0, 1}) {
        const int64_t image = 2 * plane + which;
        const float expected = image < kImages ? at_pixel(batch, image, i / kChannels, i % kChannels) : 0;
        EXPECT_EQ(half(static_cast<size_t>(i), which), expected) << image << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace mdsm
