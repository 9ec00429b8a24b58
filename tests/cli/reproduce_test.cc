// mdsm reproduce as its users meet it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::read_bytes;
using testing::run_program;
using testing::TempDir;

TEST(ReproduceCommand, ASectionFromNothingAndNothingTwice) {
  const TempDir folder;
  const std::string command = "reproduce paper --scale smoke --only chain --out " + folder.path().string();
  const Outcome first = run_program(command);
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out, (folder / "index.html").string() + "\n");
  const std::string page = read_bytes(folder / "README.md");
  EXPECT_THAT(page, HasSubstr("## Appendix F"));
  EXPECT_THAT(page, HasSubstr("No number here means anything"));
  EXPECT_THAT(page, ContainsRegex("Not made yet: .*heads"));  // table1 only where CIFAR-10 is
  EXPECT_THAT(page, HasSubstr("mdsm train "));
  EXPECT_TRUE(std::filesystem::exists(folder / "pictures" / "chain-chain.png"));
  const Outcome second = run_program(command);
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.err, HasSubstr("[2/2] chain trace: done before"));
  EXPECT_THAT(second.err, Not(HasSubstr("training")));
}

TEST(ReproduceCommand, ADryRunPrintsCommandsAndDoesNothing) {
  const TempDir folder;
  const Outcome outcome =
      run_program("reproduce paper --scale 1 --dry-run --only heads --out " + (folder / "out").string());
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("experiments/paper/mnist-linear-head.toml"));
  EXPECT_THAT(outcome.out, HasSubstr("-n 5000"));
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

TEST(ReproduceCommand, WrongRequestsAreSaid) {
  EXPECT_EQ(run_program("reproduce").code, 2);
  EXPECT_EQ(run_program("reproduce book").code, 2);
  const Outcome scale = run_program("reproduce paper --scale 2 --dry-run");
  EXPECT_EQ(scale.code, 2);
  EXPECT_THAT(scale.err, HasSubstr("at most 1"));
  const Outcome only = run_program("reproduce paper --only chains --dry-run");
  EXPECT_EQ(only.code, 2);
  EXPECT_THAT(only.err, HasSubstr("Did you mean 'chain'?"));
}

}  // namespace
}  // namespace mdsm
