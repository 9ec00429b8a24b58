// mdsm data list | fetch | inspect | noise.

#include <nlohmann/json.hpp>

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/option_flags.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/data/catalogue.h"
#include "mdsm/data/fetch/fetch.h"
#include "mdsm/data/known.h"
#include "mdsm/data/load.h"
#include "mdsm/data/noise_range.h"
#include "mdsm/data/stacked.h"
#include "mdsm/data/subset.h"
#include "mdsm/data/summary.h"
#include "mdsm/evaluate/units.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/formats/places.h"
#include "mdsm/formats/png.h"

namespace mdsm::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kGridImages = 100;

struct DataArguments {
  std::string data;
  std::string grid;
  std::string folder;
  DataOptions options;
  NoiseRangeOptions noise;
  bool json = false;
};

Json json_of(const CatalogueEntry& entry) {
  Json row{{"name", entry.name}, {"shape", entry.datum_shape}};
  if (!entry.endless) row.update({{"train", entry.train_count}, {"test", entry.test_count}});
  row.update({{"here", entry.here}, {"description", entry.description}});
  if (!entry.licence.empty()) row["licence"] = entry.licence;
  return row;
}

int run_list(const DataArguments& arguments) {
  Json rows = Json::array();
  for (const CatalogueEntry& entry : data_catalogue()) {
    if (arguments.json) {
      rows.push_back(json_of(entry));
      continue;
    }
    const std::string count = entry.endless ? "endless" : fmt::format("{}+{}", entry.train_count, entry.test_count);
    fmt::print("{:<15} {:<12} {:<13} {:<5} {}\n", entry.name, to_text(entry.datum_shape), count,
               entry.here ? "here" : "-", entry.description);
  }
  if (arguments.json) fmt::print("{}\n", dump_json(rows, 2));
  return 0;
}

int run_fetch(const DataArguments& arguments, const CommonOptions& common) {
  const KnownSet& set = known_set(arguments.data == kStackedName ? "mnist" : arguments.data);
  require(!set.files.empty(), "{}: cannot be fetched. {}", set.name, set.how_to_get);
  const std::filesystem::path folder =
      (arguments.folder.empty() ? fetch_folder() : std::filesystem::path(arguments.folder)) / set.name;
  require_folder_place(arguments.folder.empty() ? "the folder for data sets (--out, or MDSM_DATA)" : "--out", folder);
  Terminal terminal(common);
  FetchOptions options;
  options.notice = [&](std::string_view line) { terminal.say(line); };
  for (const RemoteFile& file : set.files) {
    const FetchOutcome outcome = fetch(file, folder, options, terminal.watch());
    terminal.progress().finish(
        fmt::format("{}: {}", file.name, outcome == FetchOutcome::kept ? "was there" : "fetched"));
  }
  fmt::print("{}\n", folder.string());
  return 0;
}

std::shared_ptr<const Source> source_of(const DataArguments& arguments) {
  const DataName named = parse_data_name(arguments.data, Split::train, half_folders(arguments.options));
  DataOptions options = arguments.options;
  options.name = named.name;
  return load_source(options, named.split);
}

Json description_of(const Source& source) {
  const bool endless = source.size() == Source::kEndless;
  const DataSummary summary = summarise(source);
  Json classes = Json::object();
  for (const auto& [name, count] : summary.classes) classes[name] = count;
  return {{"name", source.info().name},
          {"split", source.info().half_name()},
          {"size", endless ? Json("endless") : Json(source.size())},
          {"shape", source.info().datum_shape},
          {"inspected", summary.inspected},
          {"min", summary.min},
          {"max", summary.max},
          {"mean", summary.mean},
          {"std", summary.deviation},
          {"units", "values: " + coordinate_unit(source.info().datum_shape)},
          {"classes", classes},
          {"notes", source.info().notes}};
}

int run_inspect(const DataArguments& arguments) {
  if (!arguments.grid.empty()) require_file_place("--grid", arguments.grid, {".png"});
  const auto source = source_of(arguments);
  require(arguments.grid.empty() || source->info().datum_shape.size() == 3,
          "--grid {}: data of shape {} are no images.", arguments.grid, to_text(source->info().datum_shape));
  const Json description = description_of(*source);
  if (arguments.json) {
    fmt::print("{}\n", dump_json(description, 2));
  } else {
    for (const auto& [key, value] : description.items()) {
      if (key == "notes") continue;
      fmt::print("{:<10} {}\n", key, value.is_string() ? value.get<std::string>() : dump_json(value));
    }
    for (const std::string& note : source->info().notes) fmt::print("{:<10} {}\n", "note", note);
  }
  if (!arguments.grid.empty()) {
    const Tensor x = source->read(subset_of(*source, std::min<int64_t>(source->size(), kGridImages)));
    write_png(arguments.grid, image_grid(to_uint8(x), square_columns(x.size(0))), {{"data", arguments.data}});
    fmt::print("{}\n", arguments.grid);
  }
  return 0;
}

int run_noise(const DataArguments& arguments, const CommonOptions& common) {
  const auto source = source_of(arguments);
  Terminal terminal(common);
  terminal.say_notes(source->info().notes);
  const SuggestedNoise range = suggest_noise_range(*source, arguments.noise, terminal.watch());
  terminal.progress().finish();
  if (arguments.json) {
    const Json json{{"sigma_min", range.sigma_min},
                    {"sigma_max", range.sigma_max},
                    {"levels", range.levels},
                    {"data", range.data},
                    {"dimension", range.dimension},
                    {"reason", range.reason},
                    {"units", coordinate_unit(source->info().datum_shape)}};
    fmt::print("{}\n", dump_json(json, 2));
    return 0;
  }
  fmt::print("[noise]\nsigma_min = {:.3g}\nsigma_max = {:.3g}\n\n{}\n(in {})\n", range.sigma_min, range.sigma_max,
             range.reason, coordinate_unit(source->info().datum_shape));
  return 0;
}

void add_transform_options(CLI::App& app, const std::shared_ptr<DataArguments>& arguments) {
  app.add_option("DATA", arguments->data, "known data set (mnist, mnist/test) or a path")->required();
  const std::vector<std::string> sizes{"crop", "image_size", "channels", "pad_to"};
  add_option_flags(
      app, arguments->options,
      {.only = {"halves", "layout", "skip_unreadable", "background", "crop", "image_size", "fit", "channels", "pad_to"},
       .without_default = sizes});
  app.add_flag("--json", arguments->json, "print JSON");
}

std::function<int()> declare_data(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<DataArguments>();
  auto action = std::make_shared<std::function<int()>>();
  app.require_subcommand(1);
  CLI::App* list = app.add_subcommand("list", "What is known by name, and what of it is here.");
  list->add_flag("--json", arguments->json, "print JSON");
  list->final_callback([=] { *action = [=] { return run_list(*arguments); }; });
  CLI::App* fetch_app =
      app.add_subcommand("fetch", "Download a known set; verified, and continued where it broke off.");
  fetch_app->add_option("NAME", arguments->data, "as `mdsm data list` prints it")->required();
  fetch_app->add_option("-o,--out", arguments->folder, "folder for data sets [$MDSM_DATA or ~/.cache/mdsm/data]");
  fetch_app->final_callback([=, &common] { *action = [=, &common] { return run_fetch(*arguments, common); }; });
  CLI::App* inspect = app.add_subcommand("inspect", "Look inside: shape, counts, values, a picture.");
  add_transform_options(*inspect, arguments);
  inspect->add_option("--grid", arguments->grid, "write a picture of a hundred images that stand for the set");
  inspect->final_callback([=] { *action = [=] { return run_inspect(*arguments); }; });
  CLI::App* noise = app.add_subcommand("noise", "Suggest noise.sigma_min and sigma_max, with the reason.");
  add_transform_options(*noise, arguments);
  add_option_flags(*noise, arguments->noise, {.names = {{"data", "-n,--n"}}});
  noise->final_callback([=, &common] { *action = [=, &common] { return run_noise(*arguments, common); }; });
  return [action] { return (*action)(); };
}

}  // namespace

const Command kData{"data", "Data sets: what is known, fetch, look inside, suggest the noise range.",
                    "mdsm data noise mnist --pad-to 32", declare_data};

}  // namespace mdsm::cli
