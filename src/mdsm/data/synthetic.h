#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mdsm/data/source.h"

namespace mdsm {

/// Names of the generated data sets: "gaussian", "mixture-grid", "ring", "spirals", "checkerboard", "swiss-roll"
/// (points of the plane with a known density, data/synthetic/density.h) and "strokes" (28x28 digits,
/// data/synthetic/strokes.h).
std::vector<std::string> synthetic_names();

/// True for one of synthetic_names().
bool is_synthetic(std::string_view name);

/// The endless source of that name. A datum depends on (name, split, index) alone; train and test share no datum.
/// \throws Error for a name that is not synthetic
std::shared_ptr<const Source> synthetic_source(std::string_view name, Split split);

}  // namespace mdsm
