#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/config/given_option.h"
#include "mdsm/jobs/images.h"
#include "mdsm/restore/classical.h"
#include "mdsm/restore/degradation.h"
#include "mdsm/restore/solver.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm {

/// What is asked of the solver, where that is not the task's and the run's own choice.
struct SolverRequest {
  std::vector<std::string> set = {};      ///< any keys of the table, as "restore.beta=0.01"
  std::vector<GivenOption> options = {};  ///< single options of the table, told after `set`
};

/// What was taken from images, and how they are restored.
struct RestorationRequest {
  DegradationOptions degradation;
  double sigma = 0;
  bool measured = false;
  std::string baseline = "auto";
  int64_t samples = 1;
  int64_t batch = 100;
  int64_t border = 0;
  SolverRequest solver = {};
  uint64_t seed = 0;  ///< of noise, random mask, random measurements and the first restoration; the others follow

  /// All but the solver's options and the seed.
  template <class Option> void visit(Option&& option) {
    degradation.visit(option);
    option("sigma", sigma, "noise of the measurement, in units of pixels in [0, 1]", at_least(0));
    option(
        "measured", measured,
        "the IMAGEs are measurements already (damaged, small, blurred, grey, noisy): nothing is taken from them, and "
        "no truth is known",
        any());
    option("baseline", baseline,
           "classical restoration to compare with: harmonic, bicubic, grey or tv; auto takes the task's", any());
    option("samples", samples, "restorations of each image", between(1, 1000));
    option("batch", batch, "images restored together (changes speed and memory only)", at_least(1));
  }
};

/// All that a restoration gave, in the images' own frame.
struct Restoration {
  RestoreOptions options;          ///< of the solver, as resolved
  Tensor truth;                    ///< (N, C, h, w); undefined if it is not known
  Tensor shown;                    ///< (N, C, h, w), the measurement as a picture
  Tensor pseudo_inverse;           ///< (N, C, h, w)
  Tensor classical;                ///< (N, C, h, w)
  std::string baseline;            ///< the classical one's name
  Tensor samples;                  ///< (K, N, C, h, w), not clamped
  double gradients = 0;            ///< of one restoration, on average
  int64_t missing = 0;             ///< pixels that a mask takes from each image
  int64_t border = 0;              ///< that quality leaves out
  std::vector<std::string> notes;  ///< what a user must know of the measurement
};

/// The solver's options for a run: the task's own, changed by what was asked. Denoising starts at y itself.
/// \throws Error that names the option
RestoreOptions solver_options(const RestorationRequest& request, const NoiseOptions& noise);

/// Takes a measurement from images (N, C, h, w), or takes them for one, and restores them: the one way of `mdsm
/// restore` and the report. Super-resolution leaves out last rows and columns that its factor does not divide.
/// \param images  as read_images gives them: ImageRole::truth, or ImageRole::measured if request.measured
/// \throws Error for a request that does not fit the images or the energy; what the watch throws
Restoration restore_images(const TrainedEnergy& trained, const Tensor& images, const RestorationRequest& request,
                           const Watch& watch = {});

/// The same of images of any sizes that the energy takes, in their order, those of one size that follow each other
/// together. Noise and restoration of an image are those of its place among all. All is measured before the first one
/// is restored.
std::vector<Restoration> restore_images(const TrainedEnergy& trained, const std::vector<NamedImage>& images,
                                        const RestorationRequest& request, const Watch& watch = {});

/// Restores a measurement that is there, by any operator on images that fit the energy: (K, N, C, h, w), not clamped.
/// \param request  its degradation, sigma and measured are not read
/// \throws Error as restore() does; what the watch throws
Tensor restore_measurement(const TrainedEnergy& trained, const Measurement& measurement,
                           const RestorationRequest& request, const Watch& watch = {});

}  // namespace mdsm
