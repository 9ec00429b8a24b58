#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"
#include "mdsm/data/reading.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// One half of CelebA's aligned images out of img_align_celeba.zip or the folder img_align_celeba: centre crop of 140
/// pixels, resized to 32 x 32, then prepared.
///
/// The split is that of list_eval_partition.txt beside it where there is one, else the published ranges: 000001 to
/// 162770 are training images, 182638 to 202599 test images (162771 to 182637, for validation, belong to neither).
/// Source: Liu, Luo, Wang, Tang 2015; the crop is the paper's (Li, Chen, Sommer 2019).
LabelledData read_celeba(const std::filesystem::path& folder, Split split, const Reading& reading);

}  // namespace mdsm
