#pragma once

#include <functional>
#include <string>

#include "mdsm/base/options.h"
#include "mdsm/base/watch.h"
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
  int64_t seed = 0;

  template <class Option> void visit(Option&& option) {
    option("epochs", epochs, "passes over the data", at_least(1));
    option("batch", batch, "images of an update", at_least(1));
    option("learning_rate", learning_rate, "of Adam, after the warm-up", above(0));
    option("average", average, "decay of the moving average of the weights", between(0, 1));
    option("shift", shift, "training images are moved by up to this many pixels either way", between(0, 14));
    option("seed", seed, "of the first weights, the order and the shifts", at_least(0));
  }

  /// How a network was made, for the head of its file.
  std::string about(const std::string& data, double accuracy) const;
};

/// What is known after an epoch.
struct DigitEpoch {
  int64_t epoch = 0;    ///< 1 is the first
  double loss = 0;      ///< mean cross-entropy of the epoch's training batches
  double accuracy = 0;  ///< of the averaged weights, on the test images
};

/// Trains on grey images (1, 28, 28) with labels 0..9 by cross-entropy. A function of the options and the data, for a
/// given number of threads.
/// \param after_epoch  hears of every epoch; may be empty
/// \throws Error if the data are something else
DigitNetwork train_digits(const Source& train, const Source& test, const DigitTraining& options,
                          const std::function<void(const DigitEpoch&)>& after_epoch = nullptr, const Watch& watch = {});

/// Part of the images whose likeliest digit is their label.
double digit_accuracy(const DigitNetwork& network, const Source& data);

}  // namespace mdsm
