// The program where people run it: in a container as a user without an account, with another's home or none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using ::testing::HasSubstr;
using testing::Outcome;
using testing::read_bytes;
using testing::TempDir;

/// Makes another user of a root: no entry in passwd, no groups. Others stay who they are.
const std::string& stranger() {
  static const std::string kPrefix =
      geteuid() == 0 ? "setpriv --reuid=12345 --regid=12345 --clear-groups --inh-caps=-all" : "";
  return kPrefix;
}

bool runs(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

/// A place that all may read, with folders of every kind.
class MessagesWhereItRuns : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!runs(stranger() + " true")) GTEST_SKIP() << "no setpriv here: a root cannot be another user";
    if (!runs(stranger() + " test -x " MDSM_PROGRAM " -a -r " MDSM_SOURCE_DIR "/data/models/mnist.safetensors"))
      GTEST_SKIP() << "another user may not read this checkout: " MDSM_SOURCE_DIR;
    ::chmod(folder_.path().c_str(), 0755);
    for (const auto& [name, mode] : std::vector<std::pair<const char*, mode_t>>{
             {"open", 0777}, {"closed", geteuid() == 0 ? 0700 : 0000}, {"readonly", 0555}}) {
      ASSERT_EQ(::mkdir((folder_ / name).c_str(), 0777), 0);
      ASSERT_EQ(::chmod((folder_ / name).c_str(), mode), 0);
    }
  }
  void TearDown() override { ::chmod((folder_ / "closed").c_str(), 0700); }

  std::string place(const char* name) const { return (folder_ / name).string(); }

  /// \param setting  arguments of `env`: "HOME=/nonexistent", "-u HOME"
  Outcome run(const std::string& setting, const std::string& arguments, const char* from = "open") const {
    const TempDir told;
    const std::string command = fmt::format(
        "cd {} && {} env -u MDSM_DATA -u XDG_CACHE_HOME -u MDSM_CACHE {} TMPDIR=/nonexistent {} {} >{} 2>{} </dev/null",
        place(from), stranger(), setting, MDSM_PROGRAM, arguments, (told / "out").string(), (told / "err").string());
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_bytes(told / "out"), read_bytes(told / "err")};
  }

 private:
  TempDir folder_;
};

TEST_F(MessagesWhereItRuns, AnyHomeWillDo) {
  int number = 0;
  for (const std::string& home : {std::string("HOME=/nonexistent"), "HOME=" + place("closed"),
                                  "HOME=" + place("readonly"), std::string("HOME="), std::string("-u HOME")}) {
    const std::string out = fmt::format("{}/samples-{}", place("open"), number++);
    const Outcome sampled = run(home, "sample mnist -n 1 --steps 2 -q --out " + out);
    EXPECT_EQ(sampled.code, 0) << home << sampled.err;
    EXPECT_TRUE(std::filesystem::exists(out + "/000000.png")) << home;
    const Outcome inspected = run(home, "data inspect mnist/test");
    EXPECT_EQ(inspected.code, 0) << home << inspected.err;
  }
}

TEST_F(MessagesWhereItRuns, SayWhereNothingCanBeWritten) {
  const Outcome here = run("-u HOME", "sample mnist -n 1 --steps 2", "readonly");
  EXPECT_EQ(here.code, 2);
  EXPECT_THAT(here.err, HasSubstr("nothing can be written in '.'"));
  const Outcome run_there = run("-u HOME", "train " MDSM_SOURCE_DIR "/experiments/mnist-quick.toml", "readonly");
  EXPECT_EQ(run_there.code, 2);
  EXPECT_THAT(run_there.err, HasSubstr("nothing can be written"));
  const Outcome fetched = run("HOME=" + place("closed"), "data fetch mnist");
  EXPECT_EQ(fetched.code, 2);
  EXPECT_THAT(fetched.err, HasSubstr("MDSM_DATA"));
  EXPECT_THAT(fetched.err, HasSubstr("Permission denied"));
}

TEST_F(MessagesWhereItRuns, SayWhatMayNotBeRead) {
  const std::string secret = place("closed") + "/x.npy";
  for (const std::string& command : {"data inspect " + secret, "sample " + secret, "score mnist " + secret,
                                     "denoise mnist " + secret + " --grid g.png", "train " + secret}) {
    const Outcome outcome = run("-u HOME", command);
    EXPECT_EQ(outcome.code, 2) << command;
    EXPECT_THAT(outcome.err, HasSubstr(secret)) << command;
    EXPECT_THAT(outcome.err, HasSubstr("Permission denied")) << command;
    EXPECT_THAT(outcome.err, ::testing::Not(HasSubstr("filesystem error"))) << command;
  }
}

}  // namespace
}  // namespace mdsm
