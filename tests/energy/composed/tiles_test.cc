#include "mdsm/energy/composed/tiles.h"

#include <gtest/gtest.h>

#include "mdsm/base/tensor.h"

namespace mdsm {
namespace {

TEST(Tiles, OwnEveryPixelOnceAndSeeWhatTheyNeed) {
  const TileRule rule{.reach = 20, .stride = 8, .most_pixels = 120 * 120, .worth_two = 100};
  for (const auto& [height, width] : {std::pair<int64_t, int64_t>{321, 481}, {64, 64}, {7, 2000}, {1, 1}, {1000, 37}}) {
    Tensor owners = at::zeros({height, width}, at::kLong);
    for (const Tile& tile : tiles_of(height, width, rule)) {
      owners.narrow(0, tile.own.top, tile.own.height).narrow(1, tile.own.left, tile.own.width).add_(1);
      EXPECT_LE(tile.seen.height * tile.seen.width, rule.most_pixels);
      EXPECT_EQ(tile.seen.top % 8, 0);
      EXPECT_EQ(tile.seen.left % 8, 0);
      const auto far = [&](int64_t seen, int64_t own) { return seen == 0 || own - seen >= rule.reach; };
      EXPECT_TRUE(far(tile.seen.top, tile.own.top) && far(tile.seen.left, tile.own.left));
      const int64_t below = tile.seen.top + tile.seen.height, own_below = tile.own.top + tile.own.height;
      EXPECT_TRUE(below == height || (below % 8 == 0 && below - own_below >= rule.reach));
    }
    EXPECT_TRUE(owners.eq(1).all().item<bool>()) << height << "x" << width;
  }
}

TEST(Tiles, OfAHundredMegapixelsAreFoundAtOnce) {
  const std::vector<Tile> tiles = tiles_of(10000, 10000, {.reach = 85, .stride = 8});
  int64_t seen = 0;
  for (const Tile& tile : tiles) seen += tile.seen.height * tile.seen.width;
  EXPECT_LT(seen, int64_t{260} * 1000 * 1000);
}

TEST(Tiles, OfAPhotographAreTwo) {
  EXPECT_EQ(tiles_of(321, 481, {.reach = 41, .stride = 4}).size(), 2U);
  EXPECT_EQ(tiles_of(64, 64, {.reach = 41, .stride = 4}).size(), 1U);
}

}  // namespace
}  // namespace mdsm
