#pragma once

#include <memory>
#include <string>

#include "mdsm/base/options.h"
#include "mdsm/data/labelled.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// The table [data] of an experiment: what is read, and what becomes of each image.
struct DataOptions {
  std::string name = "mnist";
  int64_t crop = 0;
  int64_t image_size = 0;
  int64_t channels = 0;
  int64_t pad_to = 0;
  bool flip = false;
  int64_t held_out = 1000;

  template <class Option> void visit(Option&& option) {
    option("name", name,
           "a known data set (`mdsm data list`) or the path of a folder, archive, .npy, .npz or idx file");
    option("crop", crop, "first, the centre square of this many pixels; 0: all of the image", between(0, 8192));
    option("image_size", image_size, "then resize to a square of this many pixels; 0: keep the size", between(0, 8192));
    option("channels", channels, "then 1: to grey, 3: to colour; 0: as they are", between(0, 3));
    option("pad_to", pad_to, "then a border of zeros up to this many pixels (the paper: 28 to 32); 0: none",
           between(0, 8192));
    option("flip", flip, "mirror training images left to right at random");
    option("held_out", held_out, "training data, evenly spread, that are set aside for the held-out loss; 0: none",
           at_least(0));
  }
};

/// A data set as the command line names it.
struct DataName {
  std::string name;  ///< known, synthetic, or a path
  Split split = Split::test;
};

/// "mnist", "mnist/train", "photos/", "x.zip/test", "x.npz": a known or synthetic name, or an archive, may end in
/// /train or /test; all else is a path. Data at a path that have no halves are training data.
/// \throws Error with the nearest name for what is neither known nor there
DataName parse_data_name(const std::string& text, Split otherwise);

/// One half of the set that options.name names, its images changed as the options say.
///
/// What a path may be: data/path_data.h.
/// \throws Error if it is not there, is damaged, or its images cannot be brought to one shape
std::shared_ptr<const Source> load_source(const DataOptions& options, Split split);

/// The data that the text names, changed as a run's own data were, in the number of channels its energy takes.
std::shared_ptr<const Source> load_named_data(DataOptions options, const std::string& text, const Shape& datum_shape);

/// What the options do to an image (C, H, W) or a stack of them; empty if nothing.
PrepareImage image_preparation(const DataOptions& options);

}  // namespace mdsm
