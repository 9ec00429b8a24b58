#pragma once

#include <string>

namespace mdsm {

/// The processor as the kernel describes it; texts are empty where it does not.
struct Processor {
  std::string name;   ///< "Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz"
  std::string flags;  ///< what it can do, in words with spaces between
};

Processor this_processor();

/// Processors that this process may run on.
int processor_count();

/// The machine's name in its network; "this machine" where it has none.
std::string host_name();

/// This machine in a few words: "AMD EPYC, 2 cores, 23 GiB". What the kernel does not tell is left out.
std::string machine_description();

}  // namespace mdsm
