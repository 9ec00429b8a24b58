#include "mdsm/data/readers/image_collector.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/data/readers/set_memory.h"

namespace mdsm {
namespace {

/// Images are decoded in parallel once so many, or so many bytes of them, are waiting.
constexpr size_t kMostPending = 256;
constexpr size_t kMostPendingBytes = size_t{1} << 23;
/// Files that are named among those left out.
constexpr size_t kMostNamed = 20;

/// Class of the image at this path below the prefix; -1 where it lies in no folder.
int64_t label_of(std::string_view path, const std::vector<std::string>& classes) {
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return -1;
  const auto found = std::lower_bound(classes.begin(), classes.end(), path.substr(0, slash));
  return found != classes.end() && *found == path.substr(0, slash) ? found - classes.begin() : -1;
}

}  // namespace

ImageCollector::ImageCollector(std::string origin, std::vector<std::string> paths, Reading reading)
    : origin_(std::move(origin)), paths_(std::move(paths)), reading_(std::move(reading)) {
  std::sort(paths_.begin(), paths_.end());
  paths_.erase(std::unique(paths_.begin(), paths_.end()), paths_.end());
  fates_.resize(paths_.size(), Fate::missing);
}

void ImageCollector::add(const std::string& path, const std::function<std::string()>& read) {
  const auto place = std::lower_bound(paths_.begin(), paths_.end(), path);
  require(place != paths_.end() && *place == path, "'{}' in '{}' appeared while the set was read. Read it again.", path,
          origin_);
  Pending image{.index = place - paths_.begin(), .bytes = {}};
  try {
    image.bytes = read();
  } catch (const Error& error) {
    if (!reading_.skip_unreadable) throw;
    skip(image.index, error.what());
    return;
  }
  pending_bytes_ += image.bytes.size();
  pending_.push_back(std::move(image));
  if (pending_.size() >= kMostPending || pending_bytes_ >= kMostPendingBytes) decode_pending();
}

Picture ImageCollector::decode(const Pending& pending) const {
  const std::string& path = paths_[static_cast<size_t>(pending.index)];
  Picture picture = decode_picture(pending.bytes, fmt::format("'{}' in '{}'", path, origin_), reading_.background);
  return picture;
}

void ImageCollector::decode_pending() {
  // As many at once as take some MiB: all that wait, decoded, may be larger than the set.
  const size_t threads = static_cast<size_t>(at::get_num_threads());
  for (size_t begin = 0; begin < pending_.size();) {
    const int64_t datum = images_.defined() ? images_[0].numel() : std::numeric_limits<int64_t>::max();
    const size_t group = std::max(threads, static_cast<size_t>(piece_of(datum)));
    const size_t end = std::min(pending_.size(), begin + group);
    decode_group(begin, end);
    begin = end;
  }
  pending_.clear();
  pending_bytes_ = 0;
}

void ImageCollector::decode_group(size_t first, size_t last) {
  std::vector<Picture> decoded(pending_.size());
  std::vector<std::string> unreadable(pending_.size());
  at::parallel_for(static_cast<int64_t>(first), static_cast<int64_t>(last), 1, [&](int64_t begin, int64_t end) {
    for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end); ++i) {
      try {
        decoded[i] = decode(pending_[i]);
      } catch (const Error& error) {
        if (!reading_.skip_unreadable) {
          reject("{} Or leave such files out: set data.skip_unreadable to true.", error.what());
        }
        unreadable[i] = error.what();
        continue;
      }
      try {
        if (reading_.prepare) decoded[i].pixels = reading_.prepare(decoded[i].pixels);
      } catch (const Error& error) {
        reject("'{}' in '{}': {}", paths_[static_cast<size_t>(pending_[i].index)], origin_, error.what());
      }
    }
  });
  for (size_t i = first; i < last; ++i) {
    if (decoded[i].pixels.defined()) place(pending_[i].index, decoded[i]);
    else skip(pending_[i].index, unreadable[i]);
  }
}

void ImageCollector::skip(int64_t index, const std::string& reason) {
  fates_[static_cast<size_t>(index)] = Fate::skipped;
  skipped_.push_back(reason);
}

/// What to set so that this image gets the shape of the others: only what differs.
std::string ImageCollector::advice(const Tensor& image) const {
  const Shape shape = datum_shape_of(images_);
  std::string text;
  if (image.size(1) != shape[1] || image.size(2) != shape[2]) text = "data.image_size to bring them to one size";
  if (image.size(0) != shape[0]) {
    text += std::string(text.empty() ? "" : ", and ") +
            "data.channels to 3 (grey images become colour) or 1 (colour becomes grey)";
  }
  return text;
}

void ImageCollector::place(int64_t index, const Picture& image) {
  const Tensor& pixels = image.pixels;
  if (!images_.defined()) {
    images_ = allocate_set(origin_, batch_shape(static_cast<int64_t>(paths_.size()), pixels.sizes()), at::kByte);
    first_ = index;
  }
  const Shape shape = datum_shape_of(images_);
  require(pixels.sizes() == at::IntArrayRef(shape) && pixels.scalar_type() == at::kByte,
          "'{}' is {} but '{}' is {} (channels, height, width) in '{}' (all images of a set have one shape). Set {}.",
          paths_[static_cast<size_t>(first_)], to_text(shape), paths_[static_cast<size_t>(index)],
          to_text(pixels.sizes()), origin_, advice(pixels));
  images_[index].copy_(pixels);
  counts_.add(image);
  fates_[static_cast<size_t>(index)] = Fate::placed;
}

void ImageCollector::note_skipped(std::vector<std::string>& notes) const {
  if (skipped_.empty()) return;
  const size_t named = std::min(skipped_.size(), kMostNamed);
  std::string text = fmt::format("'{}': {} of {} images cannot be read and are left out (data.skip_unreadable): {}",
                                 origin_, skipped_.size(), paths_.size(),
                                 fmt::join(skipped_.begin(), skipped_.begin() + static_cast<int64_t>(named), "; "));
  if (named < skipped_.size()) text += fmt::format("; and {} more", skipped_.size() - named);
  notes.push_back(text);
}

/// Moves what was placed together, within the memory that there is.
void ImageCollector::keep_placed(Tensor& labels) {
  int64_t count = 0;
  for (size_t i = 0; i < fates_.size(); ++i) {
    if (fates_[i] != Fate::placed) continue;
    const auto from = static_cast<int64_t>(i);
    if (count != from) {
      images_[count].copy_(images_[from]);
      labels[count].copy_(labels[from]);
    }
    ++count;
  }
  images_ = images_.narrow(0, 0, count);
  labels = labels.narrow(0, 0, count);
}

LabelledData ImageCollector::finish(const std::string& prefix, const std::vector<std::string>& classes) {
  decode_pending();
  const auto missing = std::find(fates_.begin(), fates_.end(), Fate::missing);
  if (missing != fates_.end()) {
    reject("'{}' vanished from '{}' while the set was read. Read it again.",
           paths_[static_cast<size_t>(missing - fates_.begin())], origin_);
  }
  LabelledData result{.data = {}, .labels = {}, .classes = classes};
  std::vector<int64_t> labels;
  for (const std::string& path : paths_) {
    labels.push_back(label_of(std::string_view(path).substr(prefix.size()), classes));
  }
  result.labels = at::tensor(labels, at::kLong);
  note_skipped(result.notes);
  require(images_.defined(), "'{}': none of its {} images can be read. The first: {}", origin_, paths_.size(),
          skipped_.empty() ? "" : skipped_.front());
  if (!skipped_.empty()) keep_placed(result.labels);
  result.data = std::move(images_);
  for (std::string& note : counts_.notes(origin_, reading_.background)) result.notes.push_back(std::move(note));
  return result;
}

}  // namespace mdsm
