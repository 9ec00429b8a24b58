#include "mdsm/restore/kernels.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mdsm/base/error.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/formats/npy.h"

namespace mdsm {
namespace {

constexpr int64_t kPointsAPixel = 64;  // of a movement: shares are then right to 1/64 of a point's
constexpr double kLongestMovement = 4096;

/// Adds the weight `w` of a point to the four pixels around it.
void share(at::TensorAccessor<double, 2> kernel, double y, double x, double w) {
  const double top = std::floor(y), left = std::floor(x);
  const double down = y - top, right = x - left;
  const auto row = static_cast<int64_t>(top), column = static_cast<int64_t>(left);
  kernel[row][column] += w * (1 - down) * (1 - right);
  kernel[row][column + 1] += w * (1 - down) * right;
  kernel[row + 1][column] += w * down * (1 - right);
  kernel[row + 1][column + 1] += w * down * right;
}

}  // namespace

Tensor gaussian_kernel(double sigma) {
  require(sigma > 0 && std::isfinite(sigma), "blur: a Gaussian of width {} (it must be positive and finite).", sigma);
  const auto radius = static_cast<int64_t>(std::ceil(3 * sigma));
  const Tensor r = at::arange(-radius, radius + 1, at::kDouble);
  const Tensor row = (r.square() / (-2 * sigma * sigma)).exp();
  const Tensor kernel = row.unsqueeze(1) * row;
  return kernel / kernel.sum();
}

Tensor box_kernel(int64_t size) {
  require(size >= 1 && size % 2 == 1, "blur: a box of {} pixels (expected an odd number).", size);
  return at::full({size, size}, 1 / static_cast<double>(size * size), at::kDouble);
}

Tensor motion_kernel(double length, double degrees) {
  require(length > 0 && length <= kLongestMovement && std::isfinite(degrees),
          "blur: a movement of {} pixels in direction {} (expected a length above 0 and at most {}).", length, degrees,
          kLongestMovement);
  const auto radius = static_cast<int64_t>(std::floor(length / 2)) + 1;
  const auto points = static_cast<int64_t>(std::ceil(length)) * kPointsAPixel;
  const double angle = degrees * std::numbers::pi / 180;
  Tensor kernel = at::zeros({2 * radius + 3, 2 * radius + 3}, at::kDouble);  // a pixel more: shares beyond the last one
  const auto middle = static_cast<double>(radius + 1);
  for (int64_t i = 0; i < points; ++i) {
    const double along = length * ((static_cast<double>(i) + 0.5) / static_cast<double>(points) - 0.5);
    share(kernel.accessor<double, 2>(), middle - along * std::sin(angle), middle + along * std::cos(angle),
          1 / static_cast<double>(points));
  }
  kernel = (kernel + kernel.flip({0, 1})) / 2;  // rounding alone makes them differ
  return kernel.narrow(0, 1, 2 * radius + 1).narrow(1, 1, 2 * radius + 1).contiguous();
}

bool is_kernel_file(const std::filesystem::path& path) {
  return is_image_name(path.string()) || path.extension() == ".npy";
}

Tensor read_kernel(const std::filesystem::path& path) {
  Tensor kernel = path.extension() == ".npy" ? read_npy(path) : read_image(path).to(at::kDouble).mean(0);
  require(kernel.dim() == 2 && kernel.size(0) % 2 == 1 && kernel.size(1) % 2 == 1,
          "kernel {}: its shape is {} (expected (K, L), both odd, the pixel itself in the middle).", path.string(),
          to_text(kernel.sizes()));
  kernel = kernel.to(at::kDouble);
  const double sum = kernel.sum().item<double>();
  require(std::isfinite(sum) && sum > 0, "kernel {}: its weights sum to {} (expected more than 0).", path.string(),
          sum);
  return kernel / sum;
}

bool is_symmetric(const Tensor& kernel) {
  const double asymmetry = std::max((kernel - kernel.flip(0)).abs().max().item<double>(),
                                    (kernel - kernel.flip(1)).abs().max().item<double>());
  return asymmetry <= 1e-6 * kernel.abs().max().item<double>();
}

}  // namespace mdsm
