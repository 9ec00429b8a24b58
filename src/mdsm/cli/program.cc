#include "mdsm/cli/program.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/base/text.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/parallel/join.h"
#include "mdsm/parallel/last_word.h"
#include "mdsm/parallel/transport.h"
#include "mdsm/system/as_error.h"
#include "mdsm/system/runtime.h"

namespace mdsm::cli {
namespace {

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

Launch launch;  // how this process was started

void print_error(std::string_view text) { tell(text, speaker(launch)); }

Error cannot_write_output(int error) {
  return Error(fmt::format("cannot write the standard output ({}).", std::strerror(error)), Fault::failure);
}

/// The (nested) command that the parser had reached when it failed.
const CLI::App* deepest(const CLI::App* app) {
  const auto parsed = app->get_subcommands();
  return parsed.empty() ? app : deepest(parsed.front());
}

/// What could have been meant by a word that the parser did not know.
std::string suggestion(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  const CLI::App& at = *deepest(&app);
  if (word.starts_with('-')) {
    for (const CLI::Option* option : at.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
      for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    }
  } else {
    for (const CLI::App* sub : at.get_subcommands({})) names.push_back(sub->get_name());
  }
  return did_you_mean(word.substr(0, word.find('=')), names);
}

/// "mdsm evaluate fid": what the user typed to get there.
std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

/// What the parser missed, as a sentence.
std::string sentence(const CLI::App& app, const CLI::ParseError& error) {
  // Words that nobody took are the likeliest cause, whatever else the parser missed.
  const std::vector<std::string> unknown = app.remaining(true);
  if (!unknown.empty()) {
    return fmt::format("unknown {} {}.{}", unknown[0].starts_with('-') ? "option" : "word", quoted(unknown[0]),
                       suggestion(app, unknown[0]));
  }
  std::string text = first_line(error.what());
  // "--n: 1 required INT missing", as CLI11 has it of a word that is not there.
  constexpr std::string_view kMissing = ": 1 required ";
  if (const size_t at = text.find(kMissing); at != std::string::npos && text.ends_with(" missing")) {
    const size_t type = at + kMissing.size();
    text = fmt::format("{}: there is no value (expected {})", text.substr(0, at),
                       text.substr(type, text.rfind(' ') - type));
  }
  return text.ends_with('?') || text.ends_with('.') ? text : text + ".";
}

int report_parse_error(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);  // --help, --version
  if (launch.rank == 0)  // all ranks have the same words
    print_error(fmt::format("{} See `{} --help`.", sentence(app, error), full_name(*deepest(&app))));
  return static_cast<int>(Fault::request);
}

/// Checkpoints and logs keep names as JSON, which is UTF-8: said before anything is made.
void require_utf8(const std::string& word) {
  const std::string shown = dump_json(nlohmann::json(word));
  require(is_utf8(word), "{}: this is no UTF-8 text (names are kept as such in checkpoints and logs). Rename the file.",
          cli::quoted(shown.substr(1, shown.size() - 2)));  // not std::quoted
}

int run(const std::vector<std::string>& words) {
  for (const std::string& word : words) require_utf8(word);
  std::function<int()> chosen;
  CommonOptions common;
  common.command_line = fmt::format("mdsm {}", fmt::join(words, " "));
  const auto app = build_app(chosen, common);
  bool markdown = false;
  app->add_flag("--help-markdown", markdown, "")->group("")->trigger_on_parse()->each([](const std::string&) {
    fmt::print("{}", help_markdown());
    throw CLI::Success();
  });
  try {
    app->parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the end
  } catch (const CLI::ParseError& error) {
    return report_parse_error(*app, error);
  }
  launch = find_launch(distributed_from_name(common.distributed));
  if (launch.size > 1 && !common.shared) {
    if (launch.rank > 0) return static_cast<int>(Fault::request);
    reject("mdsm {} runs as one process, and {} were started. Leave the launcher away.",
           app->get_subcommands().front()->get_name(), launch.size);
  }
  set_up_process({.threads = common.threads > 0 ? common.threads : threads_of(launch)});
  join_job(launch);
  if (launch.rank > 0) common.quiet = std::freopen("/dev/null", "w", stdout) != nullptr;
  common.launch = launch;
  const int code = chosen();
  if (std::fflush(stdout) != 0) throw cannot_write_output(errno);
  leave_job();
  return code;
}

}  // namespace

int run_program(const std::vector<std::string>& words) {
  try {
    launch = find_launch(Distributed::automatic);  // for what goes wrong before it is said
    return run(words);
  } catch (const std::exception& error) {
    const auto* output = std::ferror(stdout) != 0 ? dynamic_cast<const std::system_error*>(&error) : nullptr;
    const Error told = output ? cannot_write_output(output->code().value()) : as_error(error);
    if (has_last_word(launch, dynamic_cast<const RankError*>(&error) != nullptr)) print_error(told.what());
    end_job(static_cast<int>(told.fault()));
    return static_cast<int>(told.fault());
  }
}

}  // namespace mdsm::cli
