// The paper's own sections, rendered from records: every command of the plan is answered with numbers that were never
// measured, so that what is tested is the page that is made of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/formats/file.h"
#include "mdsm/formats/png.h"
#include "mdsm/reproduce/reproduce.h"
#include "mdsm/reproduce/sections/sections.h"
#include "support/shared.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

namespace mdsm::reproduce {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::read_bytes;
using testing::TempDir;
using testing::trained_run;

/// An answer to every evaluation: the keys that sections read.
constexpr const char* kAnswer = R"({"n": 64, "features": "squeezenet", "frechet_inception_distance": 12.34,
  "frechet_floor": 2.5, "inception_score_mean": 3.21, "gradients_per_sample": 21, "modes": 960, "perfect_modes": 999,
  "reverse_kl": 0.05, "perfect_reverse_kl": 0.04, "median_ratio": 1.23, "exact_copies": 0,
  "kolmogorov_smirnov": 0.07, "kolmogorov_smirnov_noisy": 0.02, "kolmogorov_smirnov_noisy_p": 0.4,
  "log_z_lower": 10, "log_z_upper": 12, "log_z_gap": 2, "bits_per_dim_high_mean_of_logs": 6.9, "chains": 4,
  "noise_levels": [{"sigma": 0.1, "error": 0.05}, {"sigma": 3, "error": null}],
  "detection": [{"against": "constant", "score": "noisy-energy", "auroc": 0.125, "auroc_reversed": 0.875}],
  "ours": {"psnr": 17.5}, "classical": {"psnr": null}})";

constexpr const char* kTrace =
    "step,gradients,energy,sigma,temperature,acceptance\n0,1,900,1,90,\n1,2,500,1,50,\n2,3,100,1,10,\n3,4,20,1,0,\n";
constexpr const char* kHistogram = "low,high,mnist/test,other\n0,1,3,0\n1,2,1,4\n";

/// Writes what the command would write.
int answer(const std::vector<std::string>& arguments, const fs::path& output) {
  write_file_atomically(output, kAnswer);
  for (size_t i = 0; i + 1 < arguments.size(); ++i) {
    const fs::path file = arguments[i + 1];
    if (arguments[i] == "--out" && arguments.front() == "train") {
      fs::create_directories(file.parent_path());
      fs::copy(trained_run(), file, fs::copy_options::recursive);
    } else if (arguments[i] == "--grid" || arguments[i] == "--animate") {
      fs::create_directories(file.parent_path());
      write_png(file, at::zeros({1, 2, 2}, at::kByte));
    } else if (arguments[i] == "--trace") {
      write_file_atomically(file, kTrace);
    } else if (arguments[i] == "--out" && arguments.front() == "evaluate") {
      fs::create_directories(file);
      write_file_atomically(file / "histogram-noisy-energy.csv", kHistogram);
    }
  }
  return 0;
}

TEST(Paper, IsRenderedFromItsRecords) {
  const TempDir folder;
  const Place place(folder.path(), Scale::parse("smoke"));
  int commands = 0;
  ReproduceHooks hooks;
  hooks.say = [](const std::string&) {};
  hooks.run = [&](const std::vector<std::string>& arguments, const fs::path& output) {
    ++commands;
    return answer(arguments, output);
  };
  const ReproduceOptions options{.only = {}, .command = "mdsm reproduce paper", .machine = "a machine"};
  reproduce(place, paper_sections(), options, hooks);
  EXPECT_GT(commands, 20);
  const std::string first = read_bytes(folder / "README.md");
  for (const char* part : {"12.3", "960 of 1000 modes", "10.0 | 12.0", "17.5", "1.23", "no copy", "6.90"})
    EXPECT_THAT(first, HasSubstr(part));
  // Told only where CIFAR-10 is: a section leaves out what there are no data for.
  if (fs::exists(testing::shared_path("data/cifar10-jpeg"))) {
    EXPECT_THAT(first, HasSubstr("0.125"));
  }
  EXPECT_THAT(first, ::testing::Not(HasSubstr("nan")));
  // The same again: nothing is run, and the page is made of what is kept.
  commands = 0;
  fs::remove(folder / "README.md");
  reproduce(place, paper_sections(), options, hooks);
  EXPECT_EQ(commands, 0);
  EXPECT_EQ(read_bytes(folder / "README.md"), first);
}

}  // namespace
}  // namespace mdsm::reproduce
