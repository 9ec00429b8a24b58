#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mdsm/data/source.h"

namespace mdsm {

/// Which half a folder of this name holds, in small or capital letters: train and training; test and testing, and val,
/// valid and validation, which serve as the second half where there is no test. Nothing for other names.
std::optional<Split> half_of_name(std::string_view folder);

/// Whether it is one of val, valid and validation.
bool is_validation_name(std::string_view folder);

}  // namespace mdsm
