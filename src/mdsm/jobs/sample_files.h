#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/run/checkpoint.h"
#include "mdsm/sample/draw.h"

namespace mdsm {

/// Where samples go; what is empty is not written.
struct SampleFiles {
  std::string out = {};      ///< a folder for a PNG a sample, named by its seed, or an array X.npy, not clamped
  std::string grid = {};     ///< one picture X.png of all samples
  std::string trace = {};    ///< a table X.csv, a row a step
  std::string animate = {};  ///< the chains on their way, X.png or X.apng
  int64_t frames = 60;       ///< of the animation, at most
};

/// Checks, before any work, that data of this shape can be written there: a picture needs (C, H, W) with C = 1 or 3.
/// \throws Error that says what can be written instead
void require_files(const SampleFiles& files, const Shape& datum_shape);

/// What was drawn, and the names of the files that hold it.
struct DrawnFiles {
  Drawn drawn;
  std::vector<std::string> written;
};

/// What the chains did, where it is not what the options say, and how far they have settled; nothing if there are none.
std::vector<std::string> about_chains(const Drawn& drawn);

/// Draws one sample a seed and writes them. Asked to stop, writes the samples of the batches that were done: fewer than
/// there are seeds.
/// \throws Error as require_files and draw_samples do
DrawnFiles draw_to_files(const TrainedEnergy& trained, const SampleOptions& options, std::span<const uint64_t> seeds,
                         const SampleFiles& files, const Watch& watch = {});

}  // namespace mdsm
