#include "mdsm/config/toml_nesting.h"

#include <algorithm>

namespace mdsm {
namespace {

/// Past the string that begins at `at`, by the rules of TOML: "..." and """...""" take \ as an escape, '...' and
/// '''...''' do not; the short ones end with their line.
size_t skip_string(std::string_view text, size_t at) {
  const char quote = text[at];
  const std::string_view triple = quote == '"' ? R"(""")" : "'''";
  const bool is_long = text.substr(at).starts_with(triple);
  at += is_long ? 3 : 1;
  while (at < text.size()) {
    if (quote == '"' && text[at] == '\\') {
      at += 2;
    } else if (is_long && text.substr(at).starts_with(triple)) {
      return at + 3;
    } else if (!is_long && (text[at] == quote || text[at] == '\n')) {
      return at + 1;
    } else {
      ++at;
    }
  }
  return text.size();
}

}  // namespace

int64_t line_of_deep_toml(std::string_view text) {
  int64_t brackets = 0;
  int64_t dots = 0;  // since the last character that ends a key
  for (size_t i = 0; i < text.size();) {
    const char letter = text[i];
    if (letter == '#') {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if (letter == '"' || letter == '\'') {
      i = skip_string(text, i);
      continue;
    }
    if (letter == '[' || letter == '{') ++brackets;
    if (letter == ']' || letter == '}') --brackets;
    if (letter == '.') ++dots;
    else if (letter == '\n' || letter == ',' || letter == '=' || letter == '{') dots = 0;
    if (brackets + dots > kMostNestedToml)
      return 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(i), '\n');
    ++i;
  }
  return 0;
}

}  // namespace mdsm
