#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mdsm/engine/kernels/conv_geometry.h"
#include "mdsm/engine/kernels/cpu/correlate.h"

namespace mdsm::kernels {

/// Pixels to be turned into cells: the channels of pixel p start `p step` elements behind a (and b). Blocks of `width`
/// channels are `block_stride` cells apart, the last one filled up with zeros; pixels of a block lie end to end.
struct PackRun {
  const void* a;
  const void* b;  ///< the second image of a bfloat16 cell; null for none
  int64_t pixels, step, channels;
  int64_t width;  ///< kChannelsX or kChannelsY
  Cell* cells;
  int64_t block_stride;
};

/// How images become cells: the kernel that reads the cells decides.
enum class Packing {
  float_from_float,
  float_from_bfloat16,
  bfloat16_couples,  ///< two images to a plane of cells
};

void pack(Packing packing, const PackRun& run);
/// Packing::bfloat16_couples. \pre has_bfloat16_kernel()
void pack_bfloat16_couples(const PackRun& run);

/// The images of several batches (B, C, H, W), channels-last, as one list of planes of cells: one image a plane, or two
/// where cells are bfloat16 couples (the last one alone if the count is odd).
class Planes {
 public:
  /// Keeps handles of the batches, which must be channels-last and of one shape and type.
  Planes(std::vector<Tensor> batches, Packing packing);

  int64_t count() const { return count_; }
  /// Packs pixels of one plane from pixel `first` on, their channels from `channel` on; fills in run.a and run.b.
  void pack_pixels(int64_t plane, int64_t first, PackRun run, int64_t channel = 0) const;
  /// Packs all channels of `pixels` pixels end to end, without blocks. Writes whole groups of kChannelsY cells.
  void pack_plain(int64_t plane, int64_t first, int64_t pixels, Cell* cells) const;

 private:
  const void* image(int64_t index) const;

  std::vector<Tensor> batches_;
  Packing packing_;
  int64_t batch_, image_elements_, channels_, element_size_, count_;
};

struct PlanesPair {
  Planes x, y;
};
/// The inputs and the adjoints of all pairs.
PlanesPair planes_of(std::span<const ConvPair> pairs, Packing packing);

/// The packing for tensors of this type on this processor, and the kernel for it.
Packing packing_for(at::ScalarType type);
CorrelationKernel kernel_for(Packing packing);

}  // namespace mdsm::kernels
