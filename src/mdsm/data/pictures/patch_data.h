#pragma once

#include "mdsm/data/load.h"
#include "mdsm/data/pictures/patches.h"

namespace mdsm {

/// The pictures of one half of the set that options.name names: a known set of pictures, a folder, an archive, or a picture.
struct PictureSet {
  PictureList pictures;
  SourceInfo info;
};

/// \throws Error if they are not there, are damaged (unless such are skipped), or options ask for what patches do not have
PictureSet open_pictures(const DataOptions& options, Split split);

/// The pictures that the text names, as load_named_data names data: of the run's own set the unseen half unless it says which.
/// \param of_run    how the run read its own; data.patch is above 0
/// \param channels  of the pictures
PictureSet open_named_pictures(const DataOptions& of_run, const std::string& text, int64_t channels);

/// Whether the text names a set of pictures: a known one, a folder or an archive.
bool names_pictures(const std::string& text);

/// The patches beside each other in all pictures of one half: what load_source gives where data.patch is set.
std::shared_ptr<const Source> load_patch_grid(const DataOptions& options, Split split);

/// What a training sets aside of the pictures: the first ones of a random order that have `count` patches between them.
/// \return  {kept, set aside}
/// \throws Error if none would be left
std::pair<PictureList, PictureList> set_aside(const PictureList& pictures, int64_t side, int64_t count);

}  // namespace mdsm
