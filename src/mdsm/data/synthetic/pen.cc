#include "mdsm/data/synthetic/pen.h"

#include <cmath>
#include <numbers>

namespace mdsm {
namespace {

/// Half the difference of the neighbours; one-sided at the ends of the run first .. last.
Knot tangent_at(const PenStroke& run, size_t i, size_t first, size_t last) {
  const Knot& before = run[i > first ? i - 1 : i];
  const Knot& after = run[i < last ? i + 1 : i];
  const double scale = i > first && i < last ? 0.5 : 1.0;
  return {(after.x - before.x) * scale, (after.y - before.y) * scale};
}

double cubic(double p0, double p1, double p2, double p3, double t) {
  const double s = 1 - t;
  return s * s * s * p0 + 3 * s * s * t * p1 + 3 * s * t * t * p2 + t * t * t * p3;
}

/// Darkens the pixels that the piece from a to b reaches: `depth` holds the nearest signed distance to an edge so far.
void stamp(const InkPoint& a, const InkPoint& b, double reach, int side, std::vector<double>& depth) {
  const auto clip = [side](double value) { return std::clamp(static_cast<int>(std::floor(value)), 0, side); };
  const double margin = std::max(a.radius, b.radius) + reach;
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double square = std::max(dx * dx + dy * dy, 1e-12);
  const int last_row = clip(std::max(a.y, b.y) + margin + 1);
  const int last_column = clip(std::max(a.x, b.x) + margin + 1);
  for (int row = clip(std::min(a.y, b.y) - margin); row < last_row; ++row) {
    for (int column = clip(std::min(a.x, b.x) - margin); column < last_column; ++column) {
      const double x = column + 0.5 - a.x;
      const double y = row + 0.5 - a.y;
      const double t = std::clamp((x * dx + y * dy) / square, 0.0, 1.0);
      const double distance = std::hypot(x - t * dx, y - t * dy) - (a.radius + t * (b.radius - a.radius));
      double& nearest = depth[static_cast<size_t>(row) * static_cast<size_t>(side) + static_cast<size_t>(column)];
      nearest = std::min(nearest, distance);
    }
  }
}

}  // namespace

std::vector<Knot> smooth_path(const PenStroke& stroke, int steps) {
  std::vector<Knot> path;
  if (stroke.empty()) return path;
  path.push_back(stroke.front());
  size_t first = 0;
  while (first + 1 < stroke.size()) {
    size_t last = first + 1;
    while (last + 1 < stroke.size() && !stroke[last].corner) ++last;
    for (size_t i = first; i < last; ++i) {
      const Knot& p = stroke[i];
      const Knot& q = stroke[i + 1];
      const Knot leaving = tangent_at(stroke, i, first, last);
      const Knot arriving = tangent_at(stroke, i + 1, first, last);
      for (int step = 1; step <= steps; ++step) {
        const double t = static_cast<double>(step) / steps;
        path.push_back({cubic(p.x, p.x + leaving.x / 3, q.x - arriving.x / 3, q.x, t),
                        cubic(p.y, p.y + leaving.y / 3, q.y - arriving.y / 3, q.y, t)});
      }
    }
    first = last;
  }
  return path;
}

void draw_ink(std::span<const InkLine> lines, double blur, int side, std::span<float> image) {
  constexpr double kBlurs = 4;  // beyond, a pixel holds less than 3e-5 of ink
  const double reach = kBlurs * blur;
  std::vector<double> depth(image.size(), reach);
  for (const InkLine& line : lines) {
    for (size_t i = 0; i + 1 < line.size(); ++i) stamp(line[i], line[i + 1], reach, side, depth);
  }
  for (size_t i = 0; i < image.size(); ++i) {
    const double ink = std::erfc(depth[i] / (blur * std::numbers::sqrt2)) / 2;
    image[i] = depth[i] < reach ? static_cast<float>(ink) : 0.0F;
  }
}

}  // namespace mdsm
