#pragma once

#include <span>

#include "mdsm/reproduce/section.h"

namespace mdsm::reproduce {

// One file a section; a new one is a line here and in paper.cc.
extern const Section kTable1;
extern const Section kSamples;
extern const Section kInpainting;
extern const Section kNeighbours;
extern const Section kSingleNoise;
extern const Section kModes;
extern const Section kEnergies;
extern const Section kChain;
extern const Section kHeads;
extern const Section kLikelihood;
extern const Section kSamplers;

/// The tables and figures of Li, Chen and Sommer's paper, in the page's order.
std::span<const Section> paper_sections();

}  // namespace mdsm::reproduce
