#include "mdsm/report/blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "mdsm/formats/png_chunks.h"
#include "mdsm/report/chart.h"
#include "mdsm/report/html.h"

namespace mdsm::report {
namespace {

using html::escaped;
using html::inline_markup;
using html::without_markup;

std::string caption_html(const std::string& caption) {
  return caption.empty() ? "" : fmt::format("<figcaption>{}</figcaption>\n", inline_markup(caption));
}

/// The width at which a picture is shown where there is room: what is asked for or, for small ones, a multiple of their
/// own at which pixels can be seen.
uint32_t shown_width(const block::Picture& picture, PngSize size) {
  constexpr uint32_t kComfortable = 640, kMostTimes = 4;
  if (picture.width > 0) return static_cast<uint32_t>(picture.width);
  return size.width * std::clamp<uint32_t>(kComfortable / std::max<uint32_t>(size.width, 1), 1, kMostTimes);
}

/// \param kind  "picture", "cell" of a gallery or "frame" of a slider; page.css makes them as wide as --width says
std::string picture_html(const block::Picture& picture, std::string_view kind) {
  const PngSize size = png_size(picture.png);
  const uint32_t width = shown_width(picture, size);
  return fmt::format(
      "<figure class=\"{}\" style=\"--width:{}px\">\n<img{} id=\"picture-{}\" alt=\"{}\" width=\"{}\" height=\"{}\" "
      "src=\"data:image/png;base64,{}\">\n{}</figure>\n",
      kind, width, width > size.width ? " class=\"pixels\"" : "", picture.name, escaped(without_markup(picture.alt)),
      size.width, size.height, html::base64(picture.png), caption_html(picture.caption));
}

std::string cell_html(const std::string& cell, const char* tag, bool number) {
  return fmt::format("<{}{}>{}</{}>", tag, number ? " class=\"number\"" : "", inline_markup(cell), tag);
}

/// A column whose every cell that says something is a number.
bool is_number_column(const block::Table& table, size_t column) {
  bool any = false;
  for (const std::vector<std::string>& row : table.rows) {
    const std::string& cell = row[column];
    if (cell.empty() || cell == "-") continue;
    if (!html::is_number(cell)) return false;
    any = true;
  }
  return any;
}

}  // namespace

std::string BlockWriter::id_for(const std::string& text) {
  const std::string wanted = "s-" + html::slug(without_markup(text));
  std::string id = wanted;
  for (int number = 2; std::find(ids_.begin(), ids_.end(), id) != ids_.end(); ++number)
    id = fmt::format("{}-{}", wanted, number);
  ids_.push_back(id);
  return id;
}

std::string BlockWriter::operator()(const block::Heading& heading) {
  const int level = std::clamp(heading.level, 2, 3);
  const std::string id = id_for(heading.text);
  if (level == 2)
    contents_ += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, escaped(without_markup(heading.text)));
  return fmt::format("<h{} id=\"{}\">{}</h{}>\n", level, id, inline_markup(heading.text), level);
}

std::string BlockWriter::operator()(const block::Paragraph& paragraph) {
  return fmt::format("<p>{}</p>\n", inline_markup(paragraph.text));
}

std::string BlockWriter::operator()(const block::Code& code) {
  // tabindex: what scrolls must be reachable by keyboard. HTML drops a newline right behind <pre>.
  return fmt::format("<pre tabindex=\"0\">\n<code>{}</code></pre>\n", escaped(code.text));
}

std::string BlockWriter::operator()(const block::Table& table) {
  std::vector<bool> numbers;
  for (size_t i = 0; i < table.head.size(); ++i) numbers.push_back(is_number_column(table, i));
  const auto row_html = [&](const std::vector<std::string>& row, const char* tag) {
    std::string out = "<tr>";
    for (size_t i = 0; i < row.size(); ++i) out += cell_html(row[i], tag, numbers[i]);
    return out + "</tr>\n";
  };
  std::string body;
  for (const std::vector<std::string>& row : table.rows) body += row_html(row, "td");
  return fmt::format(
      "<figure class=\"table\">\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead>{}</thead>\n<tbody>\n{}</tbody>\n"
      "</table></div>\n{}</figure>\n",
      row_html(table.head, "th"), body, caption_html(table.caption));
}

std::string BlockWriter::operator()(const block::Picture& picture) { return picture_html(picture, "picture"); }

std::string BlockWriter::operator()(const block::Gallery& gallery) {
  std::string out = "<figure class=\"gallery\">\n<div class=\"row\">\n";
  for (const block::Picture& picture : gallery.pictures) out += picture_html(picture, "cell");
  return out + "</div>\n" + caption_html(gallery.caption) + "</figure>\n";
}

std::string BlockWriter::operator()(const block::Slider& slider) {
  if (slider.pictures.empty()) return slider.caption.empty() ? "" : (*this)(block::Paragraph{slider.caption});
  const std::string id = fmt::format("slider-{}", ++sliders_);
  const size_t last = slider.pictures.size() - 1;
  std::string out = "<figure class=\"slider\">\n<div class=\"frames\" tabindex=\"-1\">\n";
  for (const block::Picture& picture : slider.pictures) out += picture_html(picture, "frame");
  out += fmt::format(
      "</div>\n<div class=\"controls\"><input type=\"range\" id=\"{}\" min=\"0\" max=\"{}\" value=\"{}\" "
      "aria-label=\"which picture is shown\"><output for=\"{}\"></output></div>\n",
      id, last, last, id);
  return out + caption_html(slider.caption) + "</figure>\n";
}

std::string BlockWriter::operator()(const block::Chart& chart) {
  if (!has_points(chart)) {
    return fmt::format("<figure class=\"chart\">\n<p class=\"empty\">no points to draw</p>\n{}</figure>\n",
                       caption_html(chart.caption));
  }
  return fmt::format(
      "<figure class=\"chart\" id=\"chart-{}\">\n<div class=\"canvas\"><canvas role=\"img\" aria-label=\"{}\"></canvas>"
      "</div>\n<script type=\"application/json\">{}</script>\n"
      "<noscript><p class=\"empty\">This chart needs JavaScript.</p></noscript>\n{}</figure>\n",
      chart.name, escaped(without_markup(chart.caption.empty() ? chart.y_label : chart.caption)),
      html::script_json(chart_json(chart)), caption_html(chart.caption));
}

}  // namespace mdsm::report
