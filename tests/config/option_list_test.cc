#include "mdsm/config/option_list.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

struct Engine {
  int64_t steps = 10;
  double rate = 0.5;
  bool loud = false;
  std::string kind = "fast";
  std::vector<double> levels = {1, 2};
  std::vector<std::string> tags;

  template <class Option> void visit(Option&& option) {
    option("steps", steps, "how many", at_least(1));
    option("rate", rate, "how fast", above(0));
    option("loud", loud, "how loud");
    option("kind", kind, "which one", one_of({"fast", "slow"}));
    option("levels", levels, "how high", between(0, 9));
    option("tags", tags, "labels");
  }
};

class OptionListTest : public ::testing::Test {
 protected:
  OptionListTest() { options_.add_table("engine", engine_); }
  void expect_toml_error(const std::string& text, const std::string& part) {
    expect_error([&] { read_toml(text, "x.toml", options_); }, part);
  }
  Engine engine_;
  OptionList options_;
};

TEST_F(OptionListTest, ReadsEveryType) {
  read_toml("[engine]\nsteps = 1e3\nrate = 2\nloud = true\nkind = 'slow'\nlevels = [3, 4.5]\ntags = ['a', 'b']\n",
            "x.toml", options_);
  EXPECT_EQ(engine_.steps, 1000);
  EXPECT_EQ(engine_.rate, 2);
  EXPECT_TRUE(engine_.loud);
  EXPECT_EQ(engine_.kind, "slow");
  EXPECT_EQ(engine_.levels, (std::vector<double>{3, 4.5}));
  EXPECT_EQ(engine_.tags, (std::vector<std::string>{"a", "b"}));
}

TEST_F(OptionListTest, ErrorsSayWhereAndNameTheNearest) {
  expect_toml_error("[engine]\nstpes = 3\n", "x.toml:2:1: [engine] has no key 'stpes'");
  expect_toml_error("[engine]\nstpes = 3\n", "Did you mean 'steps'?");
  expect_toml_error("[engin]\n", "Did you mean 'engine'?");
  expect_toml_error("[engine]\nsteps = = 3\n", "x.toml:2:9");
  expect_toml_error("steps = 3\n", "outside every table");
  expect_toml_error("[engine]\nsteps = 2.5\n", "engine.steps is not an integer");
  expect_toml_error("[engine]\nsteps = 0\n", "expected at least 1");
  expect_toml_error("[engine]\nrate = 0\n", "expected above 0");
  expect_toml_error("[engine]\nrate = nan\n", "expected above 0");
  expect_toml_error("[engine]\nkind = 'fats'\n", "Did you mean 'fast'?");
  expect_toml_error("[engine]\nlevels = [10]\n", "expected from 0 to 9");
  expect_toml_error("[engine]\nlevels = [1, 'a']\n", "mixes types");
}

TEST_F(OptionListTest, SetsFromTheCommandLine) {
  set_from_text("engine.steps=7", options_);
  set_from_text("engine.kind=slow", options_);
  set_from_text("engine.levels=[5]", options_);
  EXPECT_EQ(engine_.steps, 7);
  EXPECT_EQ(engine_.kind, "slow");
  EXPECT_EQ(engine_.levels, std::vector<double>{5});
  expect_error([&] { set_from_text("steps=7", options_); }, "table.key=value");
  expect_error([&] { set_from_text("engine.step=7", options_); }, "Did you mean 'steps'?");
  expect_error([&] { set_from_text("engine.steps=many", options_); }, "not an integer");
}

TEST_F(OptionListTest, TomlAndJsonReadBack) {
  engine_ = {77, 1e-4, true, "slow", {0.1, 8}, {"say \"x\"\n"}};
  const std::string toml = to_toml(options_);
  const std::string json = to_json(options_);
  EXPECT_NE(toml.find("# how many\nsteps = 77\n"), std::string::npos) << toml;
  Engine from_toml;
  OptionList toml_list;
  toml_list.add_table("engine", from_toml);
  read_toml(toml, "written", toml_list);
  EXPECT_EQ(to_json(toml_list), json);
  Engine from_json;
  OptionList json_list;
  json_list.add_table("engine", from_json);
  read_json(json, "written", json_list);
  EXPECT_EQ(to_json(json_list), json);
  expect_error([&] { read_json("{\"engine\": {\"step\": 1}}", "header", options_); }, "Did you mean 'steps'?");
  expect_error([&] { read_json("[1", "header", options_); }, "not a JSON object");
}

}  // namespace
}  // namespace mdsm
