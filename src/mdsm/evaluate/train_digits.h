#pragma once

#include <functional>

#include "mdsm/data/source.h"
#include "mdsm/evaluate/digit_network.h"

namespace mdsm {

/// How the digit classifier is trained. The defaults made the weights that ship.
struct DigitTraining {
  int64_t epochs = 6;
  int64_t batch = 128;
  double learning_rate = 2e-3;  ///< of Adam, after a warm-up of 200 updates; falls to 0 along a cosine
  double average = 0.999;       ///< decay of the moving average of the weights, which is what is kept
  int64_t shift = 2;            ///< training images are moved by up to this many pixels either way
  uint64_t seed = 0;
};

/// What is known after an epoch.
struct DigitEpoch {
  int64_t epoch = 0;    ///< 1 is the first
  double loss = 0;      ///< mean cross-entropy of the epoch's training batches
  double accuracy = 0;  ///< of the averaged weights, on the test images
};

struct DigitHooks {
  std::function<bool(int64_t update, int64_t updates)> progress;  ///< returns whether to go on; may be empty
  std::function<void(const DigitEpoch&)> epoch;                   ///< may be empty
};

/// Trains on grey images (1, 28, 28) with labels 0..9 by cross-entropy. A function of the options and the data, for a
/// given number of threads.
/// \throws Error if the data are something else; Error(interrupted) if the progress hook says stop
DigitNetwork train_digits(const Source& train, const Source& test, const DigitTraining& options,
                          const DigitHooks& hooks = {});

/// Part of the images whose likeliest digit is their label.
double digit_accuracy(const DigitNetwork& network, const Source& data);

}  // namespace mdsm
