#pragma once

#include <filesystem>
#include <string_view>

#include "mdsm/data/labelled.h"

namespace mdsm {

// Images of a .zip, .tar or .tar.gz, read without unpacking. "Below a prefix" means that the path begins with it, as
// does "train/cat/0.png" with "train/". One folder around everything in the archive is looked through: "set/train/..."
// is below "train/" where all images are below "set/".

/// Whether images lie below `prefix`, for example whether the archive has the split "train/".
/// \throws Error if it is no archive, or damaged
bool archive_has_prefix(const std::filesystem::path& archive, std::string_view prefix);

/// Reads the images below `prefix` ("" for all), in the byte order of their paths.
///
/// The folders directly below the prefix are the classes, as in read_image_folder; one folder around everything is
/// none. The archive is gone through twice: for the names, then for the images. Of two members with one path the last
/// counts, as it would after unpacking.
/// \param prefix  "" or a path that ends in '/'
/// \param prepare  may be empty; called from several threads
/// \return images (N, C, H, W) uint8; this and about 8 MiB of files is all that is held in memory
/// \throws Error if there is no image, one is damaged, or the prepared images differ in shape (names two of them)
LabelledData read_image_archive(const std::filesystem::path& archive, std::string_view prefix,
                                const PrepareImage& prepare);

}  // namespace mdsm
