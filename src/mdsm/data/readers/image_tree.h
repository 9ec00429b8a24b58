#pragma once

#include <string>
#include <vector>

#include "mdsm/data/reading.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// Whether the file at this path, '/' between folders, is looked at: neither it nor a folder above it hidden ("._0.png"
/// and "__MACOSX" are what macOS adds).
bool is_visible(std::string_view path);

/// How the images of a folder or an archive are arranged in halves and classes: a function of their paths alone.
struct ImageTree {
  bool has_halves = false;  ///< false: all are training data
  std::string train;        ///< what the paths of the training half begin with: "set/train/"; all, without halves
  std::string test;         ///< the same of the second half
  std::string validation;   ///< the folder val, valid or validation that serves as the second half; "": none does
  bool has_train = true;
  bool has_test = false;
  std::vector<std::string> images;   ///< paths of all images, of both halves, sorted
  std::vector<std::string> classes;  ///< folders directly below the halves, those of both, sorted
  std::vector<std::string> notes;    ///< what a user must know of this arrangement

  bool has(Split split) const { return split == Split::train ? has_train : has_test; }
  const std::string& prefix(Split split) const { return split == Split::train ? train : test; }
};

/// Finds halves and classes among the files of a set.
///
/// Folders around everything are looked through. Below them, folders named like halves (half_names.h) are the halves
/// and the folders in those the classes; a class has one number in both halves. Where folders named like halves lie
/// beside others, all holding images directly and all of one half, they are classes; any other mixture is refused, unless
/// `halves` decides.
/// \param files  paths of all files
/// \param where  folder or archive, for texts
/// \throws Error if there is no image, or if it cannot be told which folders are halves: says how to choose
ImageTree arrange_images(const std::vector<std::string>& files, HalfFolders halves, const std::string& where);

}  // namespace mdsm
