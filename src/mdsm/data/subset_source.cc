#include "mdsm/data/subset_source.h"

#include "mdsm/base/error.h"
#include "mdsm/data/subset.h"

namespace mdsm {
namespace {

class SubsetSource final : public Source {
 public:
  SubsetSource(std::shared_ptr<const Source> whole, std::vector<int64_t> places)
      : whole_(std::move(whole)), places_(std::move(places)) {}

  const SourceInfo& info() const override { return whole_->info(); }
  int64_t size() const override { return static_cast<int64_t>(places_.size()); }
  Tensor read(std::span<const int64_t> indices) const override { return whole_->read(places_of(indices)); }
  Tensor labels(std::span<const int64_t> indices) const override { return whole_->labels(places_of(indices)); }
  int64_t held_bytes() const override { return whole_->held_bytes(); }

 private:
  std::vector<int64_t> places_of(std::span<const int64_t> indices) const {
    std::vector<int64_t> places;
    for (const int64_t index : indices) {
      require(index >= 0 && index < size(), "{}: there is no datum {} among {}.", info().name, index, size());
      places.push_back(places_[static_cast<size_t>(index)]);
    }
    return places;
  }

  std::shared_ptr<const Source> whole_;
  std::vector<int64_t> places_;
};

}  // namespace

std::shared_ptr<const Source> source_of(std::shared_ptr<const Source> whole, std::vector<int64_t> places) {
  return std::make_shared<SubsetSource>(std::move(whole), std::move(places));
}

std::shared_ptr<const Source> subset_source(std::shared_ptr<const Source> whole, int64_t count, uint64_t seed) {
  if (count == whole->size()) return whole;
  std::vector<int64_t> places = subset_of(*whole, count, seed);
  return source_of(std::move(whole), std::move(places));
}

DataPart part_of(const std::shared_ptr<const Source>& whole, int64_t count, uint64_t seed) {
  const std::string& name = whole->info().name;
  if (count == 0) count = whole->size();
  require(count != Source::kEndless, "{}: these data never end. Say how many with n.", name);
  require(count <= whole->size(), "{}: {} data asked for (there are {}). Lower n.", name, count, whole->size());
  std::vector<int64_t> places = subset_of(*whole, count, seed);
  return {source_of(whole, places), std::move(places)};
}

}  // namespace mdsm
