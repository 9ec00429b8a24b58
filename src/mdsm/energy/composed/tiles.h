#pragma once

#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/engine/ops/border.h"

namespace mdsm {

/// A part of an image, and what must be looked at to compute it.
struct Tile {
  Window own;   ///< pixels of the image that no other tile has
  Window seen;  ///< these and all that have an influence on them

  /// `own`, in pixels of `seen`.
  Window inside() const { return {own.top - seen.top, own.left - seen.left, own.height, own.width}; }
};

/// How an image is cut.
struct TileRule {
  int64_t reach = 0;                       ///< influence goes no further, in pixels
  int64_t stride = 1;                      ///< edges within the image lie at its multiples
  int64_t most_pixels = int64_t{1} << 18;  ///< that a tile sees: what bounds memory
  int64_t worth_two = int64_t{1} << 15;    ///< an image of more pixels becomes two tiles at least: one a thread
};

/// What a user of an energy by tiles may say of them.
struct TileOptions {
  int64_t most_pixels = TileRule{}.most_pixels;  ///< that a tile sees
  Watch watch = {};                              ///< hears how far each evaluation is: its last word is 1
};

/// Cuts an image into rows and columns of tiles that see as few pixels as possible in all: a function of sizes alone, so that
/// neither threads nor memory change a result.
/// \throws Error if no tile of so few pixels holds a stride with its reach
std::vector<Tile> tiles_of(int64_t height, int64_t width, const TileRule& rule);

}  // namespace mdsm
