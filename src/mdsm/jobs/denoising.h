#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/formats/png.h"
#include "mdsm/jobs/images.h"
#include "mdsm/noise/photon_noise.h"
#include "mdsm/sample/denoise.h"

namespace mdsm {

/// What is to be done with noisy images.
struct DenoisingRequest {
  DenoiseOptions options;
  double strength = 1;
  double add_noise = 0;
  uint64_t seed = 0;  ///< of that noise
  int64_t batch = 128;
  int64_t tile = 0;
  bool noise_map = false;
  PhotonNoise photons{};
  int64_t uncertainty = 0;  ///< directions of uncertainty_of(), for who writes the images

  template <class Option> void visit(Option&& option) {
    options.visit(option);
    option("strength", strength, "part of what is found to be noise that is taken away: less keeps some grain",
           between(0, 1));
    option("add_noise", add_noise, "first add noise of this size (to try the denoiser out), and print PSNR",
           at_least(0));
    option("uncertainty", uncertainty,
           "beside each image its pixels' standard deviations, and this many directions in which it is least certain",
           between(0, 64));
    option("tile", tile,
           "large pictures are computed in tiles that see at most this many pixels a side: fewer take less memory, but "
           "more time; 0: 512",
           between(0, 4096));
    option("noise_map", noise_map, "beside each image a map of the noise that is found place by place");
    photons.visit(option);
  }
};

/// What is known of one denoised image.
struct DenoisingFigures {
  double sigma;       ///< noise_levels(): in the image's own pixels, a border has none
  double psnr_noisy;  ///< before, dB; not a number unless the noise was added here, to an image
  double psnr;        ///< after
};

/// Images before and after.
struct DenoisedImages {
  std::vector<NamedImage> inputs;
  bool truth_known;  ///< the noise was added here: the inputs are the truth
  Tensors noisy;     ///< one an image, (1, ...) in the energy's shape or, where it takes any, the image's own
  Tensors denoised;  ///< like `noisy`; not clamped
  std::vector<DenoisingFigures> figures;  ///< one an image
  Tensors noise_maps = {};                ///< noise_map() of each, if asked for
  bool evened = false;                    ///< sigma is in units of the stated photon noise

  /// What such a tensor (1, ...) has of image i, without the border.
  Tensor own_pixels(const Tensor& framed, size_t i) const;
  /// What the figures are told in.
  std::string unit() const;
};

/// Removes noise of unknown size from images that read_images(..., ImageRole::noisy, ...) gave.
///
/// With photons, images are made even (photon_noise.h), denoised, and brought back.
/// \throws Error as denoise() does; if pictures cannot be cut into the tiles asked for; for options that exclude each other;
///         (failure) for an image that is not finite when denoised; what the watch throws
DenoisedImages denoise_images(const TrainedEnergy& trained, std::vector<NamedImage> inputs,
                              const DenoisingRequest& request, const Watch& watch = {});

/// NAME.png and, where the noise was added here, NAME-noisy.png, into a folder, in the form of the image's own file
/// (bits, opacity, colour profile); of noise maps NAME-noise.png, white where the noise is largest, and NAME-noise.npy
/// (h, w). Or arrays: X.npy (N, the energy's shape...), not clamped, and X-noise.npy (N, h, w).
/// \param texts  go into the pictures, beside "sigma"
/// \throws Error for an array of images of several sizes
void write_denoised(const DenoisedImages& images, const std::string& out, const PngTexts& texts);

/// (Truth,) noisy and denoised side by side, of at most 64 images that stand for all (data/subset.h), as one picture.
/// \throws Error for images of several sizes
void write_denoising_grid(const DenoisedImages& images, const std::string& grid, const PngTexts& texts);

}  // namespace mdsm
