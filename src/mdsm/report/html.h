#pragma once

#include <string>
#include <string_view>

namespace mdsm::html {

/// The text with &, <, >, " and ' written so that it stands for itself in an element and in a quoted attribute.
std::string escaped(std::string_view text);

/// Escaped text in which `code`, **strong** and [text](address) have become elements. A mark without its partner, and
/// an address that is neither relative nor http(s) nor mailto, stand for themselves.
std::string inline_markup(std::string_view text);

/// The text without the marks that inline_markup reads, not escaped: for attributes and the browser's title.
std::string without_markup(std::string_view text);

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);

/// JSON text made safe inside <script>: no '<' remains, and it says the same.
std::string script_json(std::string json);

/// Letters and digits of the text in lower case, '-' for all between: for an element's id. "part" if there are none.
std::string slug(std::string_view text);

/// Whether a table's cell is a number: digits with sign, point, exponent, thousands, "±" and a unit of % at most.
bool is_number(std::string_view cell);

}  // namespace mdsm::html
