#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm::cli {

/// Everything that a restoration gave, in the images' own frame.
struct RestoreResults {
  std::vector<std::string> names;  ///< N
  Tensor truth;                    ///< (N, C, h, w); undefined if it is not known
  Tensor shown;                    ///< (N, C, h, w), the measurement as a picture
  Tensor pseudo_inverse;           ///< (N, C, h, w)
  Tensor classical;                ///< (N, C, h, w)
  std::string baseline;            ///< the classical one's name
  Tensor samples;                  ///< (K, N, C, h, w)
  std::string run;
  std::string solver;
  std::string task;
  uint64_t seed = 0;
};

/// Means over images of PSNR and SSIM, ours and the others': {"ours": {"psnr", "ssim"}, "ours_mean" (of the samples'
/// mean, if there are several), "pseudo_inverse", "classical", "images": [{"name", ...}]}. Restorations are clamped to
/// [0, 1] first. null stands for what is not finite, and for the SSIM of images below 11 x 11.
nlohmann::ordered_json quality_json(const RestoreResults& results);

/// The same as a table.
std::string quality_table(const nlohmann::ordered_json& quality, const std::string& baseline);

/// NAME.png, or NAME-0.png ... and NAME-mean.png, into a folder; or an array (N, K, C, h, w) X.npy, not clamped.
void write_restorations(const RestoreResults& results, const std::string& out);

/// A row an image, for at most the first 16: truth (if known), measurement, classical restoration, up to 8 samples and,
/// of several, their mean and their spread (the standard deviation, 0.5 and above white).
void write_restoration_grid(const RestoreResults& results, const std::string& grid);

}  // namespace mdsm::cli
