#include "mdsm/cli/word_checks.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "mdsm/base/nearest.h"
#include "mdsm/config/limits.h"

namespace mdsm::cli {
namespace {

constexpr size_t kLongestWord = 80;

template <class Number> std::optional<Number> parsed(const std::string& word) {
  Number value{};
  const char* begin = word.data() + (word.starts_with('+') && !word.starts_with("+-") ? 1 : 0);
  const char* end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(begin, end, value);
  if (word.empty() || error != std::errc() || stopped != end) return {};
  return value;
}

/// " (expected at least 1)"; empty where anything goes.
std::string expectation(const Limits& limits) {
  const std::string text = to_text(limits);
  return text.empty() ? "" : fmt::format(" (expected {})", text);
}

/// Digits behind a sign: a number, however many there are.
bool is_whole(const std::string& word) {
  const size_t first = word.starts_with('-') || word.starts_with('+') ? 1 : 0;
  return word.size() > first && word.find_first_not_of("0123456789", first) == std::string::npos;
}

std::string integer_complaint(const Limits& limits, const std::string& word) {
  const std::optional<int64_t> value = integer_of(word);
  if (!value && is_whole(word)) return fmt::format("{} needs more than 64 bits{}", quoted(word), expectation(limits));
  if (!value) return fmt::format("{} is not an integer{}", quoted(word), expectation(limits));
  const Limits own = limits_for(limits, *value);
  return within(own, static_cast<double>(*value)) ? "" : word + expectation(own);
}

std::string number_complaint(const Limits& limits, const std::string& word) {
  const std::optional<double> value = number_of(word);
  if (!value) return fmt::format("{} is not a number{}", quoted(word), expectation(limits));
  if (!std::isfinite(*value)) return fmt::format("{} is not a finite number{}", quoted(word), expectation(limits));
  const Limits own = limits_for(limits, *value);
  return within(own, *value) ? "" : word + expectation(own);
}

std::string text_complaint(const Limits& limits, const std::string& word) {
  if (!limits.choices.empty() && !within(limits, word))
    return fmt::format("{} is not {}.{}", quoted(word), to_text(limits), did_you_mean(word, limits.choices));
  return word.empty() ? "'' is empty (expected a text)" : "";
}

std::string flag_complaint(const std::string& word) {
  return word == "true" || word == "false"
             ? ""
             : fmt::format("{}: it takes no value (a flag is given or not)", quoted(word));
}

/// The limits in the short form of a help page.
std::string short_text(const Limits& limits, bool whole) {
  if (!limits.choices.empty()) return fmt::format("{{{}}}", fmt::join(limits.choices, ","));
  if (!std::isinf(limits.max)) return fmt::format("in [{}, {}]", limits.min, limits.max);
  if (limits.min == 0) return limits.open_min ? "POSITIVE" : "NONNEGATIVE";
  return whole && limits.min == 1 ? "POSITIVE" : to_text(limits);
}

bool by_the_parser(const CLI::Option& option) {
  const std::vector<std::string>& names = option.get_lnames();
  return !names.empty() && (names[0] == "help" || names[0] == "version" || names[0].starts_with("help-"));
}

}  // namespace

std::optional<int64_t> integer_of(const std::string& word) { return parsed<int64_t>(word); }

std::optional<double> number_of(const std::string& word) { return parsed<double>(word); }

std::string quoted(const std::string& word) {
  return word.size() <= kLongestWord ? "'" + word + "'" : "'" + word.substr(0, kLongestWord) + "...'";
}

CLI::Validator integers(const Limits& limits) {
  return {[limits](std::string& word) { return integer_complaint(limits, word); }, short_text(limits, true)};
}

CLI::Validator numbers(const Limits& limits) {
  return {[limits](std::string& word) { return number_complaint(limits, word); }, short_text(limits, false)};
}

CLI::Validator texts(const Limits& limits) {
  return {[limits](std::string& word) { return text_complaint(limits, word); }, short_text(limits, false)};
}

void check_words(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (by_the_parser(*option)) continue;
    const std::string type = option->get_type_name();
    if (option->get_items_expected_max() == 0) {
      option->check(CLI::Validator([](std::string& word) { return flag_complaint(word); }, ""));
    } else if (type.starts_with("TEXT")) {
      option->check(texts());
    } else if (type.starts_with("FLOAT")) {
      option->check(numbers({}));
    } else {
      option->check(integers({}));
    }
  }
}

}  // namespace mdsm::cli
