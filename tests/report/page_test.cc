#include "mdsm/report/page.h"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "mdsm/formats/png.h"
#include "support/expect_error.h"

namespace mdsm::report {
namespace {

using testing::expect_error;
using ::testing::HasSubstr;
using ::testing::Not;

const double kNan = std::numeric_limits<double>::quiet_NaN();

block::Picture picture(const std::string& name) {
  return {.name = name,
          .png = encode_png(at::full({1, 28, 28}, 128, at::kByte)),
          .alt = "a \"grey\" square",
          .caption = "grey"};
}

block::Chart chart(const std::string& name, std::vector<double> x, std::vector<double> y) {
  return {.name = name,
          .caption = "a curve",
          .x_label = "x",
          .y_label = "y",
          .series = {{.label = "</script><b>", .x = std::move(x), .y = std::move(y)}}};
}

std::string html_of(Block block) {
  Page page{.title = "t"};
  page.add(std::move(block));
  return to_html(page);
}

/// The one chart's JSON on a page.
nlohmann::json json_in(const std::string& html) {
  const std::string open = R"(<script type="application/json">)";
  const size_t begin = html.find(open) + open.size();
  return nlohmann::json::parse(html.substr(begin, html.find("</script>", begin) - begin));
}

TEST(Page, HasTitleSummaryContentsAndBlocksInOrder) {
  Page page{.title = "Run <a>", .summary = "of **today**"};
  page.heading("First");
  page.paragraph("one");
  page.heading("First");
  page.add(block::Code{"x < y\n"});
  const std::string html = to_html(page);
  EXPECT_THAT(html, HasSubstr("<title>Run &lt;a&gt;</title>"));
  EXPECT_THAT(html, HasSubstr("<p class=\"summary\">of <strong>today</strong></p>"));
  EXPECT_THAT(html, HasSubstr("<li><a href=\"#s-first\">First</a></li>\n<li><a href=\"#s-first-2\">First</a></li>"));
  EXPECT_THAT(html, HasSubstr("<h2 id=\"s-first\">First</h2>\n<p>one</p>\n<h2 id=\"s-first-2\">First</h2>\n<pre"));
  EXPECT_THAT(html, HasSubstr("<code>x &lt; y\n</code>"));
}

TEST(Page, NeedsNothingBesideIt) {
  const std::string html = html_of(picture("p"));
  for (const char* outside : {"src=\"http", "href=\"http", "@import", "url(", "<link rel=\"stylesheet\""})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, HasSubstr("Chart.js v3"));
  EXPECT_THAT(html, HasSubstr("Released under the MIT License"));
}

TEST(Page, ChartIsJsonThatCannotEndItsScript) {
  const std::string html = html_of(chart("c", {1, 2}, {3, 4}));
  EXPECT_THAT(html, Not(HasSubstr("</script><b>")));
  EXPECT_EQ(json_in(html)["series"][0]["label"], "</script><b>");
}

TEST(Page, WhatCannotBeDrawnIsAGap) {
  const auto points = json_in(html_of(chart("c", {1, 2, kNan, 4}, {0.1, kNan, 5, 7})))["series"][0]["points"];
  EXPECT_EQ(points, nlohmann::json::parse("[[1.0,0.1],[2.0,null],[4.0,7.0]]"));
}

TEST(Page, LogarithmicAxesHaveGapsAtNumbersThatAreNotPositive) {
  block::Chart logarithmic = chart("c", {0, 1, 2}, {5, -1, 3});
  logarithmic.log_x = logarithmic.log_y = true;
  EXPECT_EQ(json_in(html_of(logarithmic))["series"][0]["points"], nlohmann::json::parse("[[1.0,null],[2.0,3.0]]"));
}

TEST(Page, ChartWithoutPointsIsNoCanvas) {
  const std::string html = html_of(chart("c", {1}, {kNan}));
  EXPECT_THAT(html, Not(HasSubstr("<canvas")));
  EXPECT_THAT(html, HasSubstr("no points to draw"));
}

TEST(Page, PictureIsInsideWithItsTextAndItsPixels) {
  const std::string html = html_of(picture("p"));
  EXPECT_THAT(
      html,
      HasSubstr(
          "--width:112px\">\n<img class=\"pixels\" id=\"picture-p\" alt=\"a &quot;grey&quot; square\" width=\"28\" "
          "height=\"28\" src=\"data:image/png;base64,iVBOR"));
}

TEST(Page, NumbersStandToTheRight) {
  const std::string html = html_of(block::Table{.head = {"name", "n"}, .rows = {{"a", "1.5"}, {"b", "-"}}});
  EXPECT_THAT(html, HasSubstr("<th>name</th><th class=\"number\">n</th>"));
  EXPECT_THAT(html, HasSubstr("<td>a</td><td class=\"number\">1.5</td>"));
}

TEST(Page, SliderIsARangeOfItsPictures) {
  const std::string html = html_of(block::Slider{.pictures = {picture("a"), picture("b")}});
  EXPECT_THAT(html, HasSubstr("type=\"range\" id=\"slider-1\" min=\"0\" max=\"1\" value=\"1\" aria-label="));
}

TEST(Page, RefusesATableWhoseRowsDoNotFit) {
  expect_error([] { html_of(block::Table{.head = {"a", "b"}, .rows = {{"1"}}, .caption = "sizes"}); }, "row 0");
}

TEST(Page, RefusesASeriesWithoutPartners) {
  expect_error([] { html_of(chart("c", {1, 2}, {3})); }, "2 x and 1 y");
}

TEST(Page, RefusesNamesThatAreNotUniqueOrNotNames) {
  Page page{.title = "t"};
  page.add(picture("same"));
  page.add(chart("same", {1}, {1}));
  expect_error([&] { to_html(page); }, "'same'");
  expect_error([] { html_of(picture("A b")); }, "[a-z0-9-]+");
}

}  // namespace
}  // namespace mdsm::report
