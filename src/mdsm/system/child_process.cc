#include "mdsm/system/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "mdsm/base/error.h"
#include "mdsm/system/file_descriptor.h"

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
  void write_stdout_to(const FileDescriptor& descriptor) {
    posix_spawn_file_actions_adddup2(&actions_, descriptor.get(), STDOUT_FILENO);
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// With SIGINT as it is at the start of a program: a shell has its jobs in the background ignore it, and they would hand
/// that on, so that a request to stop would not reach the child.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// \param output  where its stdout goes, for people
pid_t start(const std::vector<std::string>& arguments, const SpawnActions& actions, const std::string& output) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const SpawnAttributes attributes;
  pid_t child = 0;
  if (const int error = posix_spawn(&child, argv[0], actions.get(), attributes.get(), argv.data(), environ); error != 0)
    fail("{}: could not be started with its output in {} ({}).", arguments[0], output, std::strerror(error));
  return child;
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/// All that comes until the last writer has closed.
std::string read_all(const FileDescriptor& descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t count = read(descriptor.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<size_t>(count));
  }
}

}  // namespace

int run_child(const std::vector<std::string>& arguments, const std::filesystem::path& output, const Watch& watch) {
  SpawnActions actions;
  actions.open_stdout(output);
  const pid_t child = start(arguments, actions, output.string());
  bool told = false;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    // A Ctrl-C in a terminal has reached the child as well; within 0.1 s it takes the two for one.
    if (!told && watch.should_stop()) {
      kill(child, SIGINT);
      told = true;
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return exit_code(status);
}

std::string output_of_child(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("{}: no pipe for its output ({}).", arguments[0], std::strerror(errno));
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  SpawnActions actions;
  actions.write_stdout_to(writing);
  const pid_t child = start(arguments, actions, "a pipe");
  writing.close();  // the child has the other copy: its end is then the end of the output
  std::string text = read_all(reading);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (exit_code(status) != 0) fail("{}: ended with exit code {}.", fmt::join(arguments, " "), exit_code(status));
  return text;
}

}  // namespace mdsm
