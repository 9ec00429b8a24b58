#include "mdsm/reproduce/reproduce.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mdsm/formats/file.h"
#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/sections.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm::reproduce {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::expect_error;
using ::testing::HasSubstr;
using testing::read_bytes;
using testing::TempDir;

// Two sections on one training; "b" has a step that lacks its data.
std::vector<Step> steps_of_a(const Place& place) {
  return {{"one", "mnist", {"evaluate", place.run("mnist"), "one"}},
          {"two", "mnist", {"evaluate", place.run("mnist"), "two"}}};
}
std::vector<Step> steps_of_b(const Place& place) {
  return {{"three", "mnist", {"evaluate", place.run("mnist"), "three"}},
          {"faces", "mnist", {"evaluate", "faces"}, {"celeba/test"}}};
}
void write_a(const Findings& findings, SectionText& text) {
  text.page.paragraph("one is " + decimal(findings.number("one", "value"), 1));
  text.claims.push_back({"one is below two", "seen", Verdict::holds});
}
void write_b(const Findings& findings, SectionText& text) {
  text.page.paragraph("three is " + decimal(findings.number("three", "value"), 1));
  EXPECT_FALSE(findings.has("faces"));
}

const std::vector<Section> kSections{{"a", "Part A", steps_of_a, write_a}, {"b", "Part B", steps_of_b, write_b}};

/// Stands for the program: every command prints a number and is written down.
class Reproduce : public ::testing::Test {
 protected:
  ReproduceHooks hooks() {
    ReproduceHooks hooks;
    hooks.say = [](const std::string&) {};
    hooks.run = [this](const std::vector<std::string>& arguments, const std::filesystem::path& output) {
      ran_.push_back(arguments.front() == "train" ? "train" : arguments.back());
      if (ran_.back() == failing_) return code_;
      write_file_atomically(output, nlohmann::json{{"value", 1.25}}.dump());
      return 0;
    };
    return hooks;
  }
  void make(const std::vector<std::string>& only = {}, const std::string& scale = "smoke") {
    ran_.clear();
    reproduce(Place(folder_.path(), Scale::parse(scale)), kSections, {only, "mdsm reproduce paper", "a machine"},
              hooks());
  }
  std::string page() const { return read_bytes(folder_ / "README.md"); }

  TempDir folder_;
  std::vector<std::string> ran_;
  std::string failing_;
  int code_ = 1;
};

TEST_F(Reproduce, TrainsOnceThenRunsEveryStepAndWritesThePage) {
  make();
  EXPECT_THAT(ran_, ElementsAre("train", "one", "two", "three"));
  EXPECT_THAT(page(), HasSubstr("one is 1.2"));
  EXPECT_THAT(page(), HasSubstr("three is 1.2"));
  EXPECT_THAT(page(), HasSubstr("one is below two"));
  EXPECT_THAT(page(), HasSubstr("mdsm evaluate"));
  EXPECT_THAT(read_bytes(folder_ / "index.html"), HasSubstr("Part B"));
}

TEST_F(Reproduce, WhatIsDoneIsNotDoneAgain) {
  make();
  make();
  EXPECT_THAT(ran_, ElementsAre());
  EXPECT_THAT(page(), HasSubstr("one is 1.2"));
}

TEST_F(Reproduce, AnInterruptedOneGoesOnWhereItWas) {
  failing_ = "two", code_ = 130;
  expect_error([&] { make(); }, "goes on from here", Fault::interrupted);
  failing_.clear();
  make();
  EXPECT_THAT(ran_, ElementsAre("two", "three"));
}

TEST_F(Reproduce, AFailureNamesItsCommand) {
  failing_ = "three";
  expect_error([&] { make(); }, "three", Fault::failure);
  // Section a had ended: it is on the page, b is not yet.
  EXPECT_THAT(page(), HasSubstr("one is 1.2"));
  EXPECT_THAT(page(), HasSubstr("Not made yet: b"));
}

TEST_F(Reproduce, OnlyRunsWhatItNames) {
  make({"b"});
  EXPECT_THAT(ran_, ElementsAre("train", "three"));
  make({"a"});
  EXPECT_THAT(ran_, ElementsAre("one", "two"));
  expect_error([&] { make({"bb"}); }, "there are: a, b");
}

TEST_F(Reproduce, ANewTrainingMakesItsStepsAnew) {
  make();
  std::filesystem::remove(folder_ / "work" / "train" / "mnist.json");
  make();
  EXPECT_THAT(ran_, ElementsAre("train", "one", "two", "three"));
}

TEST_F(Reproduce, AFolderHoldsOneScale) {
  make();
  expect_error([&] { make({}, "two-cores"); }, "holds a reproduction at scale smoke");
}

TEST_F(Reproduce, ADamagedRecordSaysWhatToDo) {
  make();
  testing::write_bytes(folder_ / "work" / "a" / "one.json", "{\"command\": [");
  expect_error([&] { make(); }, "Remove it");
}

// Names are keys of records and of pictures; what is misspelt here would overwrite or never be found.
TEST(PaperSections, NamesAreUniqueAndStepsStandOnExperiments) {
  for (const char* scale : {"smoke", "two-cores", "1"}) {
    const Place place("/out", Scale::parse(scale));
    std::vector<std::string> sections;
    for (const Section& section : paper_sections()) {
      EXPECT_THAT(sections, ::testing::Not(Contains(section.name)));
      sections.emplace_back(section.name);
      std::vector<std::string> names;
      for (const Step& step : section.steps(place)) {
        EXPECT_THAT(names, ::testing::Not(Contains(step.name))) << section.name;
        names.push_back(step.name);
        EXPECT_TRUE(std::filesystem::exists(place.scale().experiment(step.run))) << step.run;
      }
      EXPECT_FALSE(names.empty());
    }
  }
}

}  // namespace
}  // namespace mdsm::reproduce
