#pragma once

#include <string>
#include <vector>

namespace mdsm::cli {

/// The whole program: parses the words behind its name, does what they say, and tells errors on stderr.
/// \return  the exit code: 0, or that of a Fault (base/error.h)
int run_program(const std::vector<std::string>& words);

}  // namespace mdsm::cli
