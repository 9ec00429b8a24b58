#include "mdsm/restore/degradation.h"

#include <algorithm>
#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/restore/masks.h"
#include "mdsm/restore/operators.h"

namespace mdsm {
namespace {

using Built = std::shared_ptr<const LinearOperator>;

double or_default(double value, double standard) { return value > 0 ? value : standard; }

Tensor mask_of(const DegradationOptions& options, int64_t height, int64_t width, uint64_t seed) {
  if (options.mask == "right-half") return half_mask(ImageSide::right, height, width);
  if (options.mask == "left-half") return half_mask(ImageSide::left, height, width);
  if (options.mask == "box") return box_mask(or_default(options.fraction, 0.5), height, width);
  if (options.mask == "random") return random_mask(or_default(options.fraction, 0.1), seed, height, width);
  if (!is_image_name(options.mask)) reject_name(options.mask, mask_names(), "mask (a name or an image file)");
  Tensor mask = read_mask(options.mask).mask;
  require(mask.size(1) == height && mask.size(2) == width,
          "mask {}: it has {} x {} pixels (the images have {} x {}). Make it the same size.", options.mask,
          mask.size(1), mask.size(2), height, width);
  return mask;
}

Built build_inpainting(const DegradationOptions& options, const Shape& shape, uint64_t seed) {
  return std::make_shared<Inpainting>(mask_of(options, shape[1], shape[2], seed), shape);
}

size_t kernel_index(const DegradationOptions& options) {
  return index_of_name(options.kernel, kernel_names(), "kernel (a name or a file)");
}

Tensor kernel_of(const DegradationOptions& options) {
  if (is_kernel_file(options.kernel)) return read_kernel(options.kernel);
  switch (kernel_index(options)) {
    case 0:
      return gaussian_kernel(or_default(options.width, 1.5));
    case 1:
      require(options.width == std::floor(options.width), "width {}: a box has a whole number of pixels.",
              options.width);
      return box_kernel(static_cast<int64_t>(or_default(options.width, 5)));
    default:
      return motion_kernel(or_default(options.width, 9), options.angle);
  }
}

/// A border that reflects wants symmetry, so that it is "auto" for symmetric kernels alone.
Boundary boundary_of(const DegradationOptions& options, const Tensor& kernel) {
  const size_t told = index_of_name(options.boundary, boundary_names(), "boundary");
  if (told == 0) return is_symmetric(kernel) ? Boundary::reflect : Boundary::circular;
  return told == 1 ? Boundary::reflect : Boundary::circular;
}

Built build_blur(const DegradationOptions& options, const Shape& shape, uint64_t) {
  const int64_t side = std::max(shape[1], shape[2]);
  require(options.width <= static_cast<double>(side), "width {}: the images have {} pixels a side. Blur less.",
          options.width, side);
  const Tensor kernel = kernel_of(options);
  return std::make_shared<Blur>(kernel, boundary_of(options, kernel), shape);
}

struct NamedTask {
  std::string name;
  Built (*build)(const DegradationOptions& options, const Shape& shape, uint64_t seed);
};

const std::vector<NamedTask>& tasks() {
  static const std::vector<NamedTask> table{
      {"inpaint", build_inpainting},
      {"superres",
       [](const DegradationOptions& o, const Shape& shape, uint64_t) -> Built {
         return std::make_shared<Downsampling>(o.factor, shape);
       }},
      {"deblur", build_blur},
      {"cs",
       [](const DegradationOptions& o, const Shape& shape, uint64_t seed) -> Built {
         return std::make_shared<CompressedSensing>(or_default(o.fraction, 0.25), seed, shape);
       }},
      {"decolor",
       [](const DegradationOptions&, const Shape& shape, uint64_t) -> Built {
         return std::make_shared<Decolorize>(shape);
       }},
      {"denoise",
       [](const DegradationOptions&, const Shape& shape, uint64_t) -> Built {
         return std::make_shared<Identity>(shape);
       }},
  };
  return table;
}

}  // namespace

std::vector<std::string> degradation_names() { return names_of(tasks()); }

const std::vector<std::string>& mask_names() {
  static const std::vector<std::string> names{"right-half", "left-half", "box", "random"};
  return names;
}

const std::vector<std::string>& kernel_names() {
  static const std::vector<std::string> names{"gaussian", "box", "motion"};
  return names;
}

const std::vector<std::string>& boundary_names() {
  static const std::vector<std::string> names{"auto", "reflect", "circular"};
  return names;
}

Built build_operator(const DegradationOptions& options, const Shape& shape, uint64_t seed) {
  require(shape.size() == 3, "restoration: data of shape {} are no images.", to_text(shape));
  if (!is_kernel_file(options.kernel)) kernel_index(options);  // a wrong name is said, whatever the task
  return find_named(tasks(), options.task, "task").build(options, shape, seed);
}

std::vector<std::string> degradation_notes(const DegradationOptions& options) {
  if (options.task == "inpaint" && is_image_name(options.mask)) return read_mask(options.mask).notes;
  if (options.task != "deblur" || options.boundary != "auto" || is_symmetric(kernel_of(options))) return {};
  return {
      "deblur: this kernel is not symmetric, so the blur is taken to have seen the opposite side beyond the border "
      "(circular), as a photograph's has not: look at the result near the border"};
}

Shape measured_image_shape(const DegradationOptions& options, const Shape& measurement) {
  require(measurement.size() == 3, "restoration: measurements of shape {} are no images.", to_text(measurement));
  require(options.task != "cs", "task cs: its measurements are no images. Restore images that are measured here.");
  if (options.task == "decolor") return {3, measurement[1], measurement[2]};
  if (options.task != "superres") return measurement;
  return {measurement[0], measurement[1] * options.factor, measurement[2] * options.factor};
}

}  // namespace mdsm
