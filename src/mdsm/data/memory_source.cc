#include "mdsm/data/memory_source.h"

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/data/subset.h"

namespace mdsm {
namespace {

void require_index(int64_t index, int64_t size, const std::string& name) {
  require(index >= 0 && index < size, "{}: datum {} of {} (the first is 0).", name, index, size);
}

/// The middles of equal stretches.
std::vector<int64_t> even_places(int64_t size, int64_t count) {
  std::vector<int64_t> places;
  for (int64_t k = 0; k < count; ++k) places.push_back((2 * k + 1) * size / (2 * count));
  return places;
}

}  // namespace

MemorySource::MemorySource(std::string name, Split split, LabelledData content) : content_(std::move(content)) {
  const Tensor& data = content_.data;
  require(data.defined() && data.dim() >= 2 && data.size(0) >= 1, "{}: there are no data.", name);
  require(data.scalar_type() == at::kByte || data.scalar_type() == at::kFloat,
          "{}: data of type {} (expected uint8 or float32).", name, toString(data.scalar_type()));
  require(content_.labels.dim() == 1 && content_.labels.size(0) == data.size(0), "{}: {} labels for {} data.", name,
          content_.labels.size(0), data.size(0));
  info_ = {.name = std::move(name), .split = split, .datum_shape = datum_shape_of(data), .classes = {}};
  for (const std::string& text : content_.classes) info_.classes.push_back(valid_utf8(text));
  info_.half = content_.half;
  for (const std::string& text : content_.notes) info_.notes.push_back(valid_utf8(text));
}

Tensor MemorySource::checked(std::span<const int64_t> indices) const {
  for (int64_t index : indices) require_index(index, size(), info_.name);
  return at::tensor(at::ArrayRef<int64_t>(indices.data(), indices.size()), at::kLong);
}

Tensor MemorySource::read(std::span<const int64_t> indices) const {
  const Tensor rows = content_.data.index_select(0, checked(indices));
  return rows.scalar_type() == at::kByte ? rows.to(at::kFloat).div_(255) : rows;
}

Tensor MemorySource::labels(std::span<const int64_t> indices) const {
  return content_.labels.index_select(0, checked(indices));
}

int64_t MemorySource::held_bytes() const {
  return static_cast<int64_t>(content_.data.nbytes() + content_.labels.nbytes());
}

PreparedSource::PreparedSource(std::shared_ptr<const Source> original, PrepareImage prepare)
    : original_(std::move(original)), prepare_(std::move(prepare)), info_(original_->info()) {
  require(info_.datum_shape.size() == 3,
          "{}: data of shape {} are no images. Leave data.crop, image_size, channels, pad_to at 0.", info_.name,
          to_text(info_.datum_shape));
  const std::vector<int64_t> first{0};
  info_.datum_shape = datum_shape_of(read(first));
}

Tensor PreparedSource::read(std::span<const int64_t> indices) const {
  const Tensor bytes = (original_->read(indices) * 255 + 0.5).clamp_(0, 255).to(at::kByte);
  return prepare_(bytes).to(at::kFloat).div_(255);
}

SplitSource::SplitSource(std::shared_ptr<const Source> whole, int64_t count, Part part, Choice choice,
                         const std::string& note)
    : whole_(std::move(whole)), part_(part), info_(whole_->info()) {
  if (part == Part::held_out) info_.half = "held-out";
  if (!note.empty()) info_.notes.push_back(note);
  require(count >= 1 && count < whole_->size(), "{}: {} of {} training data are to be set aside. Lower data.held_out.",
          whole_->info().name, count, whole_->size());
  const bool even = choice == Choice::even && whole_->size() != kEndless;
  held_out_ = even ? even_places(whole_->size(), count) : subset_of(*whole_, count);
}

int64_t SplitSource::size() const {
  const auto count = static_cast<int64_t>(held_out_.size());
  if (part_ == Part::held_out) return count;
  return whole_->size() == kEndless ? kEndless : whole_->size() - count;
}

int64_t SplitSource::kept_place(int64_t index) const {
  // Before the place of kept datum `index` lie k held-out data, the smallest k with held_out_[k] > index + k.
  size_t low = 0;
  size_t high = held_out_.size();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (held_out_[middle] > index + static_cast<int64_t>(middle)) high = middle;
    else low = middle + 1;
  }
  return index + static_cast<int64_t>(low);
}

std::vector<int64_t> SplitSource::mapped(std::span<const int64_t> indices) const {
  std::vector<int64_t> out;
  out.reserve(indices.size());
  for (int64_t index : indices) {
    require_index(index, size(), info().name);
    out.push_back(part_ == Part::held_out ? held_out_[static_cast<size_t>(index)] : kept_place(index));
  }
  return out;
}

}  // namespace mdsm
