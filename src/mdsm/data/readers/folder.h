#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"

namespace mdsm {

/// Reads every PNG and JPEG image in a folder and below it, in the byte order of their paths.
///
/// The folders directly in `folder` are the classes, in sorted order; an image outside of them has the label -1. Hidden
/// files and folders are left out; links are followed.
/// \param prepare  may be empty; called from several threads
/// \return images (N, C, H, W) uint8; this and about 8 MiB of files is all that is held in memory
/// \throws Error if there is no image, one is damaged, or the prepared images differ in shape (names two of them)
LabelledData read_image_folder(const std::filesystem::path& folder, const PrepareImage& prepare);

}  // namespace mdsm
