#include "mdsm/data/load.h"

#include <filesystem>

#include "mdsm/base/error.h"
#include "mdsm/data/known.h"
#include "mdsm/data/memory_source.h"
#include "mdsm/data/pictures/patch_data.h"
#include "mdsm/data/readers/path_data.h"
#include "mdsm/data/stacked.h"
#include "mdsm/data/synthetic.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

Reading reading_of(const DataOptions& options, OutOfRange out_of_range) {
  return {.prepare = {},
          .background = static_cast<uint8_t>(options.background),
          .skip_unreadable = options.skip_unreadable,
          .halves = half_folders(options),
          .axes = options.layout == "channels-first"  ? AxisOrder::channels_first
                  : options.layout == "channels-last" ? AxisOrder::channels_last
                                                      : AxisOrder::automatic,
          .out_of_range = out_of_range};
}

/// \param finished  shape of images that went through the preparation already; empty: none did
std::shared_ptr<const Source> load(const DataOptions& options, Split split, const Shape& finished,
                                   OutOfRange out_of_range) {
  if (options.patch > 0) return load_patch_grid(options, split);
  ImageChanges changes = image_changes(options);
  changes.finished = finished;
  const auto counts = std::make_shared<FitCounts>();
  Reading reading = reading_of(options, out_of_range);
  reading.prepare = preparation(changes, counts);
  if (is_synthetic(options.name)) {
    auto source = synthetic_source(options.name, split);
    return reading.prepare ? std::make_shared<PreparedSource>(std::move(source), reading.prepare) : source;
  }
  if (options.name == kStackedName) {
    DataOptions digits = options;
    digits.name = "mnist";
    return std::make_shared<StackedSource>(load(digits, split, finished, out_of_range));
  }
  LabelledData content;
  if (is_known(options.name)) {
    const KnownSet& set = known_set(options.name);
    content = set.read(find_known(set, split), split, reading);
  } else {
    if (!is_data_path(options.name)) reject_unknown_data(options.name);
    content = read_path_data(options.name, split, reading);
  }
  for (std::string& note : counts->notes(options.name, changes)) content.notes.push_back(std::move(note));
  return std::make_shared<MemorySource>(options.name, split, std::move(content));
}

/// What a training by these options sets aside; the rest as load().
std::shared_ptr<const Source> held_out_part(const DataOptions& options, const Shape& finished,
                                            OutOfRange out_of_range) {
  if (options.patch > 0) return load_training_patches(options).held_out;  // of pictures of their own
  const std::string note = fmt::format("'{}': there is no test half; the {} data that training set aside serve as such",
                                       options.name, options.held_out);
  return split_source(options, load(options, Split::train, finished, out_of_range), SplitSource::Part::held_out, note);
}

}  // namespace

std::shared_ptr<const Source> split_source(const DataOptions& options, std::shared_ptr<const Source> whole,
                                           SplitSource::Part part, const std::string& note) {
  const auto choice = options.held_out_choice == "even" ? SplitSource::Choice::even : SplitSource::Choice::random;
  return std::make_shared<SplitSource>(std::move(whole), options.held_out, part, choice, note);
}

HalfFolders half_folders(const DataOptions& options) {
  if (options.halves == "folders") return HalfFolders::always;
  return options.halves == "none" ? HalfFolders::never : HalfFolders::automatic;
}

bool means_held_out(const DataOptions& of_run, const DataName& named) {
  return of_run.held_out > 0 && (!named.says_half || named.split == Split::test) &&
         is_same_set(of_run.name, named.name) && !has_half(named.name, Split::test, half_folders(of_run));
}

ImageChanges image_changes(const DataOptions& options) {
  return {.crop = options.crop,
          .image_size = options.image_size,
          .squash = options.fit == "squash",
          .channels = options.channels,
          .pad_to = options.pad_to};
}

std::shared_ptr<const Source> load_source(const DataOptions& options, Split split) {
  return load(options, split, {}, OutOfRange::refused);
}

std::shared_ptr<const Source> load_unseen(const DataOptions& options) {
  if (has_data_name(options.name) || is_data_path(options.name)) {
    // Of a known set, the files of one half may be all that is here.
    const bool only_train = is_known(options.name) && !is_here(known_set(options.name), Split::test) &&
                            is_here(known_set(options.name), Split::train);
    if (!only_train && has_half(options.name, Split::test, half_folders(options)))
      return load_source(options, Split::test);
    require(options.held_out > 0,
            "{}: there is no test half, and training set nothing aside (data.held_out is 0). Name other data.",
            options.name);
  }
  return held_out_part(options, {}, OutOfRange::refused);
}

std::shared_ptr<const Source> load_named_data(const DataOptions& of_run, const std::string& text,
                                              const Shape& datum_shape, OutOfRange out_of_range) {
  DataOptions options = of_run;
  const bool maybe_own =
      is_same_set(of_run.name, text) || is_same_set(of_run.name, fs::path(text).parent_path().string());
  const DataName named = parse_data_name(text, Split::test, maybe_own ? half_folders(of_run) : HalfFolders::automatic);
  const bool own = is_same_set(of_run.name, named.name);
  if (!own) options.halves = options.layout = "auto";  // the run's are of its own set
  options.name = named.name;
  // Stacked digits have their three channels by themselves.
  if (datum_shape.size() == 3 && named.name != kStackedName) options.channels = datum_shape[0];
  if (means_held_out(of_run, named)) return held_out_part(options, datum_shape, out_of_range);
  return load(options, named.split, datum_shape, out_of_range);
}

}  // namespace mdsm
