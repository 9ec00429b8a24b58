#include "mdsm/data/synthetic/plane_source.h"

#include "mdsm/base/error.h"
#include "mdsm/data/synthetic/draws.h"

namespace mdsm {

uint64_t seed_of(Split split) {
  constexpr uint64_t kTrainSeed =
      0x6d64736d'0001;  // "mdsm" and a number: apart from the small seeds that people choose
  constexpr uint64_t kTestSeed = 0x6d64736d'0002;
  return split == Split::train ? kTrainSeed : kTestSeed;
}

void require_indices(std::span<const int64_t> indices, std::string_view name) {
  for (const int64_t index : indices) {
    require(index >= 0, "{}: index {} (an endless set has every index from 0 on). Pass indices >= 0.", name, index);
  }
}

PlaneSource::PlaneSource(std::string name, std::shared_ptr<const SyntheticDensity> density, Split split)
    : density_(std::move(density)), info_{std::move(name), split, {2}, density_->parts()}, seed_(seed_of(split)) {}

Tensor PlaneSource::read(std::span<const int64_t> indices) const {
  require_indices(indices, info_.name);
  std::vector<RandomKey> keys;
  keys.reserve(indices.size());
  for (const int64_t index : indices) keys.push_back(key_of_datum(seed_, index));
  return density_->sample(keys).to(at::kFloat);
}

Tensor PlaneSource::labels(std::span<const int64_t> indices) const {
  require_indices(indices, info_.name);
  Tensor labels = at::full({static_cast<int64_t>(indices.size())}, -1, at::kLong);
  if (info_.classes.empty()) return labels;
  int64_t* out = labels.mutable_data_ptr<int64_t>();
  for (const int64_t index : indices) *out++ = density_->draw(key_of_datum(seed_, index)).part;
  return labels;
}

}  // namespace mdsm
