#include "mdsm/data/synthetic/checkerboard.h"

#include <limits>

#include "mdsm/base/error.h"
#include "mdsm/data/synthetic/draws.h"

namespace mdsm {

Checkerboard::Checkerboard(int64_t squares, double half_width)
    : squares_(squares), half_width_(half_width), side_(2 * half_width / static_cast<double>(squares)) {
  require(squares >= 2 && squares % 2 == 0 && half_width > 0,
          "Checkerboard: {} squares a side, half width {} (expected an even number of squares and a positive width).",
          squares, half_width);
}

double Checkerboard::log_density_at(double x, double y) const {
  constexpr double kNowhere = -std::numeric_limits<double>::infinity();
  if (!(std::abs(x) <= half_width_ && std::abs(y) <= half_width_)) return kNowhere;
  const double across = (x + half_width_) / side_;
  const double up = (y + half_width_) / side_;
  // On an edge one of the squares on its two sides is filled.
  const bool on_edge = across == std::floor(across) || up == std::floor(up);
  const bool filled = (static_cast<int64_t>(across) + static_cast<int64_t>(up)) % 2 == 0;
  if (!on_edge && !filled) return kNowhere;
  return -std::log(2 * half_width_ * half_width_);
}

PlanePoint Checkerboard::draw(const RandomKey& key) const {
  Draws draws(key);
  const int64_t part = draws.integer(squares_ * squares_ / 2);
  const int64_t row = part / (squares_ / 2);
  const int64_t column = 2 * (part % (squares_ / 2)) + row % 2;
  return {-half_width_ + side_ * (static_cast<double>(column) + draws.uniform()),
          -half_width_ + side_ * (static_cast<double>(row) + draws.uniform()), part};
}

std::vector<std::string> Checkerboard::parts() const {
  std::vector<std::string> names;
  for (int64_t row = 0; row < squares_; ++row) {
    for (int64_t column = row % 2; column < squares_; column += 2) {
      names.push_back(fmt::format("row {} column {}", row, column));
    }
  }
  return names;
}

}  // namespace mdsm
