#include "mdsm/cli/restore_inputs.h"

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/load.h"
#include "mdsm/data/transform.h"
#include "mdsm/formats/image_file.h"

namespace mdsm::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kUnlessTold = 16;  // images of a data set

/// A file as an image that the energy knows: what is larger than its data is cropped and resized as those were.
Tensor prepared_image(const Tensor& image, const DataOptions& options, const Shape& datum_shape) {
  DataOptions preparation = options;
  preparation.channels = datum_shape[0];
  if (image.size(1) <= datum_shape[1] && image.size(2) <= datum_shape[2]) {
    preparation.crop = 0;
    preparation.image_size = 0;
  }
  return image_preparation(preparation)(image);
}

void add_file(const std::string& file, InputKind kind, const DataOptions& options, const Shape& datum_shape,
              std::vector<std::string>& names, Tensors& parts) {
  Tensor image = read_image(file);
  if (kind == InputKind::truth) image = prepared_image(image, options, datum_shape);
  names.push_back(fs::path(file).stem().string());
  parts.push_back(image.to(at::kFloat).div_(255).unsqueeze(0));
}

void add_data(const std::string& text, int64_t count, InputKind kind, const DataOptions& options,
              const Shape& datum_shape, std::vector<std::string>& names, Tensors& parts) {
  DataOptions as_they_are;
  const auto source =
      kind == InputKind::truth ? load_named_data(options, text, datum_shape) : load_named_data(as_they_are, text, {});
  require(source->info().datum_shape.size() == 3, "{}: data of shape {} are no images.", text,
          to_text(source->info().datum_shape));
  if (count == 0) count = std::min(kUnlessTold, source->size());
  require(count <= source->size(), "{}: {} images asked for (there are {}). Lower --n.", text, count, source->size());
  parts.push_back(source->read(index_range(0, count)));
  const std::string stem = fs::path(source->info().name).stem().string();
  for (int64_t i = 0; i < count; ++i) names.push_back(fmt::format("{}-{:06}", stem, i));
}

}  // namespace

ImageInputs read_images(const std::vector<std::string>& arguments, int64_t count, InputKind kind,
                        const TrainedEnergy& trained) {
  const Shape datum_shape = trained.energy->datum_shape();
  DataOptions options = trained.experiment.data;
  options.pad_to = 0;  // the border is the solver's: Framed
  ImageInputs inputs;
  Tensors parts;
  for (const std::string& argument : arguments) {
    const bool file = fs::is_regular_file(argument) && is_image_name(argument);
    if (file) add_file(argument, kind, options, datum_shape, inputs.names, parts);
    else add_data(argument, count, kind, options, datum_shape, inputs.names, parts);
    require(parts.back().sizes().slice(1) == parts.front().sizes().slice(1),
            "{}: images of {} after images of {} (all must have one shape). Restore them apart.", argument,
            to_text(parts.back().sizes().slice(1)), to_text(parts.front().sizes().slice(1)));
  }
  inputs.images = at::cat(parts);
  return inputs;
}

}  // namespace mdsm::cli
