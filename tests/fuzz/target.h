#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mdsm::fuzz {

/// A reader of strangers' bytes. It may refuse them with an mdsm::Error; anything else is a fault.
struct Target {
  std::string name;  ///< also of its folder in tests/fuzz/corpus
  void (*read)(std::string_view bytes);
};

const std::vector<Target>& targets();

/// Runs the target.
/// \return the text of the Error by which it refused the bytes; "" if it took them
std::string refusal(const Target& target, std::string_view bytes);

/// A file of this name with these bytes, in a folder of this process; the same name is overwritten.
std::filesystem::path file_of(std::string_view bytes, const std::string& name);

std::vector<Target> format_targets();
std::vector<Target> data_targets();
std::vector<Target> run_targets();

}  // namespace mdsm::fuzz
