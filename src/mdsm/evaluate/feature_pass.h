#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "mdsm/base/watch.h"
#include "mdsm/evaluate/feature_network.h"
#include "mdsm/evaluate/measured_set.h"

namespace mdsm {

/// How a pass is cut up, and what is kept of it.
struct FeaturePass {
  static constexpr int64_t kPart = 512;  ///< images between two writes of partial results

  int64_t batch = 64;            ///< images that a network sees at once
  std::filesystem::path folder;  ///< keeps partial results, so that an interrupted pass goes on; empty: nothing is kept
  std::string label;             ///< opens the names of the files in it
};

/// Hands the features (or logits) of all images of the set to `sink`, in order, a part (rows, F) float32 at a time.
///
/// With a folder: part k lies in LABEL-WHAT-00000k.npy and LABEL-WHAT.txt says what was measured. Parts that are there
/// are read, not made again.
/// \throws Error if the folder holds features of other images or of another network, or the network does not take
///         these images
void run_features(const FeatureNetwork& network, FeatureOutputs wanted, const MeasuredSet& set, const FeaturePass& pass,
                  const std::function<void(const Tensor&)>& sink, const Watch& watch = {});

}  // namespace mdsm
