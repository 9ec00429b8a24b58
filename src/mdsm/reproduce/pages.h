#pragma once

#include <span>

#include "mdsm/reproduce/reproduce.h"

namespace mdsm::reproduce {

/// Writes DIR/index.html, and DIR/README.md with DIR/pictures/, of every section whose steps have their results.
void write_pages(const Place& place, std::span<const Section> sections, const ReproduceOptions& options);

}  // namespace mdsm::reproduce
