#include "mdsm/cli/option_flags.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/cli/word_checks.h"

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

template <class Element> CLI::Validator check_of(const Limits& limits) {
  if constexpr (std::is_same_v<Element, std::string>) return texts(limits);
  else return std::is_same_v<Element, int64_t> ? integers(limits) : numbers(limits);
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
    option->check(check_of<Element>(entry.limits));
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
