#pragma once

#include "mdsm/data/source.h"

namespace mdsm {

/// Endless digits that look handwritten: (1, 28, 28), white on black, values k/255 as in an 8-bit file, labelled by
/// digit. to 9.
///
/// A datum draws a digit and one of the ways of writing it (glyphs.h), moves the knots, bends, slants, turns and
/// stretches it, fits it into a box of 20 pixels with its centre of mass near the middle of the image (as MNIST's
/// digits are), and inks it with a pen whose width and blur vary (pen.h).
class StrokeSource final : public Source {
 public:
  explicit StrokeSource(Split split);

  const SourceInfo& info() const override { return info_; }
  int64_t size() const override { return kEndless; }
  Tensor read(std::span<const int64_t> indices) const override;
  Tensor labels(std::span<const int64_t> indices) const override;

 private:
  SourceInfo info_;
  uint64_t seed_;
};

}  // namespace mdsm
