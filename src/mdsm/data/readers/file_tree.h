#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mdsm {

// The files of a folder, or of a .zip, .tar or .tar.gz without unpacking it, or of a folder within one ("x.zip/train"), by
// their paths inside, '/' between folders. Links are followed; hidden folders are gone into too (image_tree.h knows what
// is visible).

/// Whether the path leads into an archive.
bool is_inside_archive(const std::filesystem::path& path);

/// Paths of all files, in any order.
/// \throws Error if it is neither, is damaged, or cannot be listed
std::vector<std::string> list_files(const std::filesystem::path& where);

/// Goes once through the files that are wanted.
/// \param action  takes the path, and a function that reads the bytes, to be called at most once and before the next
///                file; it throws an Error where the file cannot be read
/// \throws Error if the archive is damaged, or what the action throws
void for_each_file(
    const std::filesystem::path& where, const std::vector<std::string>& wanted,
    const std::function<void(const std::string& path, const std::function<std::string()>& read)>& action);

}  // namespace mdsm
