#include "mdsm/data/stacked.h"

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"

namespace mdsm {

StackedSource::StackedSource(std::shared_ptr<const Source> digits)
    : digits_(std::move(digits)), info_(digits_->info()) {
  require(info_.datum_shape.size() == 3 && info_.datum_shape[0] == 1 && info_.classes.size() == 10,
          "{}: stacking needs grey images of ten classes. Leave data.channels at 0.", info_.name);
  info_.name = "stacked-mnist";
  info_.datum_shape[0] = 3;
  info_.classes.clear();
  for (int label = 0; label < 1000; ++label) info_.classes.push_back(fmt::format("{:03}", label));
}

std::vector<int64_t> StackedSource::parts(std::span<const int64_t> indices) const {
  std::vector<int64_t> parts;
  parts.reserve(3 * indices.size());
  const auto bound = static_cast<uint64_t>(digits_->size());
  for (int64_t index : indices) {
    require(index >= 0, "stacked-mnist: datum {} (the first is 0).", index);
    const auto high = static_cast<uint32_t>(static_cast<uint64_t>(index) >> 32);
    for (uint32_t channel = 0; channel < 3; ++channel) {
      const RandomKey key{info_.split == Split::train ? 0U : 1U, Stream::data, high, static_cast<uint32_t>(index)};
      parts.push_back(static_cast<int64_t>(integer_at(key, channel, bound)));
    }
  }
  return parts;
}

Tensor StackedSource::read(std::span<const int64_t> indices) const {
  return digits_->read(parts(indices)).reshape(batch_shape(static_cast<int64_t>(indices.size()), info_.datum_shape));
}

Tensor StackedSource::labels(std::span<const int64_t> indices) const {
  const Tensor digits = digits_->labels(parts(indices)).view({-1, 3});
  return digits.select(1, 0) * 100 + digits.select(1, 1) * 10 + digits.select(1, 2);
}

}  // namespace mdsm
