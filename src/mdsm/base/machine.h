#pragma once

#include <string>

namespace mdsm {

/// This machine in a few words: "AMD EPYC 9575F, 2 cores, 23 GiB". What the system does not tell is left out.
std::string machine_description();

}  // namespace mdsm
