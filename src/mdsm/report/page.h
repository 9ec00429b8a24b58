#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mdsm::report {

/// Blocks that a page is made of, in reading order. Texts are plain UTF-8 in which `code`, **strong** and
/// [text](address) mean what they mean in Markdown; everything else stands for itself.
namespace block {

/// Level 2 is a section (it appears in the page's table of contents), 3 a part of one.
struct Heading {
  int level = 2;
  std::string text;
};

struct Paragraph {
  std::string text;
};

/// A command that the reader can type, or any other text to be shown as it is.
struct Code {
  std::string text;
};

/// Rows as long as the head. A column of numbers (and "-" where there is none) stands to the right.
struct Table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
  std::string caption = {};
};

/// One picture: the bytes of a PNG file.
struct Picture {
  std::string name;  ///< of its file, where pictures are files: unique on the page, [a-z0-9-]+, without extension
  std::string png;
  std::string alt;  ///< what is to be seen, for those who do not see it
  std::string caption;
  int width = 0;  ///< greatest width on the page in CSS pixels; 0: up to the page's
};

/// Pictures side by side, each with its own caption: the states of a chain, say.
struct Gallery {
  std::vector<Picture> pictures;
  std::string caption = {};
};

/// Pictures of which one is seen, chosen by a slider; each picture's caption is what the slider says.
struct Slider {
  std::vector<Picture> pictures;
  std::string caption = {};
};

/// A curve or a row of bars: y against x, as many of each. NaN leaves a gap.
struct Series {
  std::string label;
  std::vector<double> x;
  std::vector<double> y;
  bool second_axis = false;  ///< against the axis on the right
  bool dashed = false;
  int colour = -1;  ///< of the page's palette, so that series that belong together look so; -1: the next
};

/// Lines, points or a histogram's steps. The reader zooms with a drag, and back with a double click.
struct Chart {
  enum class Kind {
    lines,
    points,
    steps,  ///< x are the middles of a histogram's bins
  };
  std::string name;  ///< unique on the page, [a-z0-9-]+
  std::string caption;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
  Kind kind = Kind::lines;
  bool log_x = false;
  bool log_y = false;
  std::string second_label = {};  ///< of the axis on the right
  bool log_second = false;        ///< that axis
};

}  // namespace block

using Block = std::variant<block::Heading, block::Paragraph, block::Code, block::Table, block::Picture, block::Gallery,
                           block::Slider, block::Chart>;

/// A page of a report: what it says, apart from how it is written.
struct Page {
  std::string title;
  std::string summary = {};  ///< one line below the title
  std::vector<Block> blocks = {};

  void add(Block block) { blocks.push_back(std::move(block)); }
  void heading(std::string text, int level = 2) { add(block::Heading{level, std::move(text)}); }
  void paragraph(std::string text) { add(block::Paragraph{std::move(text)}); }
};

/// The page as one HTML file that needs nothing beside it: styles, script, charts (Chart.js) and pictures are inside.
/// It follows the reader's light or dark theme and fits a phone.
/// \throws Error if a table's row is not as long as its head, a series has not as many x as y, or a name is not unique
std::string to_html(const Page& page);

}  // namespace mdsm::report
