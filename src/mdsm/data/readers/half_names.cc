#include "mdsm/data/readers/half_names.h"

#include "mdsm/base/text.h"

namespace mdsm {

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
