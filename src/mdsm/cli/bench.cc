// mdsm bench: how fast this machine trains and samples, against its own measured limit.

#include <ATen/Parallel.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/benchmark/cases.h"
#include "mdsm/benchmark/explain.h"
#include "mdsm/benchmark/measure.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/energy/precision.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/system/child_process.h"

namespace mdsm::cli {
namespace {

struct BenchArguments {
  std::vector<std::string> names;
  std::vector<std::string> precisions{"bf16", "fp32"};
  int runs = 10;
  bool without_folds = false;
  bool aten = false;
  bool explain = false;
  bool json = false;
};

std::vector<BenchmarkCase> cases_of(const BenchArguments& arguments) {
  if (arguments.names.empty()) return benchmark_cases();
  std::vector<BenchmarkCase> cases;
  for (const std::string& name : arguments.names) cases.push_back(benchmark_case(name));
  return cases;
}

GraphOptions graph_options(const BenchArguments& arguments, at::ScalarType type) {
  GraphOptions options;
  options.arithmetic = type;
  if (arguments.without_folds) options.folds = Folds::off;
  if (!arguments.aten) options.conv_choice = machine_conv_choice();
  return options;
}

at::ScalarType type_of(const std::string& precision) { return arithmetic_type(precision_from_name(precision)); }

nlohmann::json json_of(const Seconds& seconds) { return {{"min", seconds.min}, {"median", seconds.median}}; }

nlohmann::json json_of(const BenchmarkResult& result) {
  return {{"name", result.name},
          {"precision", result.precision},
          {"step_s", json_of(result.step)},
          {"gradient_s", json_of(result.gradient)},
          {"step_gflop", result.step_gflop},
          {"peak_share", result.peak_share},
          {"peak_bytes", result.peak_bytes},
          {"images_per_s", result.images_per_s},
          {"steady_page_faults", result.steady.page_faults},
          {"steady_requested_bytes", result.steady.requested_bytes}};
}

std::string row_of(const nlohmann::json& r) {
  const auto number = [&](const char* key) { return r[key].get<double>(); };
  const auto ms = [&](const char* key, const char* part) { return r[key][part].get<double>() * 1e3; };
  return fmt::format("{:<16}{:<6}{:>9.1f}{:>9.1f}{:>9.1f}{:>9.1f}{:>8.0f}{:>7.0f} %{:>9.0f}{:>9.0f}{:>10.0f}\n",
                     r["name"].get<std::string>(), r["precision"].get<std::string>(), ms("step_s", "min"),
                     ms("step_s", "median"), ms("gradient_s", "min"), ms("gradient_s", "median"),
                     number("images_per_s"), number("peak_share") * 100, number("peak_bytes") / (1 << 20),
                     number("steady_page_faults"), number("steady_requested_bytes") / 1024);
}

/// One case in this process. Its peak of convolution is measured last: memory is counted from a fresh process.
nlohmann::json measured_here(const BenchArguments& arguments, const BenchmarkCase& one, const std::string& precision) {
  const GraphOptions graph = graph_options(arguments, type_of(precision));
  BenchmarkResult result = measure(one, {arguments.runs, graph});
  const double peak = convolution_peak(type_of(precision));
  result.peak_share = result.step_gflop / result.step.min / peak;
  return {{"threads", at::get_num_threads()}, {"peak_gflops", {{precision, peak}}}, {"cases", {json_of(result)}}};
}

/// The same by this program in a process of its own, so that memory and caches of one case do not favour the next.
nlohmann::json measured_apart(const BenchArguments& arguments, const BenchmarkCase& one, const std::string& precision) {
  std::vector<std::string> command{std::filesystem::read_symlink("/proc/self/exe").string(), "bench", "--json"};
  const auto add = [&](const char* flag, const std::string& value) { command.insert(command.end(), {flag, value}); };
  add("--case", one.name);
  add("--precision", precision);
  add("--runs", std::to_string(arguments.runs));
  add("--threads", std::to_string(at::get_num_threads()));
  if (arguments.without_folds) command.emplace_back("--no-folds");
  if (arguments.aten) command.emplace_back("--aten");
  auto result = parse_json<nlohmann::json>(output_of_child(command));
  if (!result.is_object()) fail("bench: `{}` printed no result (run it to see why).", fmt::join(command, " "));
  return result;
}

int explain_all(const BenchArguments& arguments) {
  for (const std::string& precision : arguments.precisions) {
    for (const BenchmarkCase& one : cases_of(arguments))
      fmt::print("{}", explain(one, graph_options(arguments, type_of(precision)), arguments.runs));
  }
  return 0;
}

int run_bench(const BenchArguments& arguments, const CommonOptions& common) {
  require(!(arguments.explain && arguments.json), "bench: --explain prints tables, --json one object. Choose one.");
  if (arguments.explain) return explain_all(arguments);
  const std::vector<BenchmarkCase> cases = cases_of(arguments);
  const bool alone = cases.size() * arguments.precisions.size() == 1;
  Terminal terminal(common);
  nlohmann::json whole{{"threads", at::get_num_threads()}};
  std::string table = fmt::format("{:<22}{:>9}{:>9}{:>9}{:>9}{:>8}{:>9}{:>9}{:>9}{:>10}\n", "", "step ms", "median",
                                  "grad. ms", "median", "img/s", "of peak", "MiB", "faults", "KiB/step");
  for (const std::string& precision : arguments.precisions) {
    double peak = 0;
    for (const BenchmarkCase& one : cases) {
      terminal.say_more(fmt::format("measuring {} in {}", one.name, precision));
      nlohmann::json result = (alone ? measured_here : measured_apart)(arguments, one, precision);
      peak = std::max(peak, result["peak_gflops"][precision].get<double>());
      whole["cases"].push_back(result["cases"][0]);
      table += row_of(result["cases"][0]);
    }
    whole["peak_gflops"][precision] = peak;
    table +=
        fmt::format("{} peak of convolution: {:.0f} GFLOP/s, {} threads\n", precision, peak, at::get_num_threads());
  }
  fmt::print("{}", arguments.json ? dump_json(whole, 1) + "\n" : table);
  return 0;
}

std::function<int()> declare_bench(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<BenchArguments>();
  std::vector<std::string> names;
  for (const BenchmarkCase& one : benchmark_cases()) names.push_back(one.name);
  app.add_option("--case", arguments->names, fmt::format("only these: {}", fmt::join(names, ", ")));
  app.add_option("--precision", arguments->precisions, "only these: bf16, fp32")
      ->check(texts(one_of({"bf16", "fp32"})));
  app.add_option("--runs", arguments->runs, "timed steps and gradients a case")->check(counts())->capture_default_str();
  app.add_flag("--no-folds", arguments->without_folds, "run pools and up-samplings as ops of their own");
  app.add_flag("--aten", arguments->aten, "run every convolution as LibTorch does it");
  app.add_flag("--explain", arguments->explain,
               "print the list of ops before and after the rewriting, with operations and time of each, "
               "and the method of every convolution with those that were slower");
  app.add_flag("--json", arguments->json, "print one JSON object");
  return [arguments, &common] { return run_bench(*arguments, common); };
}

}  // namespace

const Command kBench{"bench", "Measure how fast this machine trains and samples.",
                     "mdsm bench --case res12-w16-b128 --explain", declare_bench};

}  // namespace mdsm::cli
