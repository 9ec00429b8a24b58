#include "mdsm/formats/npy_header.h"

#include <array>
#include <charconv>
#include <optional>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY", 6};

/// Kind and bytes of an element, as in NumPy's "<f4", without the order of its bytes.
struct TypeName {
  std::string_view name;
  at::ScalarType type;
};
constexpr std::array<TypeName, 12> kTypes{{{"u1", at::kByte},
                                           {"i1", at::kChar},
                                           {"b1", at::kBool},
                                           {"u2", at::kUInt16},
                                           {"i2", at::kShort},
                                           {"u4", at::kUInt32},
                                           {"i4", at::kInt},
                                           {"u8", at::kUInt64},
                                           {"i8", at::kLong},
                                           {"f2", at::kHalf},
                                           {"f4", at::kFloat},
                                           {"f8", at::kDouble}}};

/// Reads the Python dictionary {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, keys in any order.
class DictionaryParser {
 public:
  DictionaryParser(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  NpyHeader parse() {
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted();
      expect(':');
      read_value(key);
      if (!accept(',') && peek() != '}') reject_damaged();
    }
    skip_spaces();
    if (!text_.empty() || !has_type_ || !has_order_ || !has_shape_) reject_damaged();
    return header_;
  }

 private:
  [[noreturn]] void reject_damaged() const {
    reject(
        "{}: the .npy header is damaged (no dictionary of descr, fortran_order and shape). "
        "Write it again with numpy.save.",
        what_);
  }

  void skip_spaces() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\n')) text_.remove_prefix(1);
  }
  char peek() {
    skip_spaces();
    return text_.empty() ? '\0' : text_[0];
  }
  bool accept(char wanted) {
    if (peek() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) reject_damaged();
  }
  bool accept(std::string_view word) {
    skip_spaces();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  std::string_view quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') reject_damaged();
    const size_t end = text_.find(quote, 1);
    if (end == std::string_view::npos) reject_damaged();
    const std::string_view inside = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return inside;
  }

  void read_value(std::string_view key) {
    if (key == "descr" && !has_type_) {
      has_type_ = true;
      read_type();
    } else if (key == "fortran_order" && !has_order_) {
      has_order_ = true;
      if (accept("True")) {
        header_.order = NpyOrder::columns_first;
      } else if (!accept("False")) {
        reject_damaged();
      }
    } else if (key == "shape" && !has_shape_) {
      has_shape_ = true;
      read_shape();
    } else {
      reject_damaged();
    }
  }

  void read_type() {
    if (peek() == '[') {
      header_.readable = false;
      header_.descr = record();
      return;
    }
    header_.descr = quoted();
    const std::string_view name = std::string_view(header_.descr).substr(std::min<size_t>(header_.descr.size(), 1));
    const char order = header_.descr.empty() ? '\0' : header_.descr[0];
    const auto* known = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& at) { return at.name == name; });
    const bool one_byte = name.ends_with('1');
    header_.readable = known != kTypes.end() && (order == '<' || order == '>' || (one_byte && order == '|'));
    if (!header_.readable) return;
    header_.type = known->type;
    header_.swapped = order == '>' && !one_byte;
  }

  /// The list of fields of a record: "[('a', '<f4'), ('b', '<i8')]".
  std::string record() {
    int depth = 0;
    for (size_t at = 0; at < text_.size(); ++at) {
      if (text_[at] == '[') ++depth;
      if (text_[at] == ']' && --depth == 0) {
        const std::string list(text_.substr(0, at + 1));
        text_.remove_prefix(at + 1);
        return list;
      }
    }
    reject_damaged();
  }

  void read_shape() {
    expect('(');
    while (!accept(')')) {
      skip_spaces();
      int64_t size = -1;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (error != std::errc() || size < 0) reject_damaged();
      text_.remove_prefix(static_cast<size_t>(end - text_.data()));
      header_.shape.push_back(size);
      if (!accept(',') && peek() != ')') reject_damaged();
    }
  }

  std::string_view text_;
  std::string_view what_;
  NpyHeader header_;
  bool has_type_ = false;
  bool has_order_ = false;
  bool has_shape_ = false;
};

/// Bytes of all elements, or nothing if a product of sizes overflows (a zero among them does not excuse the others).
std::optional<int64_t> byte_count(const NpyHeader& header) {
  if (!header.readable) return 0;
  auto nonzero = static_cast<int64_t>(c10::elementSize(header.type));
  bool empty = false;
  for (int64_t size : header.shape) {
    empty |= size == 0;
    if (__builtin_mul_overflow(nonzero, std::max<int64_t>(size, 1), &nonzero)) return std::nullopt;
  }
  return empty ? 0 : nonzero;
}

}  // namespace

NpyHeader parse_npy_header(std::string_view bytes, std::string_view what) {
  require(bytes.starts_with(kMagic), "{} is not a .npy file (it does not begin with \\x93NUMPY).", what);
  require(bytes.size() >= 12, "{}: the .npy header is cut short.", what);
  const auto byte_at = [&](size_t at) { return static_cast<int64_t>(static_cast<unsigned char>(bytes[at])); };
  const int64_t version = byte_at(6);
  require(version >= 1 && version <= 3, "{}: the .npy format is version {} (read are 1 to 3).", what, version);
  const int64_t prefix = version == 1 ? 10 : 12;
  int64_t length = byte_at(8) | byte_at(9) << 8;
  if (version > 1) length |= byte_at(10) << 16 | byte_at(11) << 24;
  require(prefix + length <= kNpyHeaderLimit, "{}: the .npy header claims {} bytes (at most {} are read).", what,
          length, kNpyHeaderLimit);
  require(prefix + length <= static_cast<int64_t>(bytes.size()), "{}: the .npy header is cut short.", what);

  NpyHeader header =
      DictionaryParser(bytes.substr(static_cast<size_t>(prefix), static_cast<size_t>(length)), what).parse();
  const std::optional<int64_t> data_bytes = byte_count(header);
  require(data_bytes.has_value(), "{}: the .npy header claims shape {} (more than any memory holds).", what,
          to_text(header.shape));
  header.header_bytes = prefix + length;
  header.data_bytes = *data_bytes;
  return header;
}

void require_readable(const NpyHeader& header, std::string_view what) {
  if (header.readable) return;
  if (header.descr.starts_with('[')) {
    reject("{}: the array holds records. Save plain numbers: one .npy for each field.", what);
  }
  if (header.descr.find('O') != std::string::npos) {
    reject("{}: the array holds Python objects (they would have to be unpickled, which runs code). Save plain numbers.",
           what);
  }
  reject(
      "{}: the array has NumPy type '{}' (read are whole numbers of 1 to 8 bytes, f2, f4, f8 and b1). Save it as "
      "a.astype('<f4').",
      what, header.descr);
}

std::string format_npy_header(at::ScalarType type, at::IntArrayRef shape) {
  const auto* known =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& name) { return name.type == type; });
  require(known != kTypes.end(),
          "an array of type {} has no .npy form here (written are whole numbers, float16, float32, float64 and bool). "
          "Convert it.",
          toString(type));
  const char* comma = shape.size() == 1 ? "," : "";
  std::string dictionary = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                       known->name.ends_with('1') ? '|' : '<', known->name,
                                       fmt::join(shape.begin(), shape.end(), ", "), comma);
  constexpr size_t kPrefix = 10;
  constexpr size_t kAlignment = 64;
  const size_t total = (kPrefix + dictionary.size() + 1 + kAlignment - 1) / kAlignment * kAlignment;
  dictionary.resize(total - kPrefix - 1, ' ');
  dictionary += '\n';

  std::string header(kMagic);
  header += '\x01';
  header += '\x00';
  header += static_cast<char>(dictionary.size() & 0xff);
  header += static_cast<char>(dictionary.size() >> 8);
  return header + dictionary;
}

}  // namespace mdsm
