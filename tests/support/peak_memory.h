#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/paths.h"

namespace mdsm::testing {

/// What the program took, as the kernel counts it.
struct Peak {
  int code = -1;
  int64_t bytes = 0;  ///< largest resident size
};

/// The largest resident size of a process so far; 0 once it has ended.
inline int64_t peak_of_process(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return 0;
}

/// Runs `mdsm WORDS...` with its output thrown away. The peak is read until the process ends: what it takes in its very
/// last milliseconds may be missed.
inline Peak peak_of_program(std::vector<std::string> words) {
  words.insert(words.begin(), MDSM_PROGRAM);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t process = 0;
  const int failed = posix_spawn(&process, MDSM_PROGRAM, &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " MDSM_PROGRAM);
  Peak peak;
  int status = 0;
  while (waitpid(process, &status, WNOHANG) == 0) {
    peak.bytes = std::max(peak.bytes, peak_of_process(process));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (WIFEXITED(status)) peak.code = WEXITSTATUS(status);
  return peak;
}

}  // namespace mdsm::testing
