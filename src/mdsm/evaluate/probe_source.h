#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "mdsm/data/source.h"

namespace mdsm {

/// Images that no data set holds, to see what a score makes of them. Endless; datum i depends on (seed 0, kind, i)
/// alone.
enum class ProbeKind {
  noise,     ///< every pixel uniform in [0, 1)
  constant,  ///< all pixels the same uniform number: grey, as flat as an image can be
};

/// "noise" or "constant"; nothing for any other name.
std::optional<ProbeKind> probe_kind(std::string_view name);

/// Fills the whole datum, a padded border included.
std::shared_ptr<const Source> probe_source(ProbeKind kind, const Shape& datum_shape);

}  // namespace mdsm
