#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mdsm {

/// Number of single-character insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`
/// (optimal string alignment distance).
size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to a mistyped name, or "" if none is near (more than a third of its letters differ).
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

/// " Did you mean 'batch'?" or "" : the end of an error text about a mistyped name.
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

}  // namespace mdsm
