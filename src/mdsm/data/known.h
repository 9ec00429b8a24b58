#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "mdsm/data/fetch/remote_file.h"
#include "mdsm/data/labelled.h"
#include "mdsm/data/readers/picture_places.h"
#include "mdsm/data/reading.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// A data set known by name. Its files lie in a folder of that name.
struct KnownSet {
  std::string name;
  std::string description;
  Shape datum_shape;        ///< of the data as read, before [data] changes them
  int64_t train_count = 0;  ///< 0: there is no such half
  int64_t test_count = 0;
  std::string licence;                 ///< and terms of use, in a few words
  std::vector<RemoteFile> files = {};  ///< empty for sets that cannot be fetched
  std::string how_to_get = {};         ///< what a user does where nothing can be fetched
  /// A file or sub-folder whose presence shows that this half is there.
  std::function<std::vector<std::string>(Split)> needed;
  std::function<LabelledData(const std::filesystem::path& folder, Split split, const Reading& reading)> read;
  /// The files of a half, for sets of pictures of many sizes (data.patch); empty: it is no such set.
  std::function<PicturePlaces(const std::filesystem::path& folder, Split split)> pictures = {};
};

/// All of them, in the order of `mdsm data list`.
const std::vector<KnownSet>& known_sets();
std::vector<std::string> known_names();
/// \throws Error that names the nearest
const KnownSet& known_set(std::string_view name);
bool is_known(std::string_view name);

/// Folders that are searched for data sets, in order: those of the environment variable MDSM_DATA (separated by ':'),
/// the user's cache (XDG_CACHE_HOME or ~/.cache, /mdsm/data), share/mdsm/data beside the program's own folder, those
/// compiled in.
std::vector<std::filesystem::path> data_folders();
/// Where `mdsm data fetch` puts files: the first of MDSM_DATA, or the user's cache.
std::filesystem::path fetch_folder();

/// The folder with this half of the set.
/// \throws Error that lists where it was looked for and how to get it
std::filesystem::path find_known(const KnownSet& set, Split split);
/// Whether there is one.
bool is_here(const KnownSet& set, Split split);

}  // namespace mdsm
