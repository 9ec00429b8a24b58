#include "mdsm/data/readers/array.h"

#include <algorithm>
#include <array>
#include <optional>

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/data/readers/array_images.h"
#include "mdsm/data/readers/array_labels.h"
#include "mdsm/data/readers/half_names.h"
#include "mdsm/formats/npy.h"

namespace mdsm {
namespace {

constexpr std::array kDataNames{"x", "images", "data", "arr_0"};
constexpr std::array kLabelNames{"y", "labels", "arr_1"};

/// "train" and "x" of "x_train", "X_train", "train_x"; nothing for names of no half.
struct HalfName {
  std::string half;
  std::string content;
};
std::optional<HalfName> half_name(const std::string& name) {
  const std::string small = in_small_letters(name);
  const size_t line = small.find('_');
  if (line == std::string::npos) return std::nullopt;
  const std::string left = small.substr(0, line), right = small.substr(line + 1);
  if (half_of_name(right)) return HalfName{right, left};
  if (half_of_name(left)) return HalfName{left, right};
  return std::nullopt;
}

/// Names of the two arrays of a half, as the file has them; empty where there is none.
struct Pair {
  std::string data;
  std::string labels;
};

/// The first of the candidates that is among the names.
template <size_t count>
std::string find_name(const std::vector<std::string>& names, const std::array<const char*, count>& candidates) {
  for (const char* candidate : candidates) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const std::string& name) { return in_small_letters(name) == candidate; });
    if (found != names.end()) return *found;
  }
  return {};
}

/// The arrays of this half, under any of its names.
Pair pair_of_half(const std::vector<std::string>& names, const std::vector<std::string>& halves) {
  for (const std::string& half : halves) {
    const auto find = [&](const auto& candidates) -> std::string {
      for (const char* candidate : candidates) {
        for (const std::string& name : names) {
          const std::optional<HalfName> parts = half_name(name);
          if (parts && parts->half == half && parts->content == candidate) return name;
        }
      }
      return {};
    };
    const Pair pair{find(kDataNames), find(kLabelNames)};
    if (!pair.data.empty()) return pair;
  }
  return {};
}

const std::vector<std::string> kTrainNames{"train", "training"};
const std::vector<std::string> kTestNames{"test", "testing", "val", "valid", "validation"};

struct Arrays {
  Pair all, train, test;
};

Arrays arrays_in(const std::filesystem::path& path) {
  const std::vector<std::string> names = npz_names(path);
  Arrays arrays{.all = {find_name(names, kDataNames), find_name(names, kLabelNames)},
                .train = pair_of_half(names, kTrainNames),
                .test = pair_of_half(names, kTestNames)};
  require(
      !arrays.all.data.empty() || !arrays.train.data.empty() || !arrays.test.data.empty(),
      "'{}' holds no array named {} (it holds {}). Store the images or vectors as 'x', or as 'x_train' and 'x_test'.",
      path.string(), fmt::join(kDataNames, ", "), names.empty() ? "none" : fmt::to_string(fmt::join(names, ", ")));
  require(arrays.all.data.empty() || (arrays.train.data.empty() && arrays.test.data.empty()),
          "'{}' holds '{}' beside '{}': which are the data? Leave one out.", path.string(), arrays.all.data,
          arrays.train.data.empty() ? arrays.test.data : arrays.train.data);
  return arrays;
}

/// Which pair, and what must be said of the choice.
Pair chosen_pair(const std::filesystem::path& path, Split split, LabelledData& content) {
  const Arrays arrays = arrays_in(path);
  if (!arrays.all.data.empty()) return arrays.all;
  const Pair& pair = split == Split::train ? arrays.train : arrays.test;
  require(!pair.data.empty(), "'{}' holds no array of the {} half (it holds '{}').", path.string(), to_text(split),
          split == Split::train ? arrays.test.data : arrays.train.data);
  if (split == Split::test && is_validation_name(half_name(pair.data)->half)) {
    content.half = half_name(pair.data)->half;
    content.notes.push_back(fmt::format("'{}': '{}' serves as the test half", path.string(), pair.data));
  }
  return pair;
}

}  // namespace

ArrayHalves array_halves(const std::filesystem::path& path) {
  if (path.extension() != ".npz") return {};
  const Arrays arrays = arrays_in(path);
  if (!arrays.all.data.empty()) return {};
  return {.named = true, .train = !arrays.train.data.empty(), .test = !arrays.test.data.empty()};
}

LabelledData read_array(const std::filesystem::path& path, Split split, const Reading& reading) {
  const std::string what = fmt::format("'{}'", path.string());
  LabelledData result;
  if (path.extension() != ".npz") {
    result.data = images_or_vectors([&] { return NpyReader(path); }, reading, what, result.notes);
    result.labels = no_labels(result.data.size(0));
    return result;
  }
  const Pair pair = chosen_pair(path, split, result);
  const auto name_of = [&](const std::string& name) { return fmt::format("'{}' in {}", name, what); };
  result.data =
      images_or_vectors([&] { return NpyReader(path, pair.data); }, reading, name_of(pair.data), result.notes);
  const int64_t count = result.data.size(0);
  result.labels = no_labels(count);
  if (pair.labels.empty()) return result;
  if (npz_is_readable(path, pair.labels)) {
    result.labels = class_numbers(read_npz(path, pair.labels), count, name_of(pair.labels), result.notes);
  } else {
    result.notes.push_back(name_of(pair.labels) + ": these labels are no numbers and are ignored");
  }
  return result;
}

}  // namespace mdsm
