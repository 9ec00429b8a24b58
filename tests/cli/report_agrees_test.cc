// The numbers of `mdsm report` are those of `mdsm evaluate`: one function each.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"
#include "support/run_program.h"
#include "support/tiny_run.h"

namespace mdsm::report {
namespace {

using Json = nlohmann::json;
using testing::Outcome;
using testing::run_program;
using testing::trained_run;

constexpr int kCount = 40;
constexpr int kSamples = 6;

Json evaluated(const std::string& arguments) {
  const Outcome outcome = run_program("evaluate " + trained_run() + " " + arguments + " --json -q");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  return Json::parse(outcome.out, nullptr, false);
}

/// The tables that a section writes of the same run.
std::vector<block::Table> tables_of(void (*section)(ReportContext&)) {
  ReportOptions options{.run = trained_run(), .compare = {}};
  options.count = kCount;
  options.samples = kSamples;
  Page page;
  ReportContext context(options, page, {});
  section(context);
  std::vector<block::Table> tables;
  for (const Block& block : page.blocks) {
    if (const auto* table = std::get_if<block::Table>(&block)) tables.push_back(*table);
  }
  return tables;
}

std::string cell(const Json& value, int figures = 5) { return number_cell(value.get<double>(), figures); }

TEST(ReportAgrees, OnEnergies) {
  const Json found = evaluated("energies -n " + std::to_string(kCount));
  const block::Table table = tables_of(add_energies).front();
  for (size_t set = 0; set < 2; ++set) {
    const Json& row = found["energies"][set];
    EXPECT_EQ(table.rows[set][1], std::to_string(kCount));
    EXPECT_EQ(table.rows[set][2], cell(row["mean"]));
    EXPECT_EQ(table.rows[set][3], cell(row["std"], 3));
    EXPECT_EQ(table.rows[set][4], cell(row["q05"]));
    EXPECT_EQ(table.rows[set][5], cell(row["median"]));
    EXPECT_EQ(table.rows[set][6], cell(row["q95"]));
  }
  for (const char* name : {"kolmogorov_smirnov", "kolmogorov_smirnov_noisy"}) {
    const std::string text = fmt::format("distance {:.3f} (p = {:.3g})", found[name].get<double>(),
                                         found[std::string(name) + "_p"].get<double>());
    EXPECT_NE(table.caption.find(text), std::string::npos) << text << " in " << table.caption;
  }
}

TEST(ReportAgrees, OnNeighbours) {
  const Json found = evaluated(fmt::format("neighbours -n {} -k 6", kSamples));
  const block::Table table = tables_of(add_neighbours).front();
  for (size_t set = 0; set < 2; ++set) {
    const Json& row = found["nearest"][set];
    EXPECT_EQ(table.rows[set][1], std::to_string(kSamples));
    EXPECT_EQ(table.rows[set][2], cell(row["smallest"], 4));
    EXPECT_EQ(table.rows[set][3], cell(row["q05"], 4));
    EXPECT_EQ(table.rows[set][4], cell(row["median"], 4));
    EXPECT_EQ(table.rows[set][5], cell(row["q95"], 4));
  }
  EXPECT_NE(table.caption.find(found["n_training"].dump()), std::string::npos);
}

TEST(ReportAgrees, OnDenoising) {
  const Json found = evaluated(fmt::format("noise-levels -n {} --levels 12", kCount));
  const block::Table table = tables_of(add_denoising).front();
  ASSERT_EQ(table.rows.size(), found["noise_levels"].size());
  for (size_t level = 0; level < table.rows.size(); ++level) {
    const Json& row = found["noise_levels"][level];
    EXPECT_EQ(table.rows[level][0], cell(row["sigma"], 4));
    EXPECT_EQ(table.rows[level][1], cell(row["error"], 4));
    EXPECT_EQ(table.rows[level][2], cell(row["implied_sigma"], 4));
    EXPECT_EQ(table.rows[level][4], cell(row["calibration"], 4));
  }
}

}  // namespace
}  // namespace mdsm::report
