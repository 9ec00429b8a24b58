#pragma once

#include <CLI/CLI.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mdsm/config/given_option.h"
#include "mdsm/config/option_list.h"

namespace mdsm::cli {

// Flags of the command line out of the tables that the library declares in visit(): name (underscores become dashes),
// type, help, default and limits. What is wrong is said at parsing, with the flag's name, and ends with exit code 2.

/// Which options of a table become flags, and what is said otherwise than by the table.
struct FlagChoice {
  std::vector<std::string> only = {};             ///< these, in this order; empty: all
  std::vector<std::string> except = {};           ///< all but these
  std::map<std::string, std::string> names = {};  ///< option -> flag: {"count", "-n,--n"}, {"width", "--blur"}
  std::map<std::string, std::string> helps = {};  ///< option -> help
  std::vector<std::string> without_default = {};  ///< whose help tells what happens where they are not given
};

/// The flag of an option: "reference_shape" -> "--reference-shape".
std::string flag_of(std::string_view option);

/// Declares a flag for each option chosen, which sets the option itself: what the entries point to must live until the
/// command line is parsed. The name of the table plays no part.
///
/// A bool gets --name and, where it is on by default, --no-name. A list takes several words, of numbers also one with commas.
void add_option_flags(CLI::App& app, const OptionList& options, const FlagChoice& choice = {});

/// The same of one table of options.
///
///     struct Arguments { int64_t runs = 5; template <class Option> void visit(Option&& option) { ... } };
///     auto arguments = std::make_shared<Arguments>();
///     add_option_flags(app, *arguments);
template <class Options>
requires(!std::is_same_v<std::remove_const_t<Options>, OptionList>) void add_option_flags(
    CLI::App& app, Options& options, const FlagChoice& choice = {}) {
  OptionList list;
  list.add_table("", options);
  add_option_flags(app, list, choice);
}

/// Flags of a table whose own values are known only later, such as that of a run: given() has what the command line
/// said, to be assigned then (config/given_option.h). Must live as long as the app; show no defaults.
class DeferredFlags {
 public:
  DeferredFlags() = default;
  DeferredFlags(const DeferredFlags&) = delete;
  DeferredFlags& operator=(const DeferredFlags&) = delete;

  /// \param options  tells names, types, helps and limits; not kept
  void declare(CLI::App& app, const OptionList& options, const FlagChoice& choice = {});
  template <class Options>
  void declare(CLI::App& app, const std::string& table, Options options, const FlagChoice& choice = {}) {
    OptionList list;
    list.add_table(table, options);
    declare(app, list, choice);
  }

  /// What was given, in the order of declaration.
  std::vector<GivenOption> given() const;

 private:
  struct Flag {
    const CLI::Option* option;
    GivenOption given;
  };
  std::vector<std::unique_ptr<Flag>> flags_;  // CLI11 writes into them
};

}  // namespace mdsm::cli
