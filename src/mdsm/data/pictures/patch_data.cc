#include "mdsm/data/pictures/patch_data.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/known.h"
#include "mdsm/data/readers/file_tree.h"
#include "mdsm/data/readers/path_data.h"
#include "mdsm/data/subset_source.h"
#include "mdsm/formats/archive_reader.h"

namespace mdsm {
namespace {

// Names the order in which pictures are set aside, the same in every run.
constexpr uint64_t kOrder = 0;

void require_whole_pictures(const DataOptions& options) {
  require(options.crop == 0 && options.image_size == 0 && options.pad_to == 0,
          "data.patch = {} cuts squares from whole pictures: leave data.crop, data.image_size and data.pad_to at 0.",
          options.patch);
}

PicturePlaces places_of(const DataOptions& options, Split split) {
  if (is_known(options.name)) {
    const KnownSet& set = known_set(options.name);
    require(set.pictures != nullptr, "data.patch = {}: '{}' is a set of images of one size. Set data.patch = 0.",
            options.patch, options.name);
    return set.pictures(find_known(set, split), split);
  }
  if (!is_data_path(options.name)) reject_unknown_data(options.name);
  return picture_places(options.name, split, half_folders(options));
}

SourceInfo named(SourceInfo info, const std::string& half) {
  info.half = half;
  return info;
}

}  // namespace

PictureSet open_pictures(const DataOptions& options, Split split) {
  require_whole_pictures(options);
  PicturePlaces places = places_of(options, split);
  PictureFiles files(places.where, std::move(places.paths));
  PictureSet set;
  set.pictures.all = std::make_shared<Pictures>(std::move(files),
                                                PictureOptions{.channels = options.channels,
                                                               .background = static_cast<uint8_t>(options.background),
                                                               .skip_unreadable = options.skip_unreadable,
                                                               .cache_bytes = options.cache_mib << 20});
  set.pictures.places = index_range(0, set.pictures.all->size());
  set.info = {.name = options.name,
              .split = split,
              .datum_shape = {},
              .classes = {},
              .half = places.half,
              .notes = places.notes};
  return set;
}

bool names_pictures(const std::string& text) {
  const DataName named = parse_data_name(text, Split::test);
  if (is_known(named.name)) return known_set(named.name).pictures != nullptr;
  return is_data_path(named.name) &&
         (std::filesystem::is_directory(named.name) || is_archive_name(named.name) || is_inside_archive(named.name));
}

PictureSet open_named_pictures(const DataOptions& of_run, const std::string& text, int64_t channels) {
  const DataName named = parse_data_name(text, Split::test);
  DataOptions options = of_run;
  options.name = named.name;
  if (!is_same_set(of_run.name, named.name)) options.halves = "auto";
  options.channels = channels;
  const bool has = has_half(options.name, named.split, half_folders(options));
  PictureSet set = open_pictures(options, has ? named.split : Split::train);
  if (means_held_out(of_run, named)) {
    set.pictures = set_aside(set.pictures, options.patch, options.held_out).second;
    set.info.half = "held-out";
  }
  return set;
}

std::shared_ptr<const Source> load_patch_grid(const DataOptions& options, Split split) {
  PictureSet set = open_pictures(options, split);
  return std::make_shared<PatchGrid>(std::move(set.pictures), options.patch, std::move(set.info));
}

std::pair<PictureList, PictureList> set_aside(const PictureList& pictures, int64_t side, int64_t count) {
  PictureList kept{pictures.all, {}}, aside{pictures.all, {}};
  int64_t patches = 0;
  for (const int64_t i : permutation({kOrder, Stream::shuffle, 0, 0}, static_cast<int64_t>(pictures.places.size()))) {
    const int64_t place = pictures.places[static_cast<size_t>(i)];
    const PictureSize& size = pictures.all->size_of(place);
    const int64_t here = (size.height / side) * (size.width / side);
    const bool take = patches < count && here > 0;
    (take ? aside : kept).places.push_back(place);
    if (take) patches += here;
  }
  require(
      patches >= count && !kept.places.empty(),
      "data.held_out = {}: {} pictures have {} patches of {} pixels beside each other, and some must be left to train on. Set "
      "fewer aside.",
      count, pictures.places.size(), patches, side);
  std::sort(kept.places.begin(), kept.places.end());
  std::sort(aside.places.begin(), aside.places.end());
  return {kept, aside};
}

TrainingPatches load_training_patches(const DataOptions& options) {
  require(options.patch > 0, "patches: data.patch is 0.");
  const PictureSet set = open_pictures(options, Split::train);
  PictureList kept = set.pictures;
  TrainingPatches patches;
  if (options.held_out > 0) {
    auto [left, aside] = set_aside(set.pictures, options.patch, options.held_out);
    kept = std::move(left);
    const auto grid = std::make_shared<PatchGrid>(std::move(aside), options.patch, named(set.info, "held-out"));
    patches.held_out = subset_source(grid, options.held_out);
  }
  patches.train = std::make_shared<RandomPatches>(
      std::move(kept), PatchOptions{.side = options.patch, .turn = options.turn, .scales = options.patch_scales},
      set.info);
  return patches;
}

}  // namespace mdsm
