#include "mdsm/data/batches.h"

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/data/transform.h"

namespace mdsm {

Batches::Batches(std::shared_ptr<const Source> source, int64_t batch, uint64_t seed, Flip flip)
    : source_(std::move(source)), batch_(batch), seed_(seed), flip_(flip) {
  require(batch >= 1, "batches of {} data (expected at least 1). Change train.batch.", batch);
  require(flip == Flip::none || source_->info().datum_shape.size() == 3,
          "{}: only images can be mirrored. Set data.flip = false.", source_->info().name);
}

std::shared_ptr<const Batches::Order> Batches::epoch_order(int64_t epoch) const {
  const std::lock_guard lock(mutex_);
  if (epoch != kept_epoch_) {
    kept_order_ = std::make_shared<const Order>(
        permutation({seed_, Stream::shuffle, static_cast<uint32_t>(epoch), 0}, source_->size()));
    kept_epoch_ = epoch;
  }
  return kept_order_;
}

std::vector<int64_t> Batches::indices(int64_t step, int64_t first, int64_t count) const {
  require(step >= 0 && first >= 0 && count >= 1 && first + count <= batch_, "batches: slots {} to {} of {} at step {}.",
          first, first + count - 1, batch_, step);
  std::vector<int64_t> out;
  out.reserve(static_cast<size_t>(count));
  const int64_t size = source_->size();
  std::shared_ptr<const Order> order;
  int64_t epoch = -1;  // that of `order`
  for (int64_t slot = first; slot < first + count; ++slot) {
    const int64_t place = step * batch_ + slot;
    if (size == Source::kEndless) {
      out.push_back(place);
      continue;
    }
    if (place / size != epoch) {
      epoch = place / size;
      order = epoch_order(epoch);
    }
    out.push_back((*order)[static_cast<size_t>(place % size)]);
  }
  return out;
}

Tensor Batches::read(int64_t step, int64_t first, int64_t count) const {
  const Tensor x = source_->read(indices(step, first, count));
  source_->will_read(indices(step + 1, first, count));
  if (flip_ == Flip::none) return x;
  const RandomRows rows = RandomRows::slots(seed_, Stream::augmentation, static_cast<uint32_t>(first), count);
  return flip_rows(x, rows.uniform(static_cast<uint32_t>(step), {1}).flatten() < 0.5);
}

}  // namespace mdsm
