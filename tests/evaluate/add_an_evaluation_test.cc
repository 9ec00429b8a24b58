// The example of docs/add-an-evaluation.md: what the page shows is compiled, tested and compared with it here.
#include <gtest/gtest.h>

#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/detection.h"
#include "mdsm/evaluate/evaluations/evaluation.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/score.h"
#include "support/gaussian_digits.h"
#include "support/paths.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

struct MirrorOptions {
  int64_t axis = 3;

  template <class Option> void visit(Option&& option) {
    option("axis", axis, "of (B, C, H, W) that is mirrored: 2 turns upside down, 3 left to right", between(2, 3));
  }
};

/// Does the energy know left from right? Energies of test data against those of their mirror images.
Results evaluate_mirror(EvaluationContext& context, const MirrorOptions& options) {
  const auto data = context.chosen(context.test_data(), 1000);
  const Tensor x = data->read(index_range(0, data->size()));
  const int64_t batch = context.batch_or(kScoreBatch);
  const Tensor plain = energies_of(context.energy(), x, batch);
  context.watch.update(0.5, "mirrored");
  const Tensor mirrored = energies_of(context.energy(), x.flip(options.axis), batch);
  Results results{{"data", name_of(*data)}, {"n", data->size()}, {"auroc", detection(plain, mirrored).auroc}};
  results.note("0.5: mirror images are as likely as the data themselves.");
  return results;
}

TEST(Mirror, DigitsAreNotTheirMirrorImages) {
  EvaluationContext context(testing::gaussian_digits(), {.n = 400});
  const Results found = evaluate_mirror(context, {.axis = 3});
  // The Gaussian of the digits gives its own data smaller energies. 4.75 standard errors of an AUROC of 0.5 are 0.1.
  EXPECT_GT(std::get<double>(*found.find("auroc")), 0.6);
}

// The row of the page, and what follows from it.
TEST(AddAnEvaluation, ARowMakesItARunnableEvaluation) {
  const EvaluationKind kind{"mirror", "Energies of test data against those of their mirror images.", "n=500 axis=2",
                            "data [all, at most 1000]", make_evaluation<MirrorOptions, evaluate_mirror>};
  const auto evaluation = kind.make();
  evaluation->options().find("", "axis", "test").assign(int64_t{2}, "test");
  EvaluationContext context(testing::gaussian_digits(), {.n = 50});
  EXPECT_NE(evaluated(kind, *evaluation, context).find("checkpoint"), nullptr);
  EXPECT_NE(settings_json(context.options, *evaluation).find("\"axis\":2"), std::string::npos);
}

/// Everything between "```cpp" and "```" lines.
std::vector<std::string> code_blocks(const std::string& page) {
  const std::string open = "```cpp\n";
  std::vector<std::string> blocks;
  for (size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
    at += open.size();
    blocks.push_back(page.substr(at, page.find("```", at) - at));
  }
  return blocks;
}

TEST(AddAnEvaluation, ThePageShowsThisCode) {
  const std::filesystem::path root = MDSM_SOURCE_DIR;
  const std::string here = testing::read_bytes(root / "tests/evaluate/add_an_evaluation_test.cc");
  const std::vector<std::string> blocks = code_blocks(testing::read_bytes(root / "docs/add-an-evaluation.md"));
  ASSERT_EQ(blocks.size(), 2U);
  for (const std::string& block : blocks) EXPECT_NE(here.find(block), std::string::npos) << block;
}

}  // namespace
}  // namespace mdsm
