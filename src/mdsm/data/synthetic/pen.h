#pragma once

#include <span>
#include <vector>

#include "mdsm/data/synthetic/glyphs.h"

namespace mdsm {

/// A point of a line that the pen has drawn, in pixels; pixel (column i, row j) covers [i, i+1] x [j, j+1].
struct InkPoint {
  double x = 0;
  double y = 0;
  double radius = 0;  ///< half the width of the line here
};
using InkLine = std::vector<InkPoint>;

/// The smooth curve through the knots, as a polyline of `steps` pieces between neighbours, ends included.
///
/// Between corners it is the Catmull-Rom spline: the cubic Bezier curve whose control points lie a third of the tangent
/// (p[i+1] - p[i-1])/2 from the knots; at ends and corners the tangent is one-sided.
std::vector<Knot> smooth_path(const PenStroke& stroke, int steps);

/// Draws round-capped lines onto a grey image of `side` x `side` pixels: 0 paper, 1 ink.
///
/// A pixel's ink is Phi(-distance/blur), the edge of a half plane blurred by a Gaussian, with the distance from the
/// pixel's centre to the nearest line's edge, negative inside.
/// \param blur   standard deviation in pixels, > 0
/// \param image  side * side values, overwritten
void draw_ink(std::span<const InkLine> lines, double blur, int side, std::span<float> image);

}  // namespace mdsm
