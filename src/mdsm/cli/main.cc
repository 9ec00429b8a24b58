#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/cli/command.h"
#include "mdsm/system/runtime.h"

namespace mdsm::cli {
namespace {

void print_error(std::string_view text) { fmt::print(stderr, "mdsm: {}\n", text); }

/// The (nested) command that the parser had reached when it failed.
const CLI::App& deepest(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : deepest(*parsed.front());
}

/// What could have been meant by a word that the parser did not know.
std::string suggestion(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  const CLI::App& at = deepest(app);
  if (word.starts_with("-")) {
    for (const CLI::Option* option : at.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
      for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    }
  } else {
    for (const CLI::App* sub : at.get_subcommands({})) names.push_back(sub->get_name());
  }
  return did_you_mean(word.substr(0, word.find('=')), names);
}

int report_parse_error(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);  // --help, --version
  const std::string help = fmt::format(
      " See `{} --help`.", deepest(app).get_parent() == nullptr ? "mdsm" : "mdsm " + deepest(app).get_name());
  // Words that nobody took are the likeliest cause, whatever else the parser missed.
  const std::vector<std::string> unknown = app.remaining(true);
  if (!unknown.empty()) {
    print_error(fmt::format("unknown {} '{}'.{}{}", unknown[0].starts_with("-") ? "option" : "word", unknown[0],
                            suggestion(app, unknown[0]), help));
  } else {
    print_error(fmt::format("{}.{}", error.what(), help));
  }
  return static_cast<int>(Fault::request);
}

int run(int argc, char** argv) {
  std::function<int()> chosen;
  CommonOptions common;
  common.command_line = fmt::format("mdsm {}", fmt::join(argv + std::min(argc, 1), argv + argc, " "));
  const auto app = build_app(chosen, common);
  bool markdown = false;
  app->add_flag("--help-markdown", markdown, "")->group("")->trigger_on_parse()->each([](const std::string&) {
    fmt::print("{}", help_markdown());
    throw CLI::Success();
  });
  try {
    app->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report_parse_error(*app, error);
  }
  set_up_process({.threads = common.threads});
  return chosen();
}

}  // namespace
}  // namespace mdsm::cli

int main(int argc, char** argv) {
  try {
    return mdsm::cli::run(argc, argv);
  } catch (const mdsm::Error& error) {
    mdsm::cli::print_error(error.what());
    return static_cast<int>(error.fault());
  } catch (const std::bad_alloc&) {
    mdsm::cli::print_error(
        "out of memory. Use a smaller batch (--micro-batch, --batch), or a machine with more memory.");
    return static_cast<int>(mdsm::Fault::failure);
  } catch (const std::exception& error) {
    mdsm::cli::print_error(fmt::format("unexpected: {}", error.what()));
    return static_cast<int>(mdsm::Fault::failure);
  }
}
