#include "mdsm/report/markdown.h"

#include <fmt/format.h>

#include "mdsm/formats/file.h"

namespace mdsm::report {
namespace {

namespace fs = std::filesystem;

/// Writes blocks one after another; pictures go to their folder on the way.
class MarkdownWriter {
 public:
  MarkdownWriter(fs::path folder, std::string pictures, std::string html)
      : folder_(std::move(folder)), pictures_(std::move(pictures)), html_(std::move(html)) {}

  void operator()(const block::Heading& heading) {
    paragraph(std::string(static_cast<size_t>(heading.level), '#') + " " + heading.text);
  }
  void operator()(const block::Paragraph& text) { paragraph(text.text); }
  void operator()(const block::Code& code) { paragraph("```sh\n" + code.text + "\n```"); }
  void operator()(const block::Table& table) {
    std::string rule = "|";
    for (size_t i = 0; i < table.head.size(); ++i) rule += "---|";
    std::string text = row(table.head) + rule + "\n";
    for (const auto& cells : table.rows) text += row(cells);
    text.pop_back();
    paragraph(text);
    if (!table.caption.empty()) paragraph(table.caption);
  }
  void operator()(const block::Picture& picture) {
    paragraph(image(picture));
    if (!picture.caption.empty()) paragraph("*" + picture.caption + "*");
  }
  void operator()(const block::Gallery& gallery) {
    for (const block::Picture& picture : gallery.pictures) (*this)(picture);
    if (!gallery.caption.empty()) paragraph(gallery.caption);
  }
  void operator()(const block::Slider& slider) {
    if (!slider.pictures.empty()) (*this)(slider.pictures.back());
    if (!slider.caption.empty()) paragraph(slider.caption);
  }
  void operator()(const block::Chart& chart) { paragraph(fmt::format("[Chart]({}): {}", html_, chart.caption)); }

  const std::string& text() const { return text_; }
  void paragraph(const std::string& text) { text_ += (text_.empty() ? "" : "\n") + text + "\n"; }

 private:
  static std::string row(const std::vector<std::string>& cells) {
    std::string text = "|";
    for (const std::string& cell : cells) {
      text += ' ';
      for (const char c : cell) text += c == '|' ? "\\|" : c == '\n' ? " " : std::string(1, c);
      text += " |";
    }
    return text + "\n";
  }
  std::string image(const block::Picture& picture) {
    make_folders(folder_ / pictures_);
    const std::string name = pictures_ + "/" + picture.name + ".png";
    write_file_atomically(folder_ / name, picture.png);
    return fmt::format("![{}]({})", picture.alt, name);
  }

  fs::path folder_;
  std::string pictures_;
  std::string html_;
  std::string text_;
};

}  // namespace

void write_markdown(const Page& page, const fs::path& file, const std::string& pictures, const std::string& html) {
  MarkdownWriter writer(file.parent_path(), pictures, html);
  writer.paragraph("# " + page.title);
  if (!page.summary.empty()) writer.paragraph(page.summary);
  for (const Block& block : page.blocks) std::visit(writer, block);
  write_file_atomically(file, writer.text());
}

}  // namespace mdsm::report
