#include "mdsm/data/readers/image_collector.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/formats/image_file.h"

namespace mdsm {
namespace {

/// Images are decoded in parallel once so many, or so many bytes of them, are waiting.
constexpr size_t kMostPending = 256;
constexpr size_t kMostPendingBytes = size_t{1} << 23;

}  // namespace

bool is_listed_image(std::string_view path) {
  if (!is_image_name(path)) return false;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    if (part.starts_with('.') || part == "__MACOSX") return false;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return true;
}

ImageCollector::ImageCollector(std::string origin, std::vector<std::string> paths, PrepareImage prepare)
    : origin_(std::move(origin)), paths_(std::move(paths)), prepare_(std::move(prepare)) {
  std::sort(paths_.begin(), paths_.end());
  paths_.erase(std::unique(paths_.begin(), paths_.end()), paths_.end());
  is_placed_.resize(paths_.size());
}

void ImageCollector::add(const std::string& path, std::string bytes) {
  const auto place = std::lower_bound(paths_.begin(), paths_.end(), path);
  require(place != paths_.end() && *place == path, "'{}' in '{}' appeared while the set was read. Read it again.", path,
          origin_);
  pending_bytes_ += bytes.size();
  pending_.push_back({place - paths_.begin(), std::move(bytes)});
  if (pending_.size() >= kMostPending || pending_bytes_ >= kMostPendingBytes) decode_pending();
}

void ImageCollector::decode_pending() {
  Tensors decoded(pending_.size());
  at::parallel_for(0, static_cast<int64_t>(pending_.size()), 1, [&](int64_t begin, int64_t end) {
    for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end); ++i) {
      const std::string& path = paths_[static_cast<size_t>(pending_[i].index)];
      decoded[i] = decode_image(pending_[i].bytes, fmt::format("'{}' in '{}'", path, origin_));
      if (prepare_) decoded[i] = prepare_(decoded[i]);
    }
  });
  for (size_t i = 0; i < pending_.size(); ++i) place(pending_[i].index, decoded[i]);
  pending_.clear();
  pending_bytes_ = 0;
}

void ImageCollector::place(int64_t index, const Tensor& image) {
  if (!images_.defined()) {
    allocate(image);
    first_ = index;
  }
  const Shape shape = datum_shape_of(images_);
  require(image.sizes() == at::IntArrayRef(shape) && image.scalar_type() == at::kByte,
          "'{}' is {} but '{}' is {} (channels, height, width) in '{}' (all images of a set have one shape). "
          "Set data.image_size to bring them to one size{}.",
          paths_[static_cast<size_t>(first_)], to_text(shape), paths_[static_cast<size_t>(index)],
          to_text(image.sizes()), origin_, image.size(0) == shape[0] ? "" : ", and data.channels to 1 or 3");
  images_[index].copy_(image);
  is_placed_[static_cast<size_t>(index)] = true;
}

void ImageCollector::allocate(const Tensor& image) {
  const auto count = static_cast<int64_t>(paths_.size());
  try {
    images_ = at::empty(batch_shape(count, image.sizes()), at::kByte);
  } catch (const c10::Error&) {
    reject("'{}' does not fit into the memory ({} images {} take {} bytes). Set data.image_size to make them smaller.",
           origin_, count, to_text(image.sizes()), static_cast<double>(count) * static_cast<double>(image.numel()));
  }
}

LabelledData ImageCollector::finish() {
  decode_pending();
  const auto missing = std::find(is_placed_.begin(), is_placed_.end(), false);
  if (missing != is_placed_.end()) {
    reject("'{}' vanished from '{}' while the set was read. Read it again.",
           paths_[static_cast<size_t>(missing - is_placed_.begin())], origin_);
  }
  LabelledData result{.data = std::move(images_), .labels = {}, .classes = {}};
  std::vector<int64_t> labels;
  for (const std::string& path : paths_) {
    const size_t slash = path.find('/');
    if (slash == std::string::npos) {
      labels.push_back(-1);
      continue;
    }
    // Sorted paths keep a folder's together: only the last class can be this one again.
    if (result.classes.empty() || result.classes.back() != path.substr(0, slash)) {
      result.classes.push_back(path.substr(0, slash));
    }
    labels.push_back(static_cast<int64_t>(result.classes.size()) - 1);
  }
  result.labels = at::tensor(labels, at::kLong);
  return result;
}

}  // namespace mdsm
