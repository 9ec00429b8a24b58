#pragma once

#include <memory>

#include "mdsm/data/pictures/pictures.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// Some of the pictures of a set.
struct PictureList {
  std::shared_ptr<const Pictures> all;
  std::vector<int64_t> places;
};

/// How patches are cut at random.
struct PatchOptions {
  int64_t side = 64;  ///< pixels
  bool turn = false;  ///< each of the eight ways to lay a square down, equally often
  std::vector<double> scales{
      1.0};  ///< one of these, equally often: a square of side / scale pixels is resized to `side`
};

/// An endless source of squares cut from pictures: every place in every picture is equally likely. Patch i is a function of i,
/// the pictures and the options.
class RandomPatches final : public Source {
 public:
  /// \throws Error unless a patch fits into one of the pictures at every scale; scales of 0.1 to 1
  RandomPatches(PictureList pictures, const PatchOptions& options, SourceInfo info);

  const SourceInfo& info() const override { return info_; }
  int64_t size() const override { return kEndless; }
  Tensor read(std::span<const int64_t> indices) const override;
  Tensor labels(std::span<const int64_t> indices) const override;
  void will_read(std::span<const int64_t> indices) const override;
  int64_t held_bytes() const override { return pictures_.all->held_bytes(); }

 private:
  struct Cut {
    int64_t picture, top, left, side, turn;
  };
  /// All places of a patch at one scale.
  struct Places {
    int64_t side = 0;
    std::vector<double> up_to;  ///< of all pictures up to this one
  };
  /// \param attempt  another number, another patch: for pictures that cannot be decoded
  Cut cut(int64_t index, uint32_t attempt) const;
  Tensor patch(int64_t index) const;

  PictureList pictures_;
  PatchOptions options_;
  SourceInfo info_;
  std::vector<Places> scales_;
};

/// The squares that lie beside each other in pictures, row by row around each one's middle: what is evaluated.
class PatchGrid final : public Source {
 public:
  /// \throws Error unless a patch fits into one of the pictures
  PatchGrid(PictureList pictures, int64_t side, SourceInfo info);

  const SourceInfo& info() const override { return info_; }
  int64_t size() const override { return static_cast<int64_t>(corners_.size()); }
  Tensor read(std::span<const int64_t> indices) const override;
  Tensor labels(std::span<const int64_t> indices) const override;
  int64_t held_bytes() const override { return pictures_.all->held_bytes(); }

 private:
  struct Corner {
    int64_t picture, top, left;
  };
  const Corner& corner(int64_t index) const;

  PictureList pictures_;
  int64_t side_;
  SourceInfo info_;
  std::vector<Corner> corners_;
};

}  // namespace mdsm
