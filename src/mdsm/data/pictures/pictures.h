#pragma once

#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <span>
#include <thread>

#include "mdsm/base/tensor.h"
#include "mdsm/data/pictures/picture_files.h"
#include "mdsm/formats/image_file.h"

namespace mdsm {

/// How pictures become tensors, and how many are kept.
struct PictureOptions {
  int64_t channels = 0;  ///< 1: grey, 3: colour, 0: those of the first picture
  uint8_t background = kBackground;
  bool skip_unreadable = false;
  int64_t cache_bytes = int64_t{1} << 30;  ///< of decoded pictures; one at least is kept
};

/// Pictures of any sizes, decoded when they are wanted and kept as long as there is room. Calls may come from several
/// threads; a thread of its own decodes what will be wanted.
class Pictures {
 public:
  /// Reads the sizes of all.
  /// \throws Error if a header is damaged, unless such pictures are skipped, or all are
  Pictures(PictureFiles files, const PictureOptions& options);
  ~Pictures();
  Pictures(const Pictures&) = delete;
  Pictures& operator=(const Pictures&) = delete;

  int64_t size() const { return static_cast<int64_t>(sizes_.size()); }
  int64_t channels() const { return channels_; }
  /// Turned as it is shown; 0 x 0 where its header cannot be read.
  const PictureSize& size_of(int64_t picture) const { return sizes_.at(static_cast<size_t>(picture)); }
  std::string name(int64_t picture) const { return files_.name(picture); }
  /// (C, H, W) uint8; undefined where it cannot be decoded and such pictures are skipped.
  /// \throws Error as decode_picture
  Tensor read(int64_t picture) const;
  /// Decodes these in the background, as far as there is room. Decides nothing but time.
  void will_read(std::span<const int64_t> pictures) const;
  /// What a user must know of those that were left out.
  const std::vector<std::string>& notes() const { return notes_; }
  int64_t held_bytes() const { return files_.held_bytes() + options_.cache_bytes; }

 private:
  struct Kept {
    Tensor pixels;
    bool ready = false;
    std::list<int64_t>::iterator used;
  };

  void read_sizes();
  Tensor decoded(int64_t picture) const;
  Tensor wait_for(std::unique_lock<std::mutex>& lock, int64_t picture) const;
  void drop_oldest() const;
  void decode_ahead() const;

  PictureFiles files_;
  PictureOptions options_;
  std::vector<PictureSize> sizes_;
  int64_t channels_ = 0;
  std::vector<std::string> notes_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable std::map<int64_t, Kept> kept_;
  mutable std::list<int64_t> by_use_;  // those that are ready, the last used one first
  mutable int64_t bytes_ = 0;
  mutable std::deque<int64_t> ahead_;
  bool leaving_ = false;
  std::thread reader_;
};

}  // namespace mdsm
