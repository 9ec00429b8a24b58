#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"
#include "mdsm/formats/whole_picture.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm {

/// An image that a job works on, or a vector.
struct NamedImage {
  std::string name;
  Tensor pixels;  ///< (C, h, w), or the energy's vector; float32 in [0, 1], without the border that the run's data got
  PictureForm form = {};  ///< of a noisy picture's file, by which the result is written
};

/// What an image is to the energy, and so what may be done to it before the energy gets it: the one list of where jobs
/// differ. The border up to the energy's size is none of it (in_frame).
enum class ImageRole {
  truth,     ///< brought to the energy's channels; where it is larger, cropped and resized as the run's own data were
  noisy,     ///< brought to the energy's channels; never resized, which would change its noise: too large is an error
  measured,  ///< as it is: a measurement's size and channels are its own
};

/// Reads images, in the order given: PNG and JPEG files, data sets known by name, and paths of data. Noisy ones may be
/// vectors; their folders and arrays may hold any file or row that the energy takes; files of theirs keep 16 bits, opacity
/// and colour profile, and colours are not mixed with a background. Data of a set are named by their places in it; equal
/// names get -2, -3, ... behind them.
/// \param count  data of each set, folder or array, which stand for it (data/subset.h), the same at every call and for
///        every seed; 0: all of noisy folders and arrays, 16 of other sets, or all if there are fewer
/// \param notes  gets what a user must know of how they were read; may be null
/// \param unreadable  gets what is wrong with single picture files where others can be read; null: that is an error
/// \throws Error if something is not there, or is no image, or does not fit the energy or the memory
std::vector<NamedImage> read_images(const std::vector<std::string>& sources, int64_t count, ImageRole role,
                                    const TrainedEnergy& trained, std::vector<std::string>* notes = nullptr,
                                    std::vector<std::string>* unreadable = nullptr);

/// The images as one batch (N, C, h, w).
/// \throws Error if their shapes differ
Tensor stacked(const std::vector<NamedImage>& images);

/// Zeros around an image up to the energy's shape, as the run's data got; vectors as they are.
Tensor in_frame(const Tensor& pixels, const Shape& datum_shape);
/// The pixels of a batch in the energy's shape (B, ...) that are the image's own, `frame` being its shape.
Tensor out_of_frame(const Tensor& batch, const Shape& frame);

}  // namespace mdsm
