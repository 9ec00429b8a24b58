#include "mdsm/config/toml_nesting.h"

#include <gtest/gtest.h>

#include <string>

#include "mdsm/config/option_list.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

constexpr size_t kDeep = 100'000;

struct Engine {
  std::string kind = "fast";
  template <class Option> void visit(Option&& option) { option("kind", kind, "which one", one_of({"fast", "slow"})); }
};

std::string repeated(const std::string& part, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += part;
  return text;
}

TEST(TomlNesting, WhatPeopleWriteIsShallow) {
  EXPECT_EQ(line_of_deep_toml(""), 0);
  EXPECT_EQ(line_of_deep_toml("[noise]\nlevels = [" + repeated("0.25, ", 1000) + "0.5]\n"), 0);
  EXPECT_EQ(line_of_deep_toml("# " + std::string(kDeep, '.') + "\n[a]\n"), 0);
  EXPECT_EQ(line_of_deep_toml("a = '" + std::string(kDeep, '.') + "'\n"), 0);
  EXPECT_EQ(line_of_deep_toml("a = \"\\\"" + std::string(kDeep, '[') + "\"\n"), 0);
  EXPECT_EQ(line_of_deep_toml("a = \"\"\"\n" + repeated("[\n", kDeep) + "\"\"\"\n"), 0);
  EXPECT_EQ(line_of_deep_toml("a = '''x''" + std::string(kDeep, '{') + "'''\n"), 0);
}

// Each of these ended the stack: the parser itself, or the destructors of what it had built.
TEST(TomlNesting, DepthIsFoundHoweverItIsWritten) {
  for (const std::string& deep : {repeated("[", kDeep), repeated("{a=", kDeep), "[" + repeated("a.", kDeep) + "a]",
                                  repeated("a . ", kDeep) + "a = 1", repeated("\"x\".", kDeep) + "a = 1",
                                  "x = {" + repeated("'.'.", kDeep) + "a = 1}", "a = " + repeated("[[", kDeep)}) {
    EXPECT_EQ(line_of_deep_toml("[data]\n" + deep), 2) << deep.substr(0, 20);
    testing::expect_error([&] { read_toml("[data]\n" + deep, "x.toml", OptionList()); },
                          "x.toml:2: more than 32 tables, lists or parts of a key");
  }
}

TEST(TomlNesting, AnAssignmentIsBoundToo) {
  Engine engine;
  OptionList options;
  options.add_table("engine", engine);
  testing::expect_error([&] { set_from_text("engine.kind=" + repeated("[", kDeep), options); },
                        "engine.kind:1: more than");
  testing::expect_error([&] { set_from_text("engine.kind={" + repeated("a.", kDeep) + "a=1}", options); },
                        "more than 32");
}

}  // namespace
}  // namespace mdsm
