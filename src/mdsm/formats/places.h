#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mdsm {

/// Whether there is anything, or a folder, at this path. False too for what may not be looked at: std::filesystem's own
/// exceptions are none of this library's.
bool is_present(const std::filesystem::path& path);
bool is_folder(const std::filesystem::path& path);

// Where results are to go, looked at before anything is computed: a name that cannot be written is an error at once, not
// after hours. Nothing is made.

/// \param option   opens the error text: "grid"
/// \param endings  what the name may end in: {".png", ".apng"}; empty: anything
/// \throws Error if the name has another ending, is a folder, or lies in a folder that is not there or may not be written
void require_file_place(std::string_view option, const std::filesystem::path& file,
                        const std::vector<std::string>& endings = {});

/// \param option  opens the error text: "out"
/// \throws Error if there is a file of that name, the name is that of a file by its ending ("x.npz"), or the nearest
/// folder above that exists may not be written
void require_folder_place(std::string_view option, const std::filesystem::path& folder);

}  // namespace mdsm
