// Passes over images that can be interrupted, and what evaluations report.

#include "mdsm/evaluate/feature_pass.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/evaluate/evaluation_log.h"
#include "mdsm/evaluate/results.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using ::testing::HasSubstr;
using testing::read_bytes;
using testing::TempDir;

/// The mean pixel is the one feature.
class MeanPixel final : public FeatureNetwork {
 public:
  std::string name() const override { return "mean"; }
  std::string resize_mode() const override { return "none"; }
  bool takes_colour() const override { return false; }
  void require_images(at::IntArrayRef /*shape*/) const override {}
  FeatureBatch run(const Tensor& pixels, FeatureOutputs /*wanted*/) const override {
    return {pixels.to(at::kFloat).flatten(1).mean(1, true), {}};
  }
};

/// Image i is i everywhere, modulo 251; counts what was read.
MeasuredSet numbered(int64_t count, int64_t& read, const std::string& identity = "numbers") {
  return {"numbers", identity, count, {1, 2, 2}, [&read](int64_t first, int64_t part) {
            read += part;
            return (at::arange(first, first + part) % 251).to(at::kByte).view({-1, 1, 1, 1}).repeat({1, 1, 2, 2});
          }};
}

Tensor collected(const MeasuredSet& set, const FeaturePass& pass) {
  Tensors parts;
  run_features(MeanPixel(), FeatureOutputs::features, set, pass, [&](const Tensor& part) { parts.push_back(part); });
  return at::cat(parts);
}

TEST(FeaturePass, MeasuresExactlyTheImagesAskedForInOrder) {
  int64_t read = 0;
  const Tensor features = collected(numbered(1300, read), {.batch = 37, .folder = {}, .label = "x"});
  EXPECT_EQ(read, 1300);
  EXPECT_TRUE(at::equal(features.squeeze(1), (at::arange(1300) % 251).to(at::kFloat)));
}

TEST(FeaturePass, GoesOnWhereItWasInterrupted) {
  const TempDir folder;
  int64_t read = 0;
  FeaturePass pass{.folder = folder.path(), .label = "x", .progress = [](int64_t done) { return done < 1000; }};
  expect_error([&] { collected(numbered(1300, read), pass); }, "interrupted after 1024 of 1300", Fault::interrupted);
  EXPECT_EQ(read, 1024);
  pass.progress = nullptr;
  const Tensor features = collected(numbered(1300, read), pass);
  EXPECT_EQ(read, 1300);
  EXPECT_TRUE(at::equal(features.squeeze(1), (at::arange(1300) % 251).to(at::kFloat)));
  // More of the same: only the part that was cut short is measured again.
  EXPECT_EQ(collected(numbered(1536, read), pass).size(0), 1536);
  EXPECT_EQ(read, 1300 + 512);
  expect_error([&] { collected(numbered(1300, read, "others"), pass); }, "it holds other features");
}

TEST(Results, AreATableAndJsonWithStableKeys) {
  Results results{{"n", int64_t{3}}, {"x", 0.1}, {"bad", std::nan("")}, {"who", "a \"b\""}};
  results.set("rows", std::vector<ResultRow>{{{"step", int64_t{1}}, {"y", 2.5}}, {{"step", int64_t{20}}, {"y", 0.5}}});
  results.note("few").set("n", int64_t{4});
  EXPECT_EQ(
      results.to_json(-1),
      R"({"n":4,"x":0.1,"bad":null,"who":"a \"b\"","rows":[{"step":1,"y":2.5},{"step":20,"y":0.5}],"notes":["few"]})");
  EXPECT_EQ(results.to_table(),
            "n     4\nx     0.1\nbad   nan\nwho   a \"b\"\n\nrows\nstep  y\n1     2.5\n20    0.5\n");
}

TEST(EvaluationLog, GrowsByALineAndLiesInTheRun) {
  const TempDir folder;
  const std::filesystem::path log = evaluation_log_of(folder.path());
  EXPECT_EQ(log, folder / "evaluations.jsonl");
  EXPECT_EQ(evaluation_log_of(folder / "model.safetensors"), std::filesystem::path());
  for (int i = 0; i < 2; ++i) log_evaluation(log, "fid", "mdsm evaluate", {{"n", int64_t{i}}});
  const std::string text = read_bytes(log);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, HasSubstr(R"("evaluation":"fid","command":"mdsm evaluate","n":1})"));
}

}  // namespace
}  // namespace mdsm
