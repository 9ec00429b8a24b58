#pragma once

#include <string>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/evaluate/results.h"
#include "mdsm/evaluate/score.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm {

/// What is asked of whole pictures, each of its own size.
struct PictureScoring {
  ScoreKind kind = ScoreKind::energy;
  int64_t count = 0;    ///< of all pictures, that stand for them (data/subset.h); 0: all
  uint64_t seed = 0;    ///< of that choice, of added noise, and of what typicality is measured from
  int64_t batch = 128;  ///< training patches at once, of typicality
};

/// One picture's.
struct PictureScore {
  int64_t index = 0;  ///< its place among all that were named
  std::string name;
  int64_t height = 0;
  int64_t width = 0;
  double score = 0;
  double per_pixel = 0;  ///< pixel_score(): what may be compared between sizes
};

/// Scores whole pictures by an energy that takes any size, in the order given; decoded one by one, never resized.
/// Typicality is measured from the mean energy a pixel of training patches.
/// \param sources  known sets of pictures, folders, archives, pictures, or arrays of images
/// \param notes    gets what a user must know of how they were read; may be null
/// \throws Error if one is not there, is damaged or no picture; what the watch throws
std::vector<PictureScore> score_pictures(const TrainedEnergy& trained, const std::vector<std::string>& sources,
                                         const PictureScoring& asked, const Watch& watch = {},
                                         std::vector<std::string>* notes = nullptr);

/// A score of a picture of this many pixels, so that it may be compared with those of other sizes: what is a sum over
/// pixels over their number, a Euclidean norm over its root, a ratio as it is.
Tensor pixel_score(ScoreKind kind, const Tensor& score, int64_t pixels);
/// What it is measured in.
std::string pixel_score_unit(ScoreKind kind);

/// "index,name,height,width,SCORE,SCORE_per_pixel" and a line a picture.
std::string picture_scores_csv(const std::vector<PictureScore>& scores, const std::string& score);

/// (N) float32, a pixel.
Tensor scores_per_pixel(const std::vector<PictureScore>& scores);

}  // namespace mdsm
