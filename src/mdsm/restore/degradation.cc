#include "mdsm/restore/degradation.h"

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/base/nearest.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/restore/masks.h"
#include "mdsm/restore/operators.h"

namespace mdsm {
namespace {

using Built = std::shared_ptr<const LinearOperator>;

double or_default(double value, double standard) { return value > 0 ? value : standard; }

Tensor mask_of(const DegradationOptions& options, int64_t height, int64_t width, uint64_t seed) {
  if (options.mask == "right-half") return half_mask(Side::right, height, width);
  if (options.mask == "left-half") return half_mask(Side::left, height, width);
  if (options.mask == "box") return box_mask(or_default(options.fraction, 0.5), height, width);
  if (options.mask == "random") return random_mask(or_default(options.fraction, 0.1), seed, height, width);
  static const std::vector<std::string> kNames{"right-half", "left-half", "box", "random"};
  require(is_image_name(options.mask), "--mask {}: known are right-half, left-half, box, random, or an image file.{}",
          options.mask, did_you_mean(options.mask, kNames));
  Tensor mask = image_mask(read_image(options.mask));
  require(mask.size(1) == height && mask.size(2) == width,
          "--mask {}: the mask has {} x {} pixels (the images have {} x {}). Make it the same size.", options.mask,
          mask.size(1), mask.size(2), height, width);
  return mask;
}

Built build_inpainting(const DegradationOptions& options, const Shape& shape, uint64_t seed) {
  return std::make_shared<Inpainting>(mask_of(options, shape[1], shape[2], seed), shape);
}

Built build_blur(const DegradationOptions& options, const Shape& shape, uint64_t) {
  Tensor kernel;
  if (options.kernel == "gaussian") {
    kernel = gaussian_kernel(or_default(options.width, 1.5));
  } else {
    require(options.kernel == "box", "--kernel {}: known are gaussian, box.", options.kernel);
    const double width = or_default(options.width, 5);
    require(width == std::floor(width), "--blur {}: a box has a whole number of pixels.", width);
    kernel = box_kernel(static_cast<int64_t>(width));
  }
  const bool reflect = options.boundary == "reflect";
  require(reflect || options.boundary == "circular", "--boundary {}: known are reflect, circular.", options.boundary);
  return std::make_shared<Blur>(kernel, reflect ? Boundary::reflect : Boundary::circular, shape);
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

Built build_operator(const DegradationOptions& options, const Shape& shape, uint64_t seed) {
  require(shape.size() == 3, "restoration: data of shape {} are no images.", to_text(shape));
  return find_named(tasks(), options.task, "--task").build(options, shape, seed);
}

Shape measured_image_shape(const DegradationOptions& options, const Shape& measurement) {
  require(measurement.size() == 3, "restoration: measurements of shape {} are no images.", to_text(measurement));
  require(options.task != "cs", "--task cs: its measurements are no images. Restore images that are measured here.");
  if (options.task == "decolor") return {3, measurement[1], measurement[2]};
  if (options.task != "superres") return measurement;
  return {measurement[0], measurement[1] * options.factor, measurement[2] * options.factor};
}

}  // namespace mdsm
