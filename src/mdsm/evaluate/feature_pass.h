#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "mdsm/evaluate/feature_network.h"
#include "mdsm/evaluate/measured_set.h"

namespace mdsm {

/// How a pass is cut up, what is kept of it, and who hears of it.
struct FeaturePass {
  static constexpr int64_t kPart = 512;  ///< images between two writes of partial results

  int64_t batch = 64;            ///< images that a network sees at once
  std::filesystem::path folder;  ///< keeps partial results, so that an interrupted pass goes on; empty: nothing is kept
  std::string label;             ///< opens the names of the files in it
  std::function<bool(int64_t done)> progress = nullptr;  ///< after every part; returns whether to go on
};

/// Hands the features (or logits) of all images of the set to `sink`, in order, a part (rows, F) float32 at a time.
///
/// With a folder: part k lies in LABEL-WHAT-00000k.npy and LABEL-WHAT.txt says what was measured. Parts that are there
/// are read, not made again.
/// \throws Error if the folder holds features of other images or of another network, or the network does not take
///         these images; Error(interrupted) if the progress says stop
void run_features(const FeatureNetwork& network, FeatureOutputs wanted, const MeasuredSet& set, const FeaturePass& pass,
                  const std::function<void(const Tensor&)>& sink);

}  // namespace mdsm
