#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mdsm/parallel/launch.h"

namespace mdsm::cli {

/// Options that every command has.
struct CommonOptions {
  bool quiet = false;
  bool verbose = false;
  int threads = 0;
  std::string distributed = "auto";
  bool shared = false;            ///< whether ranks share the work of the command that was named
  Launch launch = {};             ///< how this process was started
  std::string command_line = {};  ///< as it was typed, for logs
};

/// One subcommand: a thin reader of options over a library call.
struct Command {
  const char* name;
  const char* summary;
  const char* example;
  /// Declares the options on `app`; the returned action runs after parsing and gives the exit code.
  std::function<int()> (*declare)(CLI::App& app, const CommonOptions& common);
  bool shared = false;  ///< whether ranks share its work
};

// One file a command; a new one is a line here and a row of the table in app.cc.
extern const Command kTrain;
extern const Command kSample;
extern const Command kDenoise;
extern const Command kRestore;
extern const Command kScore;
extern const Command kEvaluate;
extern const Command kDensity;
extern const Command kReport;
extern const Command kTrainFeatures;
extern const Command kData;
extern const Command kBench;
extern const Command kReproduce;

/// The whole program, as CLI11 sees it. `chosen` is set to the action of the command that the user names.
std::unique_ptr<CLI::App> build_app(std::function<int()>& chosen, CommonOptions& common);

/// Markdown of every command's help, for docs/cli.md.
std::string help_markdown();

}  // namespace mdsm::cli
