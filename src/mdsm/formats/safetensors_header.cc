#include "mdsm/formats/safetensors_header.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/formats/json_text.h"

namespace mdsm {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMetadata = "__metadata__";
/// More axes than this no tensor has; LibTorch's loops stop at 64.
constexpr size_t kMaxAxes = 64;
/// Braces and brackets of a header nest two deep; fields of other writers may nest a little more.
constexpr int kMaxDepth = 8;

constexpr std::array<std::pair<std::string_view, at::ScalarType>, 10> kTypes{{{"F64", at::kDouble},
                                                                              {"F32", at::kFloat},
                                                                              {"F16", at::kHalf},
                                                                              {"BF16", at::kBFloat16},
                                                                              {"I64", at::kLong},
                                                                              {"I32", at::kInt},
                                                                              {"I16", at::kShort},
                                                                              {"I8", at::kChar},
                                                                              {"U8", at::kByte},
                                                                              {"BOOL", at::kBool}}};

std::vector<std::string> type_names() {
  std::vector<std::string> names;
  for (const auto& [name, type] : kTypes) names.emplace_back(name);
  return names;
}

/// Throws unless a * b fits; both are >= 0.
int64_t checked_product(int64_t a, int64_t b, std::string_view who) {
  int64_t product = 0;
  require(!__builtin_mul_overflow(a, b, &product), "{}: the size overflows 64 bits. The file is damaged.", who);
  return product;
}

/// Reads the JSON text; unlike the plain parser it rejects repeated keys and deep nesting.
Json parse_json(std::string_view text, std::string_view who) {
  std::vector<std::set<std::string>> keys;
  const auto check = [&](int depth, Json::parse_event_t event, Json& value) {
    require(depth <= kMaxDepth, "{}: the header nests too deeply. The file is damaged.", who);
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& name = value.get_ref<const std::string&>();
      require(keys.back().insert(name).second, "{}: the header names '{}' twice. The file is damaged.", who, name);
    }
    return true;
  };
  try {
    return Json::parse(text, check);
  } catch (const Json::parse_error& error) {
    reject("{}: the header is not valid JSON (at its byte {}). The file is damaged or of another format.", who,
           error.byte);
  } catch (const Json::exception&) {
    reject("{}: a number of the header is out of range. The file is damaged.", who);
  }
}

/// A list of integers within 0 .. 2^63 - 1.
std::vector<int64_t> read_sizes(const Json& entry, const char* key, std::string_view who) {
  const auto found = entry.find(key);
  require(found != entry.end(), "{} has no '{}'. The file is damaged.", who, key);
  require(found->is_array() && found->size() <= kMaxAxes, "{}: '{}' is not a list of at most {} integers.", who, key,
          kMaxAxes);
  std::vector<int64_t> sizes;
  for (const Json& item : *found) {
    require(item.is_number_unsigned() && std::in_range<int64_t>(item.get<uint64_t>()),
            "{}: '{}' holds {} (expected integers of 0 to 2^63 - 1).", who, key, dump_json(item));
    sizes.push_back(item.get<int64_t>());
  }
  return sizes;
}

at::ScalarType read_type(const Json& entry, std::string_view who) {
  const auto found = entry.find("dtype");
  require(found != entry.end() && found->is_string(), "{} has no 'dtype' that is a text. The file is damaged.", who);
  const std::string name = found->get<std::string>();
  const auto type = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& known) { return known.first == name; });
  require(type != kTypes.end(), "{} has the type '{}' (known: {}).{}", who, name, fmt::join(type_names(), ", "),
          did_you_mean(name, type_names()));
  return type->second;
}

/// Bytes of a tensor, checked; empty axes count as 1 on the way so that strides fit too.
int64_t checked_byte_count(const Shape& shape, at::ScalarType type, std::string_view who) {
  auto strides = static_cast<int64_t>(c10::elementSize(type));
  for (int64_t size : shape) strides = checked_product(strides, std::max<int64_t>(size, 1), who);
  return std::count(shape.begin(), shape.end(), 0) > 0 ? 0 : strides;
}

SafeTensorInfo read_info(const std::string& name, const Json& entry, int64_t data_size, std::string_view file) {
  const std::string who = fmt::format("{}: tensor '{}'", file, name);
  require(entry.is_object(), "{} is described by {} (expected an object). The file is damaged.", who,
          entry.type_name());
  SafeTensorInfo info{name, read_type(entry, who), read_sizes(entry, "shape", who), 0};
  const std::vector<int64_t> offsets = read_sizes(entry, "data_offsets", who);
  require(offsets.size() == 2, "{} has {} data offsets (expected begin and end).", who, offsets.size());
  require(offsets[0] <= offsets[1] && offsets[1] <= data_size,
          "{} lies at bytes {} to {} of {} (was the file cut short?). Copy or download it again.", who, offsets[0],
          offsets[1], data_size);
  const int64_t expected = checked_byte_count(info.shape, info.type, who);
  require(offsets[1] - offsets[0] == expected, "{} has {} bytes for shape {} of {} (expected {}).", who,
          offsets[1] - offsets[0], to_text(info.shape), safetensors_type_name(info.type), expected);
  info.offset = offsets[0];
  return info;
}

std::map<std::string, std::string> read_metadata(const Json& entry, std::string_view who) {
  require(entry.is_object(), "{}: {} is {} (expected an object of texts).", who, kMetadata, entry.type_name());
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : entry.items()) {
    require(value.is_string(), "{}: {} holds {} for '{}' (expected a text).", who, kMetadata, value.type_name(), key);
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

/// Throws unless the tensors, sorted by offset, fill the data exactly.
void require_gapless(const std::vector<SafeTensorInfo>& tensors, int64_t data_size, std::string_view who) {
  int64_t end = 0;
  for (const SafeTensorInfo& info : tensors) {
    require(info.offset == end, "{}: tensor '{}' begins at byte {} (the one before ends at {}). The file is damaged.",
            who, info.name, info.offset, end);
    end += info.byte_count();
  }
  require(end == data_size, "{}: the tensors end at byte {} of {}. The file is damaged.", who, end, data_size);
}

}  // namespace

int64_t SafeTensorInfo::byte_count() const {
  return element_count(shape) * static_cast<int64_t>(c10::elementSize(type));
}

std::string_view safetensors_type_name(at::ScalarType type) {
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& known) { return known.second == type; });
  require(found != kTypes.end(), "safetensors: no name for the type {} (known: {}). Convert the tensor first.",
          c10::toString(type), fmt::join(type_names(), ", "));
  return found->first;
}

std::string format_safetensors_header(const SafeTensorsHeader& header) {
  std::vector<std::string> entries;
  const auto add = [&](std::string_view key, const Json& value) {
    try {
      entries.push_back(fmt::format("{}:{}", Json(key).dump(), value.dump()));
    } catch (const Json::exception&) {
      reject("safetensors: the text of '{}' is not UTF-8. Convert it first.", key);
    }
  };
  if (!header.metadata.empty()) add(kMetadata, header.metadata);
  std::set<std::string_view> names{kMetadata};
  for (const SafeTensorInfo& info : header.tensors) {
    require(names.insert(info.name).second, "safetensors: the name '{}' is taken. Give every tensor a name of its own.",
            info.name);
    add(info.name, {{"dtype", safetensors_type_name(info.type)},
                    {"shape", info.shape},
                    {"data_offsets", {info.offset, info.offset + info.byte_count()}}});
  }
  std::string text = fmt::format("{{{}}}", fmt::join(entries, ","));
  text.append((8 - text.size() % 8) % 8, ' ');
  require(std::cmp_less_equal(text.size(), kSafeTensorsHeaderLimit),
          "safetensors: the header has {} bytes (the limit is {}). Write fewer tensors or less metadata.", text.size(),
          kSafeTensorsHeaderLimit);
  return text;
}

SafeTensorsHeader parse_safetensors_header(std::string_view text, int64_t data_size, std::string_view who) {
  require(text.starts_with('{'), "{}: the header does not begin with '{{'. The file is damaged or of another format.",
          who);
  // The parser would take a zero for the end and leave the rest unread.
  require(text.find('\0') == std::string_view::npos, "{}: the header holds a zero byte. The file is damaged.", who);
  const Json json = parse_json(text, who);
  SafeTensorsHeader header;
  for (const auto& [name, entry] : json.items()) {
    if (name == kMetadata) {
      header.metadata = read_metadata(entry, who);
    } else {
      header.tensors.push_back(read_info(name, entry, data_size, who));
    }
  }
  // Empty tensors share their offset with the next one: they come first.
  std::stable_sort(header.tensors.begin(), header.tensors.end(), [](const SafeTensorInfo& a, const SafeTensorInfo& b) {
    return std::pair(a.offset, a.byte_count()) < std::pair(b.offset, b.byte_count());
  });
  require_gapless(header.tensors, data_size, who);
  return header;
}

}  // namespace mdsm
