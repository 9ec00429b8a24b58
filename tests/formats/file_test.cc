#include "mdsm/formats/file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;
using testing::write_bytes;

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

/// Files of this process may not grow beyond `bytes`: a full disk that a test can have.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit old_{};
};

/// For the administrator, whom no permission stops: acts as nobody.
class Unprivileged {
 public:
  Unprivileged() : old_(geteuid()) {
    if (old_ == 0 && seteuid(65534) != 0) throw std::runtime_error("seteuid failed");
  }
  ~Unprivileged() {
    if (seteuid(old_) != 0) std::abort();
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

 private:
  uid_t old_;
};

TEST(File, WritesAndReads) {
  const TempDir folder;
  const std::string bytes("a\0b\n\xff", 5);
  write_file_atomically(folder / "x", bytes);
  EXPECT_EQ(read_bytes(folder / "x"), bytes);
  EXPECT_EQ(read_file(folder / "x"), bytes);
  write_file_atomically(folder / "x", "");
  EXPECT_EQ(read_file(folder / "x"), "");
  EXPECT_EQ(names_in(folder.path()), std::set<std::string>{"x"});
}

TEST(File, OldBytesStandUntilTheNewOnesAreComplete) {
  const TempDir folder;
  write_bytes(folder / "x", "old");
  write_file_atomically(folder / "x", [&](const ByteSink& sink) {
    sink("ne");
    EXPECT_EQ(read_bytes(folder / "x"), "old");
    EXPECT_EQ(names_in(folder.path()).size(), 2U) << "the temporary is not in the same folder";
    sink("w");
  });
  EXPECT_EQ(read_bytes(folder / "x"), "new");
}

TEST(File, WriterThatThrowsLeavesNothing) {
  const TempDir folder;
  write_bytes(folder / "x", "old");
  const auto write = [](const ByteSink& sink) {
    sink("half");
    throw std::runtime_error("stop");
  };
  EXPECT_THROW(write_file_atomically(folder / "x", write), std::runtime_error);
  EXPECT_EQ(read_bytes(folder / "x"), "old");
  EXPECT_EQ(names_in(folder.path()), std::set<std::string>{"x"});
}

TEST(File, FullDiskLeavesTheOldFile) {
  const TempDir folder;
  write_bytes(folder / "x", "old");
  {
    const SizeLimit limit(1000);
    expect_error([&] { write_file_atomically(folder / "x", std::string(4000, 'n')); }, "File too large",
                 Fault::failure);
  }
  EXPECT_EQ(read_bytes(folder / "x"), "old");
  EXPECT_EQ(names_in(folder.path()), std::set<std::string>{"x"});
  const Unprivileged nobody;  // who could not replace the device, were that broken
  expect_error([] { write_file_atomically("/dev/full", "x"); }, "No space left on device", Fault::failure);
}

TEST(File, ForbiddenFolderIsAnError) {
  const TempDir folder;
  write_bytes(folder / "x", "old");
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_exec);
  {
    const Unprivileged nobody;
    expect_error([&] { write_file_atomically(folder / "x", "new"); }, "Permission denied", Fault::failure);
    expect_error([&] { write_file_atomically(folder / "y", "new"); }, "Permission denied", Fault::failure);
    expect_error([&] { make_folders(folder / "a/b"); }, "Permission denied", Fault::failure);
  }
  fs::permissions(folder.path(), fs::perms::owner_all);
  EXPECT_EQ(read_bytes(folder / "x"), "old");
}

TEST(File, PlacesThatAreNoFile) {
  const TempDir folder;
  expect_error([&] { write_file_atomically(folder / "none/x", "new"); }, "No such file or directory", Fault::request);
  expect_error([&] { write_file_atomically(folder.path(), "new"); }, "Is a directory", Fault::request);
  EXPECT_TRUE(fs::is_directory(folder.path()));
}

TEST(File, PipesAreWrittenInPlace) {
  const TempDir folder;
  const fs::path pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const FileDescriptor reader(open(pipe.c_str(), O_RDONLY | O_NONBLOCK));
  write_file_atomically(pipe, "new");
  EXPECT_TRUE(fs::is_fifo(pipe));
  std::string got(8, ' ');
  EXPECT_EQ(read(reader.get(), got.data(), got.size()), 3);
  EXPECT_EQ(got.substr(0, 3), "new");
}

TEST(File, KeepsPermissionsAndLinks) {
  const TempDir folder;
  fs::create_directory(folder / "real");
  write_bytes(folder / "real/x", "old");
  fs::permissions(folder / "real/x", fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_exec);
  fs::create_symlink(folder / "real/x", folder / "link");
  write_file_atomically(folder / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_bytes(folder / "real/x"), "new");
  EXPECT_EQ(fs::status(folder / "real/x").permissions(),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_exec);
  EXPECT_EQ(names_in(folder / "real"), std::set<std::string>{"x"});
}

TEST(File, NewFileFollowsTheUmask) {
  const TempDir folder;
  const mode_t old = umask(027);
  write_file_atomically(folder / "x", "new");
  umask(old);
  EXPECT_EQ(static_cast<unsigned>(fs::status(folder / "x").permissions()), 0640U);
}

TEST(File, TakenTemporaryNamesAreLeftAlone) {
  const TempDir folder;
  const std::string taken = fmt::format("x.tmp-{}-0", getpid());
  write_bytes(folder / taken, "of a killed process");
  write_bytes(folder / "xy", "");
  write_file_atomically(folder / "x", "new");
  EXPECT_EQ(read_bytes(folder / "x"), "new");
  EXPECT_EQ(read_bytes(folder / taken), "of a killed process");
  remove_leftovers(folder / "x");
  EXPECT_EQ(names_in(folder.path()), (std::set<std::string>{"x", "xy"}));
}

TEST(File, ReadingErrors) {
  const TempDir folder;
  write_bytes(folder / "metrics.jsonl", "0123456789");
  expect_error([&] { read_file(folder / "metric.jsonl"); }, "Did you mean 'metrics.jsonl'?");
  expect_error([&] { read_file(folder.path()); }, "Is a directory");
  expect_error([&] { read_file(folder / "metrics.jsonl/x"); }, "Not a directory");
  expect_error([&] { read_file(folder / "metrics.jsonl", 9); }, "larger than 9 bytes");
  EXPECT_EQ(read_file(folder / "metrics.jsonl", 10), "0123456789");
  expect_error([] { read_file("/dev/zero", 1000000); }, "larger than 1000000 bytes");
  const std::string large(300001, 'x');
  write_bytes(folder / "large", large);
  EXPECT_EQ(read_file(folder / "large"), large);
  EXPECT_FALSE(read_file("/proc/self/status").empty()) << "a file whose size is not known beforehand";
}

TEST(InputFile, ReadsAnyPlace) {
  const TempDir folder;
  write_bytes(folder / "x", "0123456789");
  const InputFile file(folder / "x");
  EXPECT_EQ(file.size(), 10);
  std::string part(4, ' ');
  file.read(3, part.data(), 4);
  EXPECT_EQ(part, "3456");
  file.read(10, part.data(), 0);
  expect_error([&] { file.read(7, part.data(), 4); }, "ends at byte 10", Fault::failure);
  expect_error([&] { InputFile(folder / "y"); }, "No such file");
  expect_error([] { InputFile("/dev/zero"); }, "not a regular file");
}

}  // namespace
}  // namespace mdsm
