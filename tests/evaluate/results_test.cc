#include "mdsm/evaluate/results.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

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

// What was written is read again: every bit of a double, a number that is none, tables and notes.
TEST(Results, ReadWhatTheyWrote) {
  Results results{{"n", int64_t{3}}, {"x", 0.1 + 1e-17}, {"bad", std::nan("")}, {"who", "a \"b\""}, {"yes", true}};
  results.set("interval", std::vector<double>{1.5, std::nan("")}).set("names", std::vector<std::string>{"a", "b"});
  results.set("rows", std::vector<ResultRow>{{{"step", int64_t{1}}, {"y", 2.5}}, {{"step", int64_t{20}}, {"z", "w"}}});
  results.note("few");
  const Results again = Results::from_json(results.to_json(2));
  EXPECT_EQ(again.to_json(-1), results.to_json(-1));
  EXPECT_EQ(std::get<int64_t>(*again.find("n")), 3);
  EXPECT_TRUE(std::isnan(std::get<double>(*again.find("bad"))));
  EXPECT_EQ(std::get<std::vector<ResultRow>>(*again.find("rows")).size(), 2U);
  EXPECT_EQ(again.notes(), std::vector<std::string>{"few"});
}

TEST(Results, KeepWhatNoValueCanBeAsItsText) {
  const Results read = Results::from_json(R"({"ours":{"psnr":3},"mixed":[1,"a"]})");
  EXPECT_EQ(std::get<std::string>(*read.find("ours")), R"({"psnr":3})");
  EXPECT_EQ(std::get<std::string>(*read.find("mixed")), R"([1,"a"])");
  expect_error([] { Results::from_json("[1]"); }, "no JSON object");
  expect_error([] { Results::from_json("{\"cut"); }, "no JSON object");
}

}  // namespace
}  // namespace mdsm
