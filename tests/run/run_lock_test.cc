#include "mdsm/run/run_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::TempDir;
using testing::write_bytes;

TEST(RunLock, ASecondOwnerIsRefusedUntilTheFirstIsGone) {
  const TempDir folder;
  const RunDirectory run(folder.path());
  std::optional<RunLock> first(run);
  testing::expect_error([&] { RunLock second(run); }, fmt::format("is being trained by process {} on ", ::getpid()));
  first.reset();
  EXPECT_NO_THROW(RunLock{run});
}

TEST(RunLock, AKilledOwnerHoldsNothing) {
  const TempDir folder;
  const RunDirectory run(folder.path());
  const pid_t child = ::fork();
  if (child == 0) {
    const RunLock lock(run);
    ::raise(SIGKILL);
  }
  ASSERT_GT(child, 0);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(testing::read_bytes(folder / "lock").empty());
  EXPECT_NO_THROW(RunLock{run});
}

TEST(RunLock, ClearsWhatAKilledTrainingLeftAndNothingElse) {
  const TempDir folder;
  for (const char* name : {"training-state.safetensors.tmp-12-0", "checkpoint-000010.safetensors.tmp-12-3",
                           "metrics.jsonl.tmp-9-0", "report.html.tmp-9-0", "metrics.jsonl", "notes.tmp-1"})
    write_bytes(folder / name, "x");
  const RunLock lock(RunDirectory(folder.path()));
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  // A report may be being written by another process.
  EXPECT_EQ(names, (std::vector<std::string>{"lock", "metrics.jsonl", "notes.tmp-1", "report.html.tmp-9-0"}));
}

TEST(RunLock, AFolderThatIsNotThereIsAnError) {
  const TempDir folder;
  testing::expect_error([&] { RunLock lock(RunDirectory(folder / "none")); }, "cannot write");
}

}  // namespace
}  // namespace mdsm
