#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace mdsm::fuzz {

/// One of the files, changed at a few random places: bits, bytes, numbers of two to eight bytes or of digits, pieces
/// repeated, cut out or taken from another of the files.
std::string mutated(const std::vector<std::string>& files, std::mt19937_64& random);

}  // namespace mdsm::fuzz
