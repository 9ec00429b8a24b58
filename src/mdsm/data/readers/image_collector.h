#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mdsm/data/labelled.h"

namespace mdsm {

/// Whether the file at this path, '/' between folders, is taken for an image of a set: PNG or JPEG by its name, and
/// neither it nor a folder above it hidden ("._0.png" and "__MACOSX" are what macOS adds).
bool is_listed_image(std::string_view path);

/// Gathers images into one tensor, each where its path comes in sorted order, so that the set depends on the files
/// alone and not on how a disk or an archive orders them. The first folder of a path is the class.
class ImageCollector {
 public:
  /// \param origin  folder or archive, for error texts
  /// \param paths  of all images that will be added, at least one; what is given twice counts once
  /// \param prepare  may be empty; called from several threads
  ImageCollector(std::string origin, std::vector<std::string> paths, PrepareImage prepare);

  /// Takes the bytes of one image of the list. What is added twice counts as added last.
  /// \throws Error as decode_image; if this image, prepared, has another shape than the others; if the set does not fit
  ///         into the memory. The error may concern an image that was added before.
  void add(const std::string& path, std::string bytes);
  /// All of them; once only.
  /// \throws Error as add, or if an image of the list was never added
  LabelledData finish();

 private:
  struct Pending {
    int64_t index;
    std::string bytes;
  };
  void decode_pending();
  void place(int64_t index, const Tensor& image);
  void allocate(const Tensor& image);

  std::string origin_;
  std::vector<std::string> paths_;  // sorted
  PrepareImage prepare_;
  std::vector<Pending> pending_;
  size_t pending_bytes_ = 0;
  Tensor images_;                // (N, C, H, W) uint8, from the first image on
  int64_t first_ = -1;           // its index
  std::vector<bool> is_placed_;  // by index
};

}  // namespace mdsm
