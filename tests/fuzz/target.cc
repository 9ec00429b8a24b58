#include "fuzz/target.h"

#include "mdsm/base/error.h"
#include "support/temp_dir.h"

namespace mdsm::fuzz {

const std::vector<Target>& targets() {
  static const std::vector<Target> all = [] {
    std::vector<Target> list = format_targets();
    for (auto more : {data_targets, run_targets})
      for (Target& target : more()) list.push_back(std::move(target));
    return list;
  }();
  return all;
}

std::string refusal(const Target& target, std::string_view bytes) {
  try {
    target.read(bytes);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

std::filesystem::path file_of(std::string_view bytes, const std::string& name) {
  static const testing::TempDir folder;
  testing::write_bytes(folder / name, std::string(bytes));
  return folder / name;
}

}  // namespace mdsm::fuzz
