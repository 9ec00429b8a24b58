#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "mdsm/data/labelled.h"
#include "mdsm/data/readers/picture_counts.h"
#include "mdsm/data/reading.h"

namespace mdsm {

/// Gathers images into one tensor, each where its path comes in sorted order, so that the set depends on the files
/// alone and not on how a disk or an archive orders them.
class ImageCollector {
 public:
  /// \param origin  folder or archive, for texts
  /// \param paths   of all images that will be added, at least one; what is given twice counts once
  ImageCollector(std::string origin, std::vector<std::string> paths, Reading reading);

  /// Takes the bytes of one image of the list. What is added twice counts as added last.
  /// \param read  gives the bytes; called at once
  /// \throws Error as decode_picture; if this image, prepared, has another shape than the others; if the set does not fit
  ///         into the memory. The error may concern an image that was added before. Nothing is thrown for what cannot be
  ///         read or decoded where the reading skips that.
  void add(const std::string& path, const std::function<std::string()>& read);
  /// All of them, with what was done to them as notes; once only.
  /// \param prefix   what all paths begin with
  /// \param classes  names of the folders that may come next; an image in no folder has the label -1
  /// \throws Error as add, or if an image of the list was never added, or if all were left out
  LabelledData finish(const std::string& prefix, const std::vector<std::string>& classes);

 private:
  struct Pending {
    int64_t index;
    std::string bytes;
  };
  enum class Fate : uint8_t { missing, placed, skipped };

  void decode_pending();
  void decode_group(size_t begin, size_t end);
  Picture decode(const Pending& pending) const;
  void place(int64_t index, const Picture& image);
  void skip(int64_t index, const std::string& reason);
  std::string advice(const Tensor& image) const;
  void note_skipped(std::vector<std::string>& notes) const;
  void keep_placed(Tensor& labels);

  std::string origin_;
  std::vector<std::string> paths_;  // sorted
  Reading reading_;
  std::vector<Pending> pending_;
  size_t pending_bytes_ = 0;
  Tensor images_;            // (N, C, H, W) uint8, from the first image on
  int64_t first_ = -1;       // its index
  std::vector<Fate> fates_;  // by index
  PictureCounts counts_;
  std::vector<std::string> skipped_;  // path and reason
};

}  // namespace mdsm
