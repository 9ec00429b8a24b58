#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mdsm {

/// Brackets and braces that may stand one within another: what this program writes nests four deep. Copies, prints and
/// destructors of a value go down by calling themselves, so a text that nests a hundred thousand deep ends the stack.
inline constexpr int64_t kMostNestedJson = 64;

/// The most that brackets and braces nest in a text of JSON; those inside of quotes do not count.
int64_t nesting_of_json(std::string_view text);

/// A text of JSON, whoever wrote it; discarded where it is none, or nests deeper than kMostNestedJson.
/// \tparam Json  nlohmann::json or ordered_json (this header needs neither)
template <class Json> Json parse_json(std::string_view text) {
  if (nesting_of_json(text) > kMostNestedJson) return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

/// A value as text; bytes that are not UTF-8 (a file's name, a typed word) become replacement characters.
/// \param indent  spaces a level; negative: all on one line
template <class Json> std::string dump_json(const Json& value, int indent = -1) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// Whether a value of JSON holds a Value without loss: 1.5 is no integer, and a text no number.
template <class Value, class Json> bool holds_json(const Json& value) {
  if constexpr (std::is_same_v<Value, bool>) return value.is_boolean();
  else if constexpr (std::is_integral_v<Value>)
    return value.is_number_unsigned()
               ? std::in_range<Value>(value.template get<uint64_t>())
               : value.is_number_integer() && std::in_range<Value>(value.template get<int64_t>());
  else if constexpr (std::is_floating_point_v<Value>) return value.is_number();
  else return value.is_string();
}

/// What an object has under a name; `otherwise` where it has nothing, or something of another kind.
template <class Value, class Json> Value value_in(const Json& object, std::string_view name, Value otherwise) {
  const auto found = object.find(name);
  return found != object.end() && holds_json<Value>(*found) ? found->template get<Value>() : std::move(otherwise);
}

}  // namespace mdsm
