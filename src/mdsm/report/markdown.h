#pragma once

#include <filesystem>
#include <string>

#include "mdsm/report/page.h"

namespace mdsm::report {

/// Writes the page as Markdown (tables of GitHub's flavour), its pictures as files beside it. Charts are left to the
/// page in HTML, which is linked; a slider shows its last picture.
/// \param pictures  folder of the pictures, below the file's own; made if it is not there
/// \param html      the same page in HTML, as seen from the file's folder
/// \throws Error as write_file_atomically does
void write_markdown(const Page& page, const std::filesystem::path& file, const std::string& pictures,
                    const std::string& html);

}  // namespace mdsm::report
