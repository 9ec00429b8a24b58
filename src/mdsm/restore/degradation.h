#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "mdsm/base/options.h"
#include "mdsm/restore/linear_operator.h"

namespace mdsm {

/// What can be undone: the rows of the table in degradation.cc.
std::vector<std::string> degradation_names();
/// What may be missing of an image, beside what an image file says.
const std::vector<std::string>& mask_names();
/// What blurs, beside what a file says.
const std::vector<std::string>& kernel_names();
const std::vector<std::string>& boundary_names();

/// What has happened to images: the operator of a restoration by name.
struct DegradationOptions {
  std::string task = "inpaint";
  std::string mask = "right-half";
  int64_t factor = 4;
  double fraction = 0;
  std::string kernel = "gaussian";
  double width = 0;
  double angle = 0;
  std::string boundary = "auto";

  template <class Option> void visit(Option&& option) {
    option("task", task, "what is undone; cs is compressed sensing", one_of(degradation_names()));
    option("mask", mask,
           fmt::format("inpaint: what is missing, {}, or an image X.png, white where pixels were measured",
                       fmt::join(mask_names(), ", "))
               .c_str());
    option("factor", factor, "superres: how many times smaller the measured image is", at_least(1));
    option("fraction", fraction,
           "inpaint with a box: missing part of each side (0: 0.5); random: measured part of the pixels (0: 0.1); cs: "
           "measurements over pixels (0: 0.25)",
           between(0, 1));
    option("kernel", kernel,
           fmt::format("deblur: what each pixel was spread over, {}, or a file, a picture or X.npy, of odd sides",
                       fmt::join(kernel_names(), ", "))
               .c_str());
    option(
        "width", width,
        "deblur: standard deviation of the Gaussian (0: 1.5), pixels of the box, odd (0: 5), or of the motion (0: 9)",
        at_least(0));
    option("angle", angle, "deblur: direction of the motion, in degrees from the right counter-clockwise",
           between(0, 180));
    option("boundary", boundary,
           "deblur: what the blur saw beyond the border; auto: reflect where the kernel is symmetric, else circular",
           one_of(boundary_names()));
  }
};

/// The operator on images of this shape.
/// \param seed  of a random mask or of compressed sensing
/// \throws Error for an unknown name, a mask of another size, grey images to decolorize, ...
std::shared_ptr<const LinearOperator> build_operator(const DegradationOptions& options, const Shape& shape,
                                                     uint64_t seed);

/// What a user must know of what is taken from images: of a mask in a file, how many pixels; of a blur, its border.
std::vector<std::string> degradation_notes(const DegradationOptions& options);

/// The shape of the images that such measurements (C, H, W) are of.
/// \throws Error for cs, whose measurements are none
Shape measured_image_shape(const DegradationOptions& options, const Shape& measurement);

}  // namespace mdsm
