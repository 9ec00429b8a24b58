#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mdsm/base/watch.h"

namespace mdsm {

/// Runs a program and waits for it.
/// \param arguments  the program's path and what follows it
/// \param output     file that takes its stdout, made anew; stderr and stdin are this process's
/// \param watch      asked to stop, the program is sent SIGINT, so that it can save and leave; hears nothing
/// \return its exit code; 128 + the signal that ended it
/// \throws Error(failure) if it cannot be started or the file cannot be written
int run_child(const std::vector<std::string>& arguments, const std::filesystem::path& output, const Watch& watch = {});

/// Runs a program and waits for it.
/// \return what it wrote to stdout; stderr and stdin are this process's
/// \throws Error(failure) if it cannot be started or ends with another exit code than 0
std::string output_of_child(const std::vector<std::string>& arguments);

}  // namespace mdsm
