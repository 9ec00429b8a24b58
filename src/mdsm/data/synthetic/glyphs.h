#pragma once

#include <vector>

namespace mdsm {

/// A point that the pen passes, in a box [0, 1]^2: x to the right, y downwards.
struct Knot {
  double x = 0;
  double y = 0;
  bool corner = false;  ///< the pen may turn sharply here
};

/// One movement of the pen without lifting it.
using PenStroke = std::vector<Knot>;
/// One way of writing a character.
using Glyph = std::vector<PenStroke>;

/// The ways of writing digit 0 .. 9 that the generator knows.
const std::vector<Glyph>& digit_glyphs(int digit);

}  // namespace mdsm
