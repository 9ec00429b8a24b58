#include "mdsm/data/preparation.h"

#include "mdsm/base/error.h"
#include "mdsm/data/transform.h"

namespace mdsm {
namespace {

bool is_finished(const Tensor& image, const ImageChanges& changes) {
  const Shape& size = changes.finished;
  const bool too_small = image.size(-2) < changes.crop || image.size(-1) < changes.crop;
  return too_small && size.size() == 3 && image.size(-2) == size[1] && image.size(-1) == size[2];
}

Tensor to_square(const Tensor& image, const ImageChanges& changes, FitCounts* counts) {
  const bool square = image.size(-2) == image.size(-1);
  if (counts != nullptr) {
    const int64_t images = image.dim() == 4 ? image.size(0) : 1;
    counts->images += images;
    if (!square) counts->not_square += images;
  }
  return resize(square || changes.squash ? image : centre_square(image), changes.image_size, changes.image_size);
}

}  // namespace

std::vector<std::string> FitCounts::notes(const std::string& where, const ImageChanges& changes) const {
  if (not_square == 0) return {};
  return {fmt::format("'{}': {} of {} images are not square: {}", where, not_square.load(), images.load(),
                      changes.squash ? "their sides were scaled apart, which changes shapes (data.fit squash)"
                                     : "the square in their middle was resized, the rest is cut off (data.fit crop)")};
}

PrepareImage preparation(const ImageChanges& changes, std::shared_ptr<FitCounts> counts) {
  if (changes.is_nothing()) return {};
  require(changes.channels != 2, "data.channels = 2 (1 is grey, 3 is red, green, blue; 0 keeps what is there).");
  return [changes, counts = std::move(counts)](const Tensor& image) {
    Tensor out = image;
    if (!is_finished(image, changes)) {
      if (changes.crop > 0) out = centre_crop(out, changes.crop);
      if (changes.image_size > 0) out = to_square(out, changes, counts.get());
    }
    if (changes.channels > 0) out = to_channels(out, changes.channels);
    if (changes.pad_to > 0) out = pad_to(out, changes.pad_to);
    return out;
  };
}

}  // namespace mdsm
