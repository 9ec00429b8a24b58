#include <array>

#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {

std::span<const Section> paper_sections() {
  static const std::array sections{kTable1, kSamples,  kInpainting, kNeighbours, kSingleNoise, kHeads,
                                   kChain,  kSamplers, kModes,      kEnergies,   kLikelihood};
  return sections;
}

}  // namespace mdsm::reproduce
