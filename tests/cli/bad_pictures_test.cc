// `mdsm denoise` of a folder in which not all is well.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/formats/png.h"
#include "support/run_program.h"

namespace mdsm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::run_program;
using testing::TempDir;
using testing::write_bytes;

TEST(Denoise, ABadFileIsNamedAndTheRestIsDone) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  std::filesystem::create_directories(folder / "in");
  const std::string good = encode_png(at::arange(784, at::kInt).view({1, 28, 28}).mul(37).to(at::kByte));
  write_bytes(folder / "in/a.png", good);
  write_bytes(folder / "in/half.png", good.substr(0, good.size() / 2));
  write_bytes(folder / "in/large.png", encode_png(at::zeros({1, 64, 64}, at::kByte)));
  const Outcome outcome = run_program(fmt::format("denoise mnist {} --quiet -o {}", path("in"), path("out")));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("half.png': the PNG image cannot be decoded"));
  EXPECT_THAT(outcome.err, HasSubstr("large.png: 64 x 64 pixels (the energy takes at most 32 x 32)"));
  EXPECT_THAT(outcome.out, HasSubstr("a  sigma "));
  EXPECT_THAT(outcome.out, Not(HasSubstr("half")));
  EXPECT_TRUE(std::filesystem::exists(folder / "out/a.png"));
  EXPECT_FALSE(std::filesystem::exists(folder / "out/half.png"));
  EXPECT_EQ(run_program(fmt::format("denoise mnist {} -o {}", path("in/half.png"), path("none"))).code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder / "none"));
}

}  // namespace
}  // namespace mdsm
