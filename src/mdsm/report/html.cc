#include "mdsm/report/html.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace mdsm::html {
namespace {

enum class Output { html, plain };

bool starts_with_no_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

/// Whether a link may lead there: no script hides behind it.
bool is_safe_address(std::string_view address) {
  if (address.empty() || std::any_of(address.begin(), address.end(), [](char c) { return c <= ' ' && c >= 0; }))
    return false;
  for (const std::string_view scheme : {"http://", "https://", "mailto:"})
    if (starts_with_no_case(address, scheme)) return true;
  return address.substr(0, address.find_first_of("/?#")).find(':') == std::string_view::npos;
}

std::string text_of(std::string_view text, Output output) {
  return output == Output::html ? escaped(text) : std::string(text);
}

std::string element(std::string_view open, const std::string& content, std::string_view close, Output output) {
  if (output == Output::plain) return content;
  return std::string(open).append(content).append(close);
}

std::string marked(std::string_view text, Output output);

/// What a mark at the front of `text` encloses, written out; `used` is its length, 0 where there is no whole mark.
std::string mark(std::string_view text, Output output, size_t& used) {
  used = 0;
  const auto partner = [&](std::string_view end, size_t from) { return text.find(end, from); };
  if (text.starts_with('`')) {
    const size_t end = partner("`", 1);
    if (end == std::string_view::npos || end == 1) return {};
    used = end + 1;
    return element("<code>", text_of(text.substr(1, end - 1), output), "</code>", output);
  }
  if (text.starts_with("**")) {
    const size_t end = partner("**", 2);
    if (end == std::string_view::npos || end == 2) return {};
    used = end + 2;
    return element("<strong>", marked(text.substr(2, end - 2), output), "</strong>", output);
  }
  if (!text.starts_with('[')) return {};
  const size_t middle = partner("](", 1);
  const size_t end = middle == std::string_view::npos ? middle : partner(")", middle);
  if (end == std::string_view::npos) return {};
  const std::string_view address = text.substr(middle + 2, end - middle - 2);
  if (!is_safe_address(address)) return {};
  used = end + 1;
  return element("<a href=\"" + escaped(address) + "\">", marked(text.substr(1, middle - 1), output), "</a>", output);
}

std::string marked(std::string_view text, Output output) {
  std::string out;
  while (!text.empty()) {
    const size_t plain = std::min(text.find_first_of("`*["), text.size());
    out += text_of(text.substr(0, plain), output);
    text.remove_prefix(plain);
    if (text.empty()) break;
    size_t used = 0;
    out += mark(text, output, used);
    if (used == 0) {
      // A whole run of marks without a partner: "**" must not be tried again as "*" and "*".
      used = text.starts_with("**") ? 2 : 1;
      out += text_of(text.substr(0, used), output);
    }
    text.remove_prefix(used);
  }
  return out;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string inline_markup(std::string_view text) { return marked(text, Output::html); }

std::string without_markup(std::string_view text) { return marked(text, Output::plain); }

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (size_t k = 0; k < 4; ++k) out += k <= count ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::string script_json(std::string json) {
  for (size_t at = json.find('<'); at != std::string::npos; at = json.find('<', at)) json.replace(at, 1, "\\u003c");
  return json;
}

std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 128 && std::isalnum(byte) != 0) out += static_cast<char>(std::tolower(byte));
    else if (!out.empty() && out.back() != '-') out += '-';
  }
  if (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "part" : out;
}

bool is_number(std::string_view cell) {
  constexpr std::array<std::string_view, 4> kBetween{"±", "−", "%", "×"};
  if (cell == "nan" || cell == "inf" || cell == "-inf") return true;
  bool has_digit = false;
  for (size_t i = 0; i < cell.size();) {
    const auto found = std::find_if(kBetween.begin(), kBetween.end(),
                                    [&](std::string_view mark) { return cell.substr(i).starts_with(mark); });
    const char c = cell[i];
    const bool digit = c >= '0' && c <= '9';
    const bool exponent = c == 'e' && has_digit && i + 1 < cell.size() &&
                          std::string_view("+-0123456789").find(cell[i + 1]) != std::string_view::npos;
    if (!digit && !exponent && found == kBetween.end() && std::string_view("+-., ").find(c) == std::string_view::npos)
      return false;
    has_digit = has_digit || digit;
    i += found == kBetween.end() ? 1 : found->size();
  }
  return has_digit;
}

}  // namespace mdsm::html
