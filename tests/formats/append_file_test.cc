#include "mdsm/formats/append_file.h"

#include <sys/resource.h>

#include <csignal>

#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;
using testing::write_bytes;

TEST(AppendFile, ExtendsWhatIsThere) {
  const TempDir folder;
  {
    AppendFile file(folder / "log", AppendFile::Mode::extend);
    file.append("one\n");
    EXPECT_EQ(read_bytes(folder / "log"), "one\n") << "a record waits in a buffer";
    file.append("two\n");
  }
  AppendFile(folder / "log", AppendFile::Mode::extend).append("three\n");
  EXPECT_EQ(read_bytes(folder / "log"), "one\ntwo\nthree\n");
}

TEST(AppendFile, CreateWantsANewName) {
  const TempDir folder;
  write_bytes(folder / "log", "old");
  expect_error([&] { AppendFile(folder / "log", AppendFile::Mode::create); }, "File exists", Fault::failure);
  EXPECT_EQ(read_bytes(folder / "log"), "old");
  AppendFile(folder / "new", AppendFile::Mode::create).append("x");
  EXPECT_EQ(read_bytes(folder / "new"), "x");
  expect_error([&] { AppendFile(folder / "none/log", AppendFile::Mode::extend); }, "No such file or directory");
}

// The file may not grow beyond 10 bytes: the system writes the first 2 of the second record and then refuses.
TEST(AppendFile, FullDiskLeavesWholeRecords) {
  const TempDir folder;
  AppendFile file(folder / "log", AppendFile::Mode::extend);
  file.append("12345678");
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit limit{10, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
  expect_error([&] { file.append("abcdefgh"); }, "File too large", Fault::failure);
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(read_bytes(folder / "log"), "12345678");
  file.append("abc");
  EXPECT_EQ(read_bytes(folder / "log"), "12345678abc");
}

}  // namespace
}  // namespace mdsm
