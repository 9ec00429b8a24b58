#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"
#include "mdsm/data/readers/image_tree.h"

namespace mdsm {

/// The paths of one half, sorted.
/// \throws Error, which names `where`, if there is none
std::vector<std::string> half_of(const ImageTree& tree, Split split, const std::filesystem::path& where);

/// Reads one half of the PNG and JPEG images of a folder or an archive, in the byte order of their paths.
///
/// Of two members of an archive with one path the last counts, as it would after unpacking.
/// \param tree  of this folder or archive
/// \return images (N, C, H, W) uint8; this and about 8 MiB of files is all that is held in memory
/// \throws Error if the half is not there, an image is damaged (unless those are skipped), or the prepared images differ
///         in shape (names two of them and says what to set)
LabelledData read_image_half(const std::filesystem::path& where, const ImageTree& tree, Split split,
                             const Reading& reading);

/// The same of all that list_files() finds there.
LabelledData read_image_set(const std::filesystem::path& where, Split split, const Reading& reading);

}  // namespace mdsm
