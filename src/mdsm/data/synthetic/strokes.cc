#include "mdsm/data/synthetic/strokes.h"

#include <ATen/Parallel.h>

#include <limits>
#include <numbers>

#include "mdsm/data/synthetic/draws.h"
#include "mdsm/data/synthetic/pen.h"
#include "mdsm/data/synthetic/plane_source.h"

namespace mdsm {
namespace {

constexpr int kSide = 28;
constexpr double kBox = 20;      // of MNIST: digits fit into 20 x 20 pixels
constexpr double kLevels = 255;  // of an 8-bit file
constexpr int kSteps = 8;        // pieces of a curve between two knots
constexpr int64_t kDigits = 10;

using Paths = std::vector<std::vector<Knot>>;

/// A slow bend of the plane: one wave along a random direction that displaces along another.
struct Bend {
  explicit Bend(Draws& draws)
      : wave(draws.normals()), shift(draws.normals()), phase(2 * std::numbers::pi * draws.uniform()) {}

  Knot operator()(const Knot& p) const {
    constexpr double kFrequency = 2.5;  // half a wave over the box
    constexpr double kAmplitude = 0.06;
    const double height = kAmplitude * std::sin(kFrequency * (wave[0] * p.x + wave[1] * p.y) + phase);
    return {p.x + shift[0] * height, p.y + shift[1] * height, p.corner};
  }

  std::array<double, 2> wave;
  std::array<double, 2> shift;
  double phase;
};

/// The curves of one digit in units of the glyph's box, with the writer's deviations but neither place nor size.
Paths write(const Glyph& glyph, Draws& draws) {
  constexpr double kUnsteadiness = 0.04;
  const Bend first(draws);
  const Bend second(draws);
  const double slant = 0.12 + 0.25 * draws.normal();  // to the right on average
  const double turn = 0.1 * draws.normal();
  const double stretch = 0.72 * std::exp(0.18 * draws.normal());  // width over height of the box
  const double cosine = std::cos(turn);
  const double sine = std::sin(turn);
  Paths paths;
  for (const PenStroke& stroke : glyph) {
    PenStroke moved;
    for (const Knot& knot : stroke) {
      const auto [u, v] = draws.normals();
      const Knot bent = second(first({knot.x + kUnsteadiness * u, knot.y + kUnsteadiness * v, knot.corner}));
      const double x = stretch * bent.x - slant * bent.y;
      moved.push_back({cosine * x - sine * bent.y, sine * x + cosine * bent.y, knot.corner});
    }
    paths.push_back(smooth_path(moved, kSteps));
  }
  return paths;
}

/// Half the width of the line along one stroke, in pixels: a slow wave of pressure, lighter towards the ends.
class Pressure {
 public:
  Pressure(double radius, Draws& draws)
      : radius_(radius),
        wave_(std::min(0.12 * std::abs(draws.normal()), 0.4)),  // bounded: the ink must fit into the image
        phase_(2 * std::numbers::pi * draws.uniform()),
        taper_(0.35 * draws.uniform()) {}

  double at(double t) const {
    constexpr double kTaperLength = 0.12;  // of the stroke
    const double from_end = std::min({t, 1 - t, kTaperLength}) / kTaperLength;
    return radius_ * (1 + wave_ * std::sin(5 * t + phase_)) * (1 - taper_ * (1 - from_end));
  }

 private:
  double radius_;
  double wave_;
  double phase_;
  double taper_;
};

/// The smallest upright box around some points.
struct Bounds {
  void take(double x, double y, double margin) {
    left = std::min(left, x - margin);
    right = std::max(right, x + margin);
    top = std::min(top, y - margin);
    bottom = std::max(bottom, y + margin);
  }
  double left = std::numeric_limits<double>::infinity();
  double right = -left;
  double top = left;
  double bottom = -left;
};

/// Scales the curves to the size of the box and gives them width.
std::vector<InkLine> ink(const Paths& paths, Draws& draws) {
  const double radius = std::clamp(1.3 + 0.35 * draws.normal(), 0.7, 2.1);
  Bounds bounds;
  for (const auto& path : paths) {
    for (const Knot& p : path) bounds.take(p.x, p.y, 0);
  }
  const double size = kBox * draws.uniform(0.94, 1.0) - 2 * radius;
  const double scale = size / std::max(bounds.right - bounds.left, bounds.bottom - bounds.top);
  std::vector<InkLine> lines;
  for (const auto& path : paths) {
    const Pressure pressure(radius, draws);
    InkLine line;
    for (size_t i = 0; i < path.size(); ++i) {
      const double t = static_cast<double>(i) / static_cast<double>(path.size() - 1);
      line.push_back({scale * path[i].x, scale * path[i].y, pressure.at(t)});
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

/// Moves the centre of mass of the ink to (x, y), or as near as keeps the ink away from the image's edges.
void centre(std::vector<InkLine>& lines, double x, double y) {
  double mass = 0;
  double sum_x = 0;
  double sum_y = 0;
  Bounds bounds;
  for (const InkLine& line : lines) {
    for (size_t i = 0; i + 1 < line.size(); ++i) {
      const InkPoint& a = line[i];
      const InkPoint& b = line[i + 1];
      const double area = std::hypot(b.x - a.x, b.y - a.y) * (a.radius + b.radius);
      mass += area;
      sum_x += area * (a.x + b.x) / 2;
      sum_y += area * (a.y + b.y) / 2;
    }
    for (const InkPoint& p : line) bounds.take(p.x, p.y, p.radius);
  }
  constexpr double kMargin = 2;
  const double shift_x = std::clamp(x - sum_x / mass, kMargin - bounds.left, kSide - kMargin - bounds.right);
  const double shift_y = std::clamp(y - sum_y / mass, kMargin - bounds.top, kSide - kMargin - bounds.bottom);
  for (InkLine& line : lines) {
    for (InkPoint& p : line) p = {p.x + shift_x, p.y + shift_y, p.radius};
  }
}

int digit_of(Draws& draws) { return static_cast<int>(draws.integer(kDigits)); }

void draw_digit(const RandomKey& key, std::span<float> image) {
  Draws draws(key);
  const std::vector<Glyph>& glyphs = digit_glyphs(digit_of(draws));
  const Glyph& glyph = glyphs[static_cast<size_t>(draws.integer(static_cast<int64_t>(glyphs.size())))];
  std::vector<InkLine> lines = ink(write(glyph, draws), draws);
  const auto [u, v] = draws.normals();
  centre(lines, kSide / 2.0 + 0.4 * u, kSide / 2.0 + 0.4 * v);
  const double blur = draws.uniform(0.35, 0.65);
  draw_ink(lines, blur, kSide, image);
  for (float& pixel : image) pixel = static_cast<float>(std::round(kLevels * static_cast<double>(pixel)) / kLevels);
}

}  // namespace

StrokeSource::StrokeSource(Split split) : info_{"strokes", split, {1, kSide, kSide}, {}}, seed_(seed_of(split)) {
  for (int64_t digit = 0; digit < kDigits; ++digit) info_.classes.push_back(fmt::format("{}", digit));
}

Tensor StrokeSource::read(std::span<const int64_t> indices) const {
  require_indices(indices, info_.name);
  const auto count = static_cast<int64_t>(indices.size());
  Tensor images = at::empty(batch_shape(count, info_.datum_shape), at::kFloat);
  float* pixels = images.mutable_data_ptr<float>();
  constexpr size_t kPixels = kSide * kSide;
  at::parallel_for(0, count, 8, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto at = static_cast<size_t>(i);
      draw_digit(key_of_datum(seed_, indices[at]), {pixels + at * kPixels, kPixels});
    }
  });
  return images;
}

Tensor StrokeSource::labels(std::span<const int64_t> indices) const {
  require_indices(indices, info_.name);
  Tensor labels = at::empty({static_cast<int64_t>(indices.size())}, at::kLong);
  int64_t* out = labels.mutable_data_ptr<int64_t>();
  for (const int64_t index : indices) {
    Draws draws(key_of_datum(seed_, index));
    *out++ = digit_of(draws);
  }
  return labels;
}

}  // namespace mdsm
