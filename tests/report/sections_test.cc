// Each section of a run's report by itself: what it says of a run, and what it leaves out where it has no source.

#include "mdsm/report/sections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "support/tiny_run.h"

namespace mdsm::report {
namespace {

using ::testing::HasSubstr;
using testing::TempDir;
using testing::train_tiny;
using testing::write_bytes;

/// A run with everything that a run can write.
const std::string& full_run() {
  static const TempDir kFolder;
  static const std::string kRun =
      train_tiny(kFolder,
                 "--set train.log_every=1 --set train.evaluate_every=1 --set train.evaluate_count=4 "
                 "--set train.sample_every=1 --set train.sample_count=4");
  return kRun;
}

/// A section and what it has written.
struct Written {
  explicit Written(void (*section)(ReportContext&), ReportOptions told = {}, const std::string& run = full_run()) {
    told.run = run;
    told.count = 8;
    told.samples = 4;
    told.chains = ReportChains::own;
    ReportContext context(told, page, {});
    section(context);
  }

  /// The blocks of one kind, in order.
  template <class Kind> std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const Block& block : page.blocks) {
      if (const Kind* one = std::get_if<Kind>(&block)) found.push_back(*one);
    }
    return found;
  }
  std::string heading() const { return all<block::Heading>().empty() ? "" : all<block::Heading>().front().text; }
  /// The cell beside this name in the first table.
  std::string cell(const std::string& name) const {
    const block::Table table = all<block::Table>().front();
    for (const std::vector<std::string>& row : table.rows) {
      if (row.front() == name) return row.at(1);
    }
    return "";
  }

  Page page;
};

ReportOptions only_log() { return {.run = {}, .compare = {}, .work = ReportWork::log_only}; }

TEST(ReportSection, AboutTellsTheRun) {
  const Written about(add_about);
  EXPECT_EQ(about.heading(), "What was trained");
  EXPECT_THAT(about.cell("data"), HasSubstr("mnist (1, 32, 32)"));
  EXPECT_EQ(about.cell("updates"), "2");
  EXPECT_EQ(about.cell("weights"), "moving average");
  EXPECT_NE(about.cell("machine"), "-");
  const std::vector<block::Table> tables = about.all<block::Table>();
  EXPECT_EQ(tables.back().head.size(), 7U);  // bands with energies
  EXPECT_EQ(tables.back().rows.size(), 4U);
  EXPECT_THAT(about.all<block::Code>().back().text, HasSubstr("[energy]"));
  EXPECT_EQ(Written(add_about, only_log()).all<block::Table>().back().head.size(), 5U);
}

TEST(ReportSection, CurvesHaveAPointAnUpdate) {
  const Written curves(add_curves);
  ASSERT_GE(curves.all<block::Chart>().size(), 4U);
  const block::Chart loss = curves.all<block::Chart>().front();
  EXPECT_EQ(loss.name, "loss");
  EXPECT_EQ(loss.series.front().x, (std::vector<double>{1, 2}));
}

TEST(ReportSection, SampleGridsAreASlider) {
  const Written grids(add_sample_grids, only_log());
  ASSERT_EQ(grids.all<block::Slider>().size(), 1U);
  EXPECT_EQ(grids.all<block::Slider>().front().pictures.size(), 2U);
  EXPECT_EQ(Written(add_sample_grids).all<block::Picture>().front().name, "samples-now");
}

TEST(ReportSection, OnlyPointsOfThePlaneHaveAPlaneDensity) {
  EXPECT_TRUE(Written(add_plane_density).page.blocks.empty());
}

TEST(ReportSection, ChainIsACurveAndPictures) {
  const Written chain(add_chain);
  EXPECT_EQ(chain.heading(), "The chain");
  ASSERT_EQ(chain.all<block::Chart>().size(), 1U);
  EXPECT_EQ(chain.all<block::Chart>().front().series.size(), 2U);
  EXPECT_EQ(chain.all<block::Gallery>().size(), 1U);
  EXPECT_TRUE(Written(add_chain, only_log()).page.blocks.empty());
}

TEST(ReportSection, DenoisingHasARowALevel) {
  const Written denoising(add_denoising);
  EXPECT_EQ(denoising.all<block::Gallery>().front().pictures.size(), 5U);
  const block::Table table = denoising.all<block::Table>().front();
  EXPECT_EQ(table.rows.size(), 12U);
  EXPECT_THAT(table.caption, HasSubstr("8 test data a level"));
}

TEST(ReportSection, RestorationComparesWithTheClassicalOne) {
  const Written restoration(add_restoration);
  const std::vector<block::Table> tables = restoration.all<block::Table>();
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_THAT(tables.front().rows.back().front(), HasSubstr("classical"));
}

TEST(ReportSection, EnergiesAreThoseOfThreeSets) {
  const Written energies(add_energies);
  const block::Table table = energies.all<block::Table>().front();
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0].front(), "training data");
  EXPECT_EQ(table.rows[1].front(), "test data");
  EXPECT_EQ(table.rows[2].front(), "samples");
  EXPECT_EQ(table.rows[2].at(1), "4");
  EXPECT_EQ(energies.all<block::Chart>().size(), 2U);
}

TEST(ReportSection, NeighboursStandBesideUnseenData) {
  const Written neighbours(add_neighbours);
  EXPECT_EQ(neighbours.all<block::Picture>().front().name, "neighbours");
  const block::Table table = neighbours.all<block::Table>().front();
  EXPECT_EQ(table.rows[0].front(), "samples");
  EXPECT_EQ(table.rows[1].front(), "test data");
}

TEST(ReportSection, EvaluationsAreReadFromTheRun) {
  const TempDir folder;
  const std::string run = train_tiny(folder);
  EXPECT_THAT(Written(add_evaluations, {}, run).all<block::Paragraph>().front().text, HasSubstr("None yet"));
  write_bytes(run + "/evaluations.jsonl",
              R"({"time":"t","evaluation":"fid","command":"c","settings":{"n":9},"n":9,"x":0.25,"p":null,)"
              R"("rows":[{"a":1},{"a":2}],"notes":["few"]})"
              "\n");
  const Written evaluations(add_evaluations, only_log(), run);
  EXPECT_EQ(evaluations.cell("x"), "0.25");
  EXPECT_EQ(evaluations.cell("p"), "-");
  EXPECT_EQ(evaluations.all<block::Table>().at(1).rows.size(), 2U);
  EXPECT_EQ(evaluations.all<block::Paragraph>().front().text, "Note: few");
}

}  // namespace
}  // namespace mdsm::report
