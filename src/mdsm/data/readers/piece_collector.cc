#include "mdsm/data/readers/piece_collector.h"

#include "mdsm/base/error.h"
#include "mdsm/data/readers/set_memory.h"

namespace mdsm {

PieceCollector::PieceCollector(std::string origin, int64_t count, PrepareImage prepare)
    : origin_(std::move(origin)), count_(count), prepare_(std::move(prepare)) {}

void PieceCollector::put(int64_t first, const Tensor& piece) {
  require(!prepare_ || piece.dim() == 4,
          "the data of shape {} are vectors: only images can be cropped, resized, padded or change channels. Leave "
          "data.crop, image_size, channels and pad_to at 0.",
          to_text(batch_shape(count_, datum_shape_of(piece))));
  const Tensor data = prepare_ ? prepare_(piece) : piece;
  if (!data_.defined()) data_ = allocate_set(origin_, batch_shape(count_, datum_shape_of(data)), data.scalar_type());
  data_.narrow(0, first, data.size(0)).copy_(data);
  done_ += data.size(0);
}

Tensor PieceCollector::finish() {
  if (done_ != count_) fail("'{}': {} data of {} were read.", origin_, done_, count_);
  return std::move(data_);
}

}  // namespace mdsm
