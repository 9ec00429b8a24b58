#include "mdsm/cli/option_flags.h"

#include <algorithm>
#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/config/limits.h"

namespace mdsm::cli {
namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const OptionEntry& entry_named(const OptionList& options, const std::string& name) {
  for (const OptionEntry& entry : options.entries()) {
    if (entry.name == name) return entry;
  }
  fail("option_flags: the table has no option '{}' (a mistake of this program).", name);
}

/// The entries that become flags, in order.
std::vector<OptionEntry> chosen(const OptionList& options, const FlagChoice& choice) {
  for (const auto& [name, flag] : choice.names) entry_named(options, name);
  for (const auto& [name, help] : choice.helps) entry_named(options, name);
  for (const std::string& name : choice.except) entry_named(options, name);
  std::vector<OptionEntry> entries;
  for (const std::string& name : choice.only) entries.push_back(entry_named(options, name));
  if (!choice.only.empty()) return entries;
  for (const OptionEntry& entry : options.entries()) {
    if (!holds(choice.except, entry.name)) entries.push_back(entry);
  }
  return entries;
}

std::string told(const std::map<std::string, std::string>& texts, const std::string& name,
                 const std::string& otherwise) {
  const auto found = texts.find(name);
  return found == texts.end() ? otherwise : found->second;
}

template <class Value> struct ElementOf { using Type = Value; };
template <class Element> struct ElementOf<std::vector<Element>> { using Type = Element; };

/// The limits in the short form of a help page.
std::string short_text(const Limits& limits, bool whole) {
  if (!limits.choices.empty()) return fmt::format("{{{}}}", fmt::join(limits.choices, ","));
  if (!std::isinf(limits.max)) return fmt::format("in [{}, {}]", limits.min, limits.max);
  if (limits.min == 0) return limits.open_min ? "POSITIVE" : "NONNEGATIVE";
  return whole && limits.min == 1 ? "POSITIVE" : to_text(limits);
}

/// What is wrong with one word; empty: nothing.
template <class Element> std::string complaint(const Limits& limits, const std::string& word) {
  if constexpr (std::is_same_v<Element, std::string>) {
    if (within(limits, word)) return "";
    return fmt::format("'{}' is not {}.{}", word, to_text(limits), did_you_mean(word, limits.choices));
  } else {
    constexpr const char* kKind = std::is_same_v<Element, int64_t> ? "an integer" : "a number";
    Element value{};
    if (!CLI::detail::lexical_cast(word, value)) return fmt::format("'{}' is not {}", word, kKind);
    return within(limits, static_cast<double>(value)) ? "" : fmt::format("{} (expected {})", word, to_text(limits));
  }
}

template <class Element> void limit(CLI::Option& option, const Limits& limits) {
  const std::string text = short_text(limits, std::is_same_v<Element, int64_t>);
  option.check(CLI::Validator([limits](std::string& word) { return complaint<Element>(limits, word); }, text));
}

/// Declares the flag that writes into `variable`.
template <class Value>
CLI::Option* declare_flag(CLI::App& app, const OptionEntry& entry, const FlagChoice& choice, Value& variable,
                          bool negatable) {
  const std::string own = flag_of(entry.name);
  const std::string flag = told(choice.names, entry.name, own);
  const std::string help = told(choice.helps, entry.name, entry.help);
  if constexpr (std::is_same_v<Value, bool>) {
    return app.add_flag(negatable ? fmt::format("{},!--no-{}", flag, own.substr(2)) : flag, variable, help);
  } else {
    CLI::Option* option = app.add_option(flag, variable, help);
    using Element = typename ElementOf<Value>::Type;
    // Not of texts, in which a comma may stand: --set sample.temperatures=[100,1].
    if constexpr (!std::is_same_v<Value, Element> && !std::is_same_v<Element, std::string>) option->delimiter(',');
    limit<Element>(*option, entry.limits);
    return option;
  }
}

}  // namespace

std::string flag_of(std::string_view option) {
  std::string flag = "--" + std::string(option);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

void add_option_flags(CLI::App& app, const OptionList& options, const FlagChoice& choice) {
  for (const OptionEntry& entry : chosen(options, choice)) {
    std::visit(
        [&](auto* variable) {
          using Value = std::remove_pointer_t<decltype(variable)>;
          const bool on = std::is_same_v<Value, bool> && entry.text() == "true";
          CLI::Option* option = declare_flag(app, entry, choice, *variable, on);
          if (!std::is_same_v<Value, bool> && !holds(choice.without_default, entry.name)) option->capture_default_str();
        },
        entry.variable);
  }
}

void DeferredFlags::declare(CLI::App& app, const OptionList& options, const FlagChoice& choice) {
  for (const OptionEntry& entry : chosen(options, choice)) {
    flags_.push_back(std::make_unique<Flag>());
    Flag& flag = *flags_.back();
    std::visit(
        [&](auto* variable) {
          using Value = std::remove_pointer_t<decltype(variable)>;
          flag.given.value = Value{};
          flag.option = declare_flag(app, entry, choice, std::get<Value>(flag.given.value), /*negatable=*/true);
        },
        entry.variable);
    flag.given.table = entry.table;
    flag.given.name = entry.name;
    flag.given.where = "--" + flag.option->get_lnames().front();
  }
}

std::vector<GivenOption> DeferredFlags::given() const {
  std::vector<GivenOption> given;
  for (const auto& flag : flags_) {
    if (flag->option->count() > 0) given.push_back(flag->given);
  }
  return given;
}

}  // namespace mdsm::cli
