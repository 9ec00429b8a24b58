#include "mdsm/system/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{20};

/// What a new process finds open.
class SpawnActions {
 public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void open_stdout(const std::filesystem::path& file) {
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

pid_t start(const std::vector<std::string>& arguments, const std::filesystem::path& output) {
  SpawnActions actions;
  actions.open_stdout(output);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  if (const int error = posix_spawn(&child, argv[0], actions.get(), nullptr, argv.data(), environ); error != 0)
    fail("{}: could not be started with its output in {} ({}).", arguments[0], output.string(), std::strerror(error));
  return child;
}

}  // namespace

int run_child(const std::vector<std::string>& arguments, const std::filesystem::path& output,
              const std::atomic<bool>& interrupt) {
  const pid_t child = start(arguments, output);
  bool told = false;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    // A Ctrl-C in a terminal has reached the child as well; within 0.1 s it takes the two for one.
    if (interrupt && !told) {
      kill(child, SIGINT);
      told = true;
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace mdsm
