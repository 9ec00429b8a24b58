// JSON from and into an OptionList: how a checkpoint carries its experiment.

#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/config/option_list.h"
#include "mdsm/formats/json_text.h"

namespace mdsm {
namespace {

using Json = nlohmann::ordered_json;

OptionValue value_of(const Json& json, std::string_view where) {
  if (json.is_boolean()) return json.get<bool>();
  if (holds_json<int64_t>(json)) return json.get<int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  require(json.is_array(), "{}: the value is neither number, text, truth value nor list.", where);
  const auto all = [&](auto is) { return std::all_of(json.begin(), json.end(), is); };
  if (all([](const Json& part) { return holds_json<int64_t>(part); })) return json.get<std::vector<int64_t>>();
  if (all([](const Json& part) { return part.is_number(); })) return json.get<std::vector<double>>();
  require(all([](const Json& part) { return part.is_string(); }), "{}: the list mixes types.", where);
  return json.get<std::vector<std::string>>();
}

}  // namespace

std::string to_json(const OptionList& options) {
  Json json = Json::object();
  for (const OptionEntry& entry : options.entries()) {
    json[entry.table][entry.name] = std::visit([](auto* variable) { return Json(*variable); }, entry.variable);
  }
  return dump_json(json);
}

void read_json(std::string_view text, const std::string& origin, const OptionList& options) {
  const Json json = parse_json<Json>(text);
  require(json.is_object(), "{}: the experiment is not a JSON object.", origin);
  for (const auto& [table, keys] : json.items()) {
    require(keys.is_object(), "{}: '{}' is not a table of options.", origin, table);
    for (const auto& [key, value] : keys.items()) {
      const std::string where = fmt::format("{}: {}.{}", origin, table, key);
      options.find(table, key, origin).assign(value_of(value, where), where);
    }
  }
}

}  // namespace mdsm
