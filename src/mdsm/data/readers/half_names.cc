#include "mdsm/data/readers/half_names.h"

#include <cctype>

namespace mdsm {

std::string in_small_letters(std::string_view name) {
  std::string small(name);
  for (char& letter : small) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return small;
}

bool is_validation_name(std::string_view folder) {
  const std::string name = in_small_letters(folder);
  return name == "val" || name == "valid" || name == "validation";
}

std::optional<Split> half_of_name(std::string_view folder) {
  const std::string name = in_small_letters(folder);
  if (name == "train" || name == "training") return Split::train;
  if (name == "test" || name == "testing" || is_validation_name(name)) return Split::test;
  return std::nullopt;
}

}  // namespace mdsm
