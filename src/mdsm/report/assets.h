#pragma once

#include <string_view>

/// Files that every page carries, put into the library when it is built (cmake/EmbedFile.cmake).
namespace mdsm::assets {

extern const std::string_view kPageCss;  ///< assets/page.css
extern const std::string_view kPageJs;   ///< assets/page.js
extern const std::string_view kChartJs;  ///< Chart.js 3 (MIT licence), minified, with its licence comment

}  // namespace mdsm::assets
