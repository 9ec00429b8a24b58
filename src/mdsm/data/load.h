#pragma once

#include <memory>
#include <string>

#include "mdsm/base/options.h"
#include "mdsm/data/data_name.h"
#include "mdsm/data/memory_source.h"
#include "mdsm/data/preparation.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// The table [data] of an experiment: what is read, and what becomes of each image.
struct DataOptions {
  std::string name = "mnist";
  std::string halves = "auto";
  std::string layout = "auto";
  bool skip_unreadable = false;
  int64_t background = kBackground;
  int64_t crop = 0;
  int64_t image_size = 0;
  std::string fit = "crop";
  int64_t channels = 0;
  int64_t pad_to = 0;
  int64_t patch = 0;
  bool turn = false;
  std::vector<double> patch_scales = {1.0};
  int64_t cache_mib = 1024;
  bool flip = false;
  int64_t held_out = 1000;
  std::string held_out_choice = "random";

  template <class Option> void visit(Option&& option) {
    option("name", name,
           "a known data set (`mdsm data list`) or the path of a folder, archive, image, .npy, .npz or idx file");
    option(
        "halves", halves,
        "what folders named train, test, val, ... are: folders: the halves of the set; none: classes; auto: halves, and "
        "an error where it cannot be told",
        one_of({"auto", "folders", "none"}));
    option("layout", layout,
           "axes of an array of images: where its channels are; auto: an error where it cannot be told",
           one_of({"auto", "channels-first", "channels-last"}));
    option("skip_unreadable", skip_unreadable, "leave out image files that cannot be read; they are counted and named");
    option("background", background, "grey level behind transparent pixels, 0 (black) to 255 (white)", between(0, 255));
    option("crop", crop, "first, the centre square of this many pixels; 0: all of the image", between(0, 8192));
    option("image_size", image_size, "then resize to a square of this many pixels; 0: keep the size", between(0, 8192));
    option("fit", fit,
           "how an image that is not square becomes one: crop: its centre square; squash: its sides are scaled apart",
           one_of({"crop", "squash"}));
    option("channels", channels, "then 1: to grey, 3: to colour; 0: as they are", between(0, 3));
    option("pad_to", pad_to, "then a border of zeros up to this many pixels (the paper: 28 to 32); 0: none",
           between(0, 8192));
    option("patch", patch,
           "train on squares of this many pixels, cut at random from pictures of any sizes; 0: on whole images",
           between(0, 8192));
    option("turn", turn, "patches in all eight ways to lay a square down, at random");
    option("patch_scales", patch_scales,
           "pictures are first made smaller by one of these factors, at random: [1, 0.8, 0.6]", between(0.1, 1));
    option("cache_mib", cache_mib, "decoded pictures that are kept, in MiB: more are read again when they are wanted",
           at_least(1));
    option("flip", flip, "mirror training images left to right at random");
    option("held_out", held_out, "training data that are set aside for the held-out loss; 0: none", at_least(0));
    option("held_out_choice", held_out_choice,
           "which: random ones, the same in every run; even: at equal distances, as runs without this key chose",
           one_of({"random", "even"}));
  }
};

/// One half of the set that options.name names, its images changed as the options say.
///
/// What a path may be: data/readers/path_data.h. What was guessed, left out or changed: the source's notes.
/// \throws Error if it is not there, is damaged, or its images cannot be brought to one shape
std::shared_ptr<const Source> load_source(const DataOptions& options, Split split);

/// The training half of the options' set, or what a training by them sets aside of it.
std::shared_ptr<const Source> split_source(const DataOptions& options, std::shared_ptr<const Source> whole,
                                           SplitSource::Part part, const std::string& note = {});

/// What a training by these options never sees: the test half of its data or, where there is none, what it sets aside
/// (then called the held-out half).
/// \throws Error if the data are not there, or have neither
std::shared_ptr<const Source> load_unseen(const DataOptions& options);

/// The data that the text names, changed as a run's own data were, in the number of channels its energy takes. Of the
/// run's own set, the unseen half unless the text says /train. Float pixels may lie outside [0, 1].
std::shared_ptr<const Source> load_named_data(const DataOptions& options, const std::string& text,
                                              const Shape& datum_shape, OutOfRange out_of_range = OutOfRange::kept);

/// The patches that training sees, of those pictures that are not set aside, and what is set aside: patches beside each
/// other of as many pictures as give data.held_out of them (null if that is 0).
struct TrainingPatches {
  std::shared_ptr<const Source> train;
  std::shared_ptr<const Source> held_out;
};
/// \throws Error as load_source, if data.patch is 0, or if too few pictures are left
TrainingPatches load_training_patches(const DataOptions& options);

/// What the options do to each image.
ImageChanges image_changes(const DataOptions& options);

/// What the options say of an array's axes and of folders named like halves.
HalfFolders half_folders(const DataOptions& options);

/// Whether this name means what a training by these options set aside: that of the training's own set, which has no test
/// half, without a half or with that one.
bool means_held_out(const DataOptions& of_run, const DataName& named);

}  // namespace mdsm
