#pragma once

#include <cstdint>
#include <string_view>

namespace mdsm {

/// Tables, lists and parts of dotted keys that may lie one within another; an experiment needs two.
inline constexpr int64_t kMostNestedToml = 32;

/// The line, counted from 1, at which a text of TOML may nest deeper than kMostNestedToml: by brackets and braces, or by
/// a key of many dots. 0 where it does not. The parser builds a table a dot, and tables are destroyed by calling
/// themselves: a key of a hundred thousand dots ends the stack.
int64_t line_of_deep_toml(std::string_view text);

}  // namespace mdsm
