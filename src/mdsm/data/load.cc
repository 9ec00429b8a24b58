#include "mdsm/data/load.h"

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/data/known.h"
#include "mdsm/data/memory_source.h"
#include "mdsm/data/readers/path_data.h"
#include "mdsm/data/stacked.h"
#include "mdsm/data/synthetic.h"
#include "mdsm/data/transform.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

bool has_name(std::string_view name) { return is_known(name) || is_synthetic(name) || name == kStackedName; }

std::vector<std::string> all_names() {
  std::vector<std::string> names = known_names();
  names.emplace_back(kStackedName);
  for (const std::string& name : synthetic_names()) names.push_back(name);
  return names;
}

[[noreturn]] void reject_unknown(const std::string& text) {
  reject("'{}' is neither a known data set nor an existing path.{} `mdsm data list` prints what is known.", text,
         did_you_mean(text.substr(0, text.find('/')), all_names()));
}

}  // namespace

DataName parse_data_name(const std::string& text, Split otherwise) {
  if (has_name(text)) return {text, otherwise};
  for (const Split split : {Split::train, Split::test}) {
    const std::string ending = split == Split::train ? "/train" : "/test";
    if (!text.ends_with(ending)) continue;
    const std::string name = text.substr(0, text.size() - ending.size());
    if (has_name(name) || fs::is_regular_file(name)) return {name, split};
  }
  if (!fs::exists(text)) reject_unknown(text);
  return {text, has_halves(text) ? otherwise : Split::train};
}

PrepareImage image_preparation(const DataOptions& options) {
  if (options.crop == 0 && options.image_size == 0 && options.channels == 0 && options.pad_to == 0) return {};
  require(options.channels != 2, "data.channels = 2 (1 is grey, 3 is red, green, blue; 0 keeps what is there).");
  return [options](const Tensor& image) {
    Tensor out = image;
    if (options.crop > 0) out = centre_crop(out, options.crop);
    if (options.image_size > 0) out = resize(out, options.image_size, options.image_size);
    if (options.channels > 0) out = to_channels(out, options.channels);
    if (options.pad_to > 0) out = pad_to(out, options.pad_to);
    return out;
  };
}

std::shared_ptr<const Source> load_source(const DataOptions& options, Split split) {
  const PrepareImage prepare = image_preparation(options);
  if (is_synthetic(options.name)) {
    auto source = synthetic_source(options.name, split);
    return prepare ? std::make_shared<PreparedSource>(std::move(source), prepare) : source;
  }
  if (options.name == kStackedName) {
    DataOptions digits = options;
    digits.name = "mnist";
    return std::make_shared<StackedSource>(load_source(digits, split));
  }
  if (is_known(options.name)) {
    const KnownSet& set = known_set(options.name);
    return std::make_shared<MemorySource>(set.name, split, set.read(find_known(set, split), split, prepare));
  }
  if (!fs::exists(options.name)) reject_unknown(options.name);
  return std::make_shared<MemorySource>(options.name, split, read_path_data(options.name, split, prepare));
}

std::shared_ptr<const Source> load_named_data(DataOptions options, const std::string& text, const Shape& datum_shape) {
  const DataName named = parse_data_name(text, Split::test);
  options.name = named.name;
  // Stacked digits have their three channels by themselves.
  if (datum_shape.size() == 3 && named.name != kStackedName) options.channels = datum_shape[0];
  return load_source(options, named.split);
}

}  // namespace mdsm
