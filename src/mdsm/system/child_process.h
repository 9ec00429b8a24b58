#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

namespace mdsm {

/// Runs a program and waits for it.
/// \param arguments  the program's path and what follows it
/// \param output     file that takes its stdout, made anew; stderr and stdin are this process's
/// \param interrupt  once raised, the program is sent SIGINT, so that it can save and leave
/// \return its exit code; 128 + the signal that ended it
/// \throws Error(failure) if it cannot be started or the file cannot be written
int run_child(const std::vector<std::string>& arguments, const std::filesystem::path& output,
              const std::atomic<bool>& interrupt);

}  // namespace mdsm
