#include "mdsm/jobs/images.h"

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/load.h"
#include "mdsm/data/transform.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"
#include "mdsm/restore/framed.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kUnlessTold = 16;  // data of a set

/// Reads all images for one energy.
class ImageReader {
 public:
  ImageReader(int64_t count, ImageRole role, const TrainedEnergy& trained)
      : count_(count), role_(role), options_(trained.experiment.data), shape_(trained.energy->datum_shape()) {
    options_.pad_to = 0;  // the border is no part of an image
  }

  void add(const std::string& source) {
    const bool noisy = role_ == ImageRole::noisy;
    if (fs::is_regular_file(source) && is_image_name(source)) add_file(source);
    else if (noisy && fs::is_directory(source)) add_folder(source);
    else if (noisy && fs::is_regular_file(source) && fs::path(source).extension() == ".npy") add_array(source);
    else add_data(source);
  }
  std::vector<NamedImage> take() { return std::move(images_); }

 private:
  void add_file(const fs::path& file) {
    images_.push_back({file.stem().string(), floats(prepared(read_image(file), file.string()))});
  }

  void add_folder(const fs::path& folder) {
    std::vector<fs::path> inside;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (is_image_name(entry.path().filename().string())) inside.push_back(entry.path());
    }
    require(!inside.empty(), "{}: no PNG or JPEG file in this folder.", folder.string());
    std::sort(inside.begin(), inside.end());
    for (const fs::path& file : inside) add_file(file);
  }

  void add_array(const fs::path& file) {
    const Tensor batch = read_npy(file).to(at::kFloat);
    require_batch(batch, shape_, file.string());
    add_rows(file.stem().string(), batch);
  }

  void add_data(const std::string& text) {
    const auto source =
        role_ == ImageRole::measured ? load_named_data({}, text, {}) : load_named_data(options_, text, shape_);
    const bool pictures = source->info().datum_shape.size() == 3;
    require(pictures || role_ == ImageRole::noisy, "{}: data of shape {} are no images.", text,
            to_text(source->info().datum_shape));
    const int64_t count = count_ == 0 ? std::min(kUnlessTold, source->size()) : count_;
    require(count <= source->size(), "{}: {} images asked for (there are {}). Lower n.", text, count, source->size());
    Tensor x = source->read(index_range(0, count));
    if (role_ == ImageRole::noisy && pictures) x = floats(prepared(to_uint8(x), text));
    require(pictures || x.sizes().slice(1) == at::IntArrayRef(shape_), "{}: data of shape {} (the energy takes {}).",
            text, to_text(x.sizes().slice(1)), to_text(shape_));
    add_rows(fs::path(source->info().name).stem().string(), x);
  }

  void add_rows(const std::string& stem, const Tensor& batch) {
    for (int64_t i = 0; i < batch.size(0); ++i) images_.push_back({fmt::format("{}-{:06}", stem, i), batch[i]});
  }

  /// Images (C, h, w) or (N, C, h, w) uint8 as their role wants them.
  Tensor prepared(const Tensor& image, const std::string& where) const {
    if (role_ == ImageRole::measured) return image;
    require(shape_.size() == 3, "{}: the energy takes vectors {}, not images. Pass an array X.npy.", where,
            to_text(shape_));
    const bool fits = image.size(-2) <= shape_[1] && image.size(-1) <= shape_[2];
    if (role_ == ImageRole::noisy) {
      require(fits, "{}: {} x {} pixels (the energy takes at most {} x {}). Resize or crop it first.", where,
              image.size(-2), image.size(-1), shape_[1], shape_[2]);
      return to_channels(image, shape_[0]);
    }
    DataOptions preparation = options_;
    preparation.channels = shape_[0];
    if (fits) preparation.crop = preparation.image_size = 0;
    return image_preparation(preparation)(image);
  }

  static Tensor floats(const Tensor& image) { return image.to(at::kFloat).div_(255); }

  int64_t count_;
  ImageRole role_;
  DataOptions options_;
  Shape shape_;
  std::vector<NamedImage> images_;
};

}  // namespace

std::vector<NamedImage> read_images(const std::vector<std::string>& sources, int64_t count, ImageRole role,
                                    const TrainedEnergy& trained) {
  ImageReader reader(count, role, trained);
  for (const std::string& source : sources) reader.add(source);
  return reader.take();
}

Tensor stacked(const std::vector<NamedImage>& images) {
  require(!images.empty(), "images: there are none.");
  Tensors parts;
  for (const NamedImage& image : images) {
    require(image.pixels.sizes() == images.front().pixels.sizes(),
            "{}: an image of {} after images of {} (all must have one shape). Restore them apart.", image.name,
            to_text(image.pixels.sizes()), to_text(images.front().pixels.sizes()));
    parts.push_back(image.pixels);
  }
  return at::stack(parts);
}

Tensor in_frame(const Tensor& pixels, const Shape& datum_shape) {
  if (datum_shape.size() != 3) return pixels;
  return with_border(pixels.unsqueeze(0), datum_shape[1], datum_shape[2])[0];
}

Tensor out_of_frame(const Tensor& batch, const Shape& frame) {
  return frame.size() == 3 ? middle_of(batch, frame[1], frame[2]) : batch;
}

}  // namespace mdsm
