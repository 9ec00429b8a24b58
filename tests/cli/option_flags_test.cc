// Flags made of a table: names, types, defaults, limits, and those that change a table later.
#include "mdsm/cli/option_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mdsm::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Table {
  std::string sampler = "slow";
  int64_t burn_in = 3;
  double width = 0.5;
  bool jump = true;
  bool verbose_trace = false;
  std::vector<double> levels = {};
  std::vector<std::string> kinds = {};

  template <class Option> void visit(Option&& option) {
    option("sampler", sampler, "how chains move", one_of({"slow", "quick"}));
    option("burn_in", burn_in, "steps before the first", at_least(1));
    option("width", width, "of a kernel", between(0, 1));
    option("jump", jump, "one step at the end", any());
    option("verbose_trace", verbose_trace, "says all", any());
    option("levels", levels, "of noise", above(0));
    option("kinds", kinds, "of things", one_of({"a", "b"}));
  }
};

/// What the parser says of a command line; empty: it took it.
std::string complaint(CLI::App& app, const std::string& line) {
  try {
    app.parse(line);
  } catch (const CLI::ParseError& error) {
    EXPECT_NE(error.get_exit_code(), 0);
    return error.what();
  }
  return "";
}

std::string complaint_of(const std::string& line) {
  Table table;
  CLI::App app;
  add_option_flags(app, table);
  return complaint(app, line);
}

TEST(OptionFlags, SetTheTableThatTheyWereMadeOf) {
  Table table;
  CLI::App app;
  add_option_flags(app, table);
  EXPECT_EQ(
      complaint(app, "--sampler quick --burn-in 7 --width 1 --no-jump --verbose-trace --levels 3,2 1 --kinds b a"), "");
  EXPECT_EQ(table.sampler, "quick");
  EXPECT_EQ(table.burn_in, 7);
  EXPECT_EQ(table.width, 1);
  EXPECT_FALSE(table.jump);
  EXPECT_TRUE(table.verbose_trace);
  EXPECT_THAT(table.levels, ElementsAre(3, 2, 1));
  EXPECT_THAT(table.kinds, ElementsAre("b", "a"));
}

TEST(OptionFlags, LeaveWhatIsNotGiven) {
  Table table;
  CLI::App app;
  add_option_flags(app, table);
  EXPECT_EQ(complaint(app, "--width 0.25"), "");
  EXPECT_EQ(table.burn_in, 3);
  EXPECT_TRUE(table.jump);
  EXPECT_TRUE(table.levels.empty());
}

TEST(OptionFlags, SayWhatIsWrongWithTheFlagsName) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"--sampler quik", "--sampler: 'quik' is not one of: slow, quick. Did you mean 'quick'?"},
      {"--burn-in 0", "--burn-in: 0 (expected at least 1)"},
      {"--burn-in 1.5", "--burn-in: '1.5' is not an integer"},
      {"--width 2", "--width: 2 (expected from 0 to 1)"},
      {"--width nan", "--width: 'nan' is not a finite number (expected from 0 to 1)"},
      {"--width wide", "--width: 'wide' is not a number"},
      {"--levels 1,0", "--levels: 0 (expected above 0)"},
      {"--kinds a c", "--kinds: 'c' is not one of: a, b"}};
  for (const auto& [line, text] : cases) EXPECT_THAT(complaint_of(line), HasSubstr(text)) << line;
}

TEST(OptionFlags, ShowHelpDefaultsAndLimits) {
  Table table;
  CLI::App app;
  add_option_flags(app, table);
  const std::string help = app.help();
  for (const char* part : {"how chains move", "{slow,quick}", "slow", "POSITIVE", "0.5", "in [0, 1]", "--no-jump"})
    EXPECT_THAT(help, HasSubstr(part));
}

TEST(OptionFlags, ChooseRenameAndExplain) {
  Table table;
  CLI::App app;
  add_option_flags(
      app, table,
      {.only = {"width", "burn_in"}, .names = {{"width", "-w,--blur"}}, .helps = {{"width", "of the blur"}}});
  EXPECT_EQ(complaint(app, "-w 0.75"), "");
  EXPECT_EQ(table.width, 0.75);
  EXPECT_THAT(app.help(), HasSubstr("of the blur"));
  EXPECT_NE(complaint(app, "--sampler quick"), "");
}

TEST(OptionFlags, KnowATablesMistakes) {
  Table table;
  CLI::App app;
  EXPECT_ANY_THROW(add_option_flags(app, table, {.except = {"widht"}}));
}

TEST(DeferredFlags, ChangeOnlyWhatIsGiven) {
  DeferredFlags flags;
  CLI::App app;
  flags.declare(app, "sample", Table{}, {.except = {"kinds"}});
  EXPECT_EQ(complaint(app, "--burn-in 9 --no-jump"), "");
  Table own{.sampler = "quick", .width = 0.125};
  OptionList list;
  list.add_table("sample", own);
  assign(flags.given(), list);
  EXPECT_EQ(own.sampler, "quick");
  EXPECT_EQ(own.burn_in, 9);
  EXPECT_EQ(own.width, 0.125);
  EXPECT_FALSE(own.jump);
  ASSERT_EQ(flags.given().size(), 2U);
  EXPECT_EQ(flags.given()[0].where, "--burn-in");
}

TEST(DeferredFlags, CheckLimitsAtParsing) {
  DeferredFlags flags;
  CLI::App app;
  flags.declare(app, "sample", Table{});
  EXPECT_THAT(complaint(app, "--width -1"), HasSubstr("--width: -1 (expected from 0 to 1)"));
}

}  // namespace
}  // namespace mdsm::cli
