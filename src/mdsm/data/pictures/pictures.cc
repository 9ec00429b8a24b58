#include "mdsm/data/pictures/pictures.h"

#include "mdsm/base/error.h"
#include "mdsm/data/transform.h"

namespace mdsm {
namespace {

// Waiting to be decoded: a step's share, and more only if memory is plenty.
constexpr size_t kMostAhead = 256;
constexpr size_t kNamed = 3;

}  // namespace

Pictures::Pictures(PictureFiles files, const PictureOptions& options) : files_(std::move(files)), options_(options) {
  require(options.channels == 0 || options.channels == 1 || options.channels == 3,
          "data.channels = {} (1 is grey, 3 is red, green, blue; 0 takes those of the first picture).",
          options.channels);
  read_sizes();
  channels_ = options_.channels;
  for (int64_t i = 0; channels_ == 0 && i < size(); ++i) {
    const Tensor first = sizes_[static_cast<size_t>(i)].height == 0 ? Tensor() : decoded(i);
    if (first.defined()) channels_ = first.size(0);
  }
  reader_ = std::thread([this] { decode_ahead(); });
}

Pictures::~Pictures() {
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  changed_.notify_all();
  reader_.join();
}

void Pictures::read_sizes() {
  std::vector<std::string> bad;
  for (int64_t i = 0; i < files_.size(); ++i) {
    try {
      sizes_.push_back(picture_size(files_.read(i), files_.name(i)));
    } catch (const Error& error) {
      if (!options_.skip_unreadable) throw;
      sizes_.push_back({0, 0});
      if (bad.size() < kNamed) bad.emplace_back(error.what());
    }
  }
  const auto left_out =
      std::count_if(sizes_.begin(), sizes_.end(), [](const PictureSize& each) { return each.height == 0; });
  require(left_out < size(), "{}: none of {} pictures can be read.", files_.name(0), size());
  if (left_out > 0)
    notes_.push_back(
        fmt::format("{} of {} pictures cannot be read and are left out: {}", left_out, size(), fmt::join(bad, "; ")));
}

Tensor Pictures::decoded(int64_t picture) const {
  try {
    const Tensor pixels = decode_picture(files_.read(picture), files_.name(picture), options_.background).pixels;
    return channels_ == 0 ? pixels : to_channels(pixels, channels_);
  } catch (const Error&) {
    if (!options_.skip_unreadable) throw;
    return {};
  }
}

Tensor Pictures::wait_for(std::unique_lock<std::mutex>& lock, int64_t picture) const {
  while (true) {
    const auto found = kept_.find(picture);
    if (found == kept_.end()) return {};  // whoever decoded it failed, or it was dropped
    if (found->second.ready) {
      by_use_.splice(by_use_.begin(), by_use_, found->second.used);
      return found->second.pixels;
    }
    changed_.wait(lock);
  }
}

void Pictures::drop_oldest() const {
  while (bytes_ > options_.cache_bytes && by_use_.size() > 1) {
    const auto oldest = kept_.find(by_use_.back());
    bytes_ -= static_cast<int64_t>(oldest->second.pixels.nbytes());
    by_use_.pop_back();
    kept_.erase(oldest);
  }
}

Tensor Pictures::read(int64_t picture) const {
  require(picture >= 0 && picture < size(), "picture {} of {}.", picture, size());
  std::unique_lock lock(mutex_);
  if (const Tensor there = wait_for(lock, picture); there.defined()) return there;
  kept_[picture];
  lock.unlock();
  Tensor pixels;
  try {
    pixels = decoded(picture);
  } catch (...) {
    lock.lock();
    kept_.erase(picture);
    changed_.notify_all();
    throw;
  }
  lock.lock();
  if (pixels.defined()) {
    Kept& kept = kept_[picture];
    by_use_.push_front(picture);
    kept = {pixels, true, by_use_.begin()};
    bytes_ += static_cast<int64_t>(pixels.nbytes());
    drop_oldest();
  } else {
    kept_.erase(picture);
  }
  changed_.notify_all();
  return pixels;
}

void Pictures::will_read(std::span<const int64_t> pictures) const {
  {
    const std::lock_guard lock(mutex_);
    for (const int64_t picture : pictures) {
      if (ahead_.size() < kMostAhead && !kept_.contains(picture)) ahead_.push_back(picture);
    }
  }
  changed_.notify_all();
}

void Pictures::decode_ahead() const {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return leaving_ || !ahead_.empty(); });
    if (leaving_) return;
    const int64_t picture = ahead_.front();
    ahead_.pop_front();
    if (kept_.contains(picture)) continue;
    lock.unlock();
    try {
      read(picture);
    } catch (const std::exception&) {
      // Whoever wants it will hear of it.
      lock.lock();
      continue;
    }
    lock.lock();
  }
}

}  // namespace mdsm
