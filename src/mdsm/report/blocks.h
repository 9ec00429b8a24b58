#pragma once

#include <string>

#include "mdsm/report/page.h"

namespace mdsm::report {

/// The blocks of a page as HTML elements, for one page: ids that are made from texts are kept apart.
class BlockWriter {
 public:
  std::string operator()(const block::Heading& heading);
  std::string operator()(const block::Paragraph& paragraph);
  std::string operator()(const block::Code& code);
  std::string operator()(const block::Table& table);
  std::string operator()(const block::Picture& picture);
  std::string operator()(const block::Gallery& gallery);
  std::string operator()(const block::Slider& slider);
  std::string operator()(const block::Chart& chart);

  /// Links to the sections written so far: <li> elements.
  const std::string& contents() const { return contents_; }

 private:
  std::string id_for(const std::string& text);

  std::string contents_;
  std::vector<std::string> ids_;
  int sliders_ = 0;
};

}  // namespace mdsm::report
