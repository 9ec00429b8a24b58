#include "mdsm/energy/composed/tiles.h"

#include <algorithm>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

/// A side of an image, cut.
struct Cut {
  struct Piece {
    int64_t begin, end;            // own
    int64_t seen_begin, seen_end;  // own and what is within reach
    int64_t seen() const { return seen_end - seen_begin; }
  };
  std::vector<Piece> pieces;
  int64_t seen = 0;     // by all of them
  int64_t longest = 0;  // seen by one
};

int64_t rounded_up(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

/// Into `count` pieces of about one length.
Cut cut_side(int64_t side, int64_t count, const TileRule& rule) {
  const int64_t steps = rounded_up(side, rule.stride) / rule.stride;
  const int64_t margin = rounded_up(rule.reach, rule.stride);
  Cut cut;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t begin = steps * i / count * rule.stride;
    const int64_t end = std::min(side, steps * (i + 1) / count * rule.stride);
    cut.pieces.push_back({begin, end, std::max<int64_t>(0, begin - margin), std::min(side, end + margin)});
    cut.seen += cut.pieces.back().seen();
    cut.longest = std::max(cut.longest, cut.pieces.back().seen());
  }
  return cut;
}

/// All ways to cut a side that are worth looking at: up to where a piece is no longer than its margins.
std::vector<Cut> cuts_of(int64_t side, const TileRule& rule) {
  const int64_t steps = rounded_up(side, rule.stride) / rule.stride;
  const int64_t least = std::max<int64_t>(1, rule.reach / rule.stride);
  std::vector<Cut> cuts;
  for (int64_t count = 1; count <= std::max<int64_t>(1, steps / least); ++count)
    cuts.push_back(cut_side(side, count, rule));
  return cuts;
}

}  // namespace

std::vector<Tile> tiles_of(int64_t height, int64_t width, const TileRule& rule) {
  require(height >= 1 && width >= 1, "tiles: an image of {}x{}.", height, width);
  const int64_t least = height * width > rule.worth_two ? 2 : 1;
  const std::vector<Cut> rows = cuts_of(height, rule);
  const std::vector<Cut> columns = cuts_of(width, rule);
  const Cut* down = nullptr;
  const Cut* across = nullptr;
  for (const Cut& row : rows) {
    for (const Cut& column : columns) {
      const auto count = static_cast<int64_t>(row.pieces.size() * column.pieces.size());
      if (row.longest * column.longest > rule.most_pixels || count < least) continue;
      if (down == nullptr || row.seen * column.seen < down->seen * across->seen) down = &row, across = &column;
    }
  }
  require(
      down != nullptr,
      "tiles: an image of {}x{} cannot be cut into tiles of {} pixels (an influence reaches {} pixels). Tiles of {} a side "
      "are large enough.",
      height, width, rule.most_pixels, rule.reach, 4 * rounded_up(rule.reach, rule.stride));
  std::vector<Tile> tiles;
  for (const Cut::Piece& y : down->pieces) {
    for (const Cut::Piece& x : across->pieces) {
      tiles.push_back(
          {{y.begin, x.begin, y.end - y.begin, x.end - x.begin}, {y.seen_begin, x.seen_begin, y.seen(), x.seen()}});
    }
  }
  return tiles;
}

}  // namespace mdsm
