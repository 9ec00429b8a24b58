#include "mdsm/report/page.h"

#include <set>

#include "mdsm/base/error.h"
#include "mdsm/report/assets.h"
#include "mdsm/report/blocks.h"
#include "mdsm/report/html.h"

namespace mdsm::report {
namespace {

/// Refuses a page that cannot be written.
class Checker {
 public:
  void operator()(const block::Heading&) {}
  void operator()(const block::Paragraph&) {}
  void operator()(const block::Code&) {}
  void operator()(const block::Table& table) {
    for (size_t row = 0; row < table.rows.size(); ++row) {
      require(table.rows[row].size() == table.head.size(),
              "report: row {} of the table '{}' has {} cells under a head of {} (a row is as long as the head).", row,
              table.caption, table.rows[row].size(), table.head.size());
    }
  }
  void operator()(const block::Picture& picture) { claim(picture.name); }
  void operator()(const block::Gallery& gallery) {
    for (const block::Picture& picture : gallery.pictures) claim(picture.name);
  }
  void operator()(const block::Slider& slider) {
    for (const block::Picture& picture : slider.pictures) claim(picture.name);
  }
  void operator()(const block::Chart& chart) {
    claim(chart.name);
    for (const block::Series& series : chart.series) {
      require(series.x.size() == series.y.size(), "report: series '{}' of chart '{}' has {} x and {} y.", series.label,
              chart.name, series.x.size(), series.y.size());
    }
  }

 private:
  void claim(const std::string& name) {
    require(!name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos,
            "report: the name '{}' of a chart or picture is not of the form [a-z0-9-]+.", name);
    require(names_.insert(name).second, "report: two charts or pictures are named '{}'.", name);
  }

  std::set<std::string> names_;
};

// Nothing may be loaded from anywhere: the browser itself sees to it.
constexpr std::string_view kHead = R"(<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<link rel="icon" href="data:,">
)";

std::string contents_html(const std::string& items) {
  return items.empty() ? "" : "<nav aria-label=\"sections\"><ul>\n" + items + "</ul></nav>\n";
}

std::string script_html(std::string_view script) { return "<script>\n" + std::string(script) + "</script>\n"; }

}  // namespace

std::string to_html(const Page& page) {
  Checker checker;
  for (const Block& block : page.blocks) std::visit(checker, block);
  BlockWriter writer;
  std::string body;
  for (const Block& block : page.blocks) body += std::visit(writer, block);
  const std::string summary =
      page.summary.empty() ? "" : "<p class=\"summary\">" + html::inline_markup(page.summary) + "</p>\n";
  // page.js goes first: it counts the errors of what comes after it.
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n" + std::string(kHead) + "<title>" +
         html::escaped(html::without_markup(page.title)) + "</title>\n<style>\n" + std::string(assets::kPageCss) +
         "</style>\n" + script_html(assets::kPageJs) + "</head>\n<body>\n<header>\n<h1>" +
         html::inline_markup(page.title) + "</h1>\n" + summary + "</header>\n" + contents_html(writer.contents()) +
         "<main>\n" + body + "</main>\n" + script_html(assets::kChartJs) + "</body>\n</html>\n";
}

}  // namespace mdsm::report
