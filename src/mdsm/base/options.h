#pragma once

#include <limits>
#include <string>
#include <vector>

namespace mdsm {

/// What values an option may take: numbers within [min, max] (or above `min` if it is open), names out of `choices`.
struct Limits {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool open_min = false;
  std::vector<std::string> choices;
};

inline Limits any() { return {}; }
inline Limits at_least(double min) { return {.min = min, .choices = {}}; }
inline Limits above(double min) { return {.min = min, .open_min = true, .choices = {}}; }
inline Limits between(double min, double max) { return {.min = min, .max = max, .choices = {}}; }
inline Limits one_of(std::vector<std::string> choices) { return {.choices = std::move(choices)}; }

// A table of options is a plain struct, declared once, where it is used:
//
//     struct NoiseOptions {
//       double sigma_min = 0.1;
//       template <class Option>
//       void visit(Option&& option) {
//         option("sigma_min", sigma_min, "smallest noise level, in units of the data", above(0));
//       }
//     };
//
// Reading TOML, --set, writing the resolved experiment, JSON and the reference page are visitors (config/). The types
// are bool, int64_t, double, std::string and vectors of the last three.

}  // namespace mdsm
