#include "mdsm/jobs/images.h"

#include <map>

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/load.h"
#include "mdsm/data/pictures/patch_data.h"
#include "mdsm/data/readers/file_tree.h"
#include "mdsm/data/readers/image_tree.h"
#include "mdsm/data/readers/picture_counts.h"
#include "mdsm/data/subset.h"
#include "mdsm/data/transform.h"
#include "mdsm/formats/file.h"
#include "mdsm/restore/framed.h"
#include "mdsm/system/memory.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kUnlessTold = 16;  // data of a set
// What denoising takes at its peak beside tiles, estimated from the tensors it holds (docs/how-to/photographs.md), and for the results of
// others.
constexpr int64_t kBytesAValue = 64, kBytesAKeptValue = 4;

bool is_array_file(const std::string& source) {
  const std::string extension = fs::path(source).extension();
  return fs::is_regular_file(source) && (extension == ".npy" || extension == ".npz");
}

/// Images that lie directly in a folder which holds nothing else that is read, by name; empty otherwise.
std::vector<fs::path> loose_images(const fs::path& folder) {
  std::vector<fs::path> images;
  for (const std::string& file : list_files(folder)) {
    if (!is_visible(file) || !is_image_name(file)) continue;
    if (file.find('/') != std::string::npos) return {};
    images.push_back(folder / file);
  }
  std::sort(images.begin(), images.end());
  return images;
}

/// Reads all images for one energy.
class ImageReader {
 public:
  /// \param go_on  past picture files that cannot be read
  ImageReader(int64_t count, ImageRole role, const TrainedEnergy& trained, bool go_on)
      : count_(count),
        go_on_(go_on),
        role_(role),
        options_(trained.experiment.data),
        shape_(trained.energy->datum_shape()),
        any_size_(trained.takes_any_size()) {
    options_.pad_to = 0;  // the border is no part of an image
  }

  void add(const std::string& source) {
    if (fs::is_regular_file(source) && is_image_name(source)) return add_file(source);
    if (role_ == ImageRole::noisy && fs::is_directory(source)) {
      const std::vector<fs::path> loose = loose_images(source);
      if (!loose.empty()) return add_loose(loose, source);
    }
    add_data(source);
  }

  std::vector<NamedImage> take() {
    if (images_.empty() && !unreadable_.empty()) throw Error(unreadable_.front());
    std::map<std::string, int> uses;
    for (NamedImage& image : images_) {
      if (const int use = ++uses[image.name]; use > 1) image.name += fmt::format("-{}", use);
    }
    return std::move(images_);
  }
  std::vector<std::string> take_notes() {
    for (std::string& note : counts_.notes("pictures", background())) notes_.push_back(std::move(note));
    for (std::string& note : fit_->notes("pictures", image_changes(options_))) notes_.push_back(std::move(note));
    return std::move(notes_);
  }
  std::vector<std::string> take_unreadable() { return std::move(unreadable_); }

 private:
  uint8_t background() const { return static_cast<uint8_t>(options_.background); }

  void add_file(const fs::path& file) {
    try {
      if (role_ == ImageRole::noisy) add_whole(file);
      else add_pixels(file);
    } catch (const Error& error) {
      if (!go_on_ || error.fault() != Fault::request) throw;
      unreadable_.emplace_back(error.what());
    }
  }

  void add_pixels(const fs::path& file) {
    const Picture picture = read_picture(file, background());
    counts_.add(picture);
    images_.push_back({file.stem().string(), floats(prepared(picture.pixels, file.string()))});
  }

  /// With all that is needed to write the result in the form of this file.
  void add_whole(const fs::path& file) {
    const std::string bytes = read_file(file, kImageFileLimit), what = fmt::format("'{}'", file.string());
    const PictureSize size = picture_size(bytes, what);
    require_room(size.height * size.width * (shape_.size() == 3 ? shape_[0] : 1), what);
    WholePicture whole = decode_whole_picture(bytes, what);
    counts_.add({.pixels = {}, .turned = whole.turned});
    images_.push_back({file.stem().string(), prepared(whole.colours, file.string()), std::move(whole.form)});
    values_ += images_.back().pixels.numel();
  }

  /// \throws Error if an image of so many values cannot be worked on beside those that were read
  void require_room(int64_t values, const std::string& what) const {
    const int64_t takes = values * kBytesAValue + values_ * kBytesAKeptValue, free = available_memory();
    require(takes < free,
            "{}: it takes {} to work on this picture and the {} before it, and {} are free. Take fewer in one call, or "
            "smaller ones.",
            what, format_bytes(takes), images_.size(), format_bytes(free));
  }

  void add_loose(const std::vector<fs::path>& files, const std::string& folder) {
    const auto size = static_cast<int64_t>(files.size());
    for (const int64_t at : chosen(size, size, folder)) add_file(files[static_cast<size_t>(at)]);
  }

  /// What is done to a data set as it is read: a measurement, what is noisy already, and what may have any size are not
  /// resized.
  std::shared_ptr<const Source> load(const std::string& text) const {
    const bool measured = role_ == ImageRole::measured;
    if (!measured && !any_size_ && !(role_ == ImageRole::noisy && is_array_file(text)))
      return load_named_data(options_, text, shape_);
    DataOptions plain = options_;
    plain.crop = plain.image_size = plain.channels = plain.patch = 0;
    return load_named_data(plain, text, measured ? Shape{} : shape_);
  }

  /// Whole pictures, each of its own size.
  void add_pictures(const std::string& text) {
    const bool measured = role_ == ImageRole::measured;
    const PictureSet set = open_named_pictures(options_, text, measured ? 0 : shape_[0]);
    const auto size = static_cast<int64_t>(set.pictures.places.size());
    const std::string stem = fs::path(set.info.name).stem().string();
    for (const int64_t at : chosen(size, std::min(kUnlessTold, size), text)) {
      const int64_t place = set.pictures.places[static_cast<size_t>(at)];
      const Tensor picture = set.pictures.all->read(place);
      require(picture.defined(), "{}: it cannot be decoded. Take it out.", set.pictures.all->name(place));
      images_.push_back({fmt::format("{}-{:06}", stem, at), floats(picture)});
    }
    for (const std::string& note : set.info.notes) notes_.push_back(note);
  }

  void add_data(const std::string& text) {
    if (any_size_ && names_pictures(text)) return add_pictures(text);
    const auto source = load(text);
    const Shape& shape = source->info().datum_shape;
    const bool pictures = shape.size() == 3;
    require(pictures || role_ == ImageRole::noisy, "{}: data of shape {} are no images.", text, to_text(shape));
    require(pictures || shape == shape_, "{}: data of shape {} (the energy takes {}).", text, to_text(shape),
            to_text(shape_));
    const bool whole = role_ == ImageRole::noisy && is_array_file(text);
    const int64_t unless_told = whole ? source->size() : std::min(kUnlessTold, source->size());
    const std::vector<int64_t> places = chosen(source->size(), unless_told, text);
    Tensor x = source->read(places);
    if (role_ == ImageRole::noisy && pictures) x = prepared(x, text);
    add_rows(fs::path(source->info().name).stem().string(), x, places);
    for (const std::string& note : source->info().notes) notes_.push_back(note);
  }

  /// The places of those of `size` data that are read: what was asked for or, where nothing was, `otherwise` of them.
  std::vector<int64_t> chosen(int64_t size, int64_t otherwise, const std::string& text) const {
    const int64_t count = count_ == 0 ? otherwise : count_;
    require(count <= size, "{}: {} images asked for (there are {}). Lower n.", text, count, size);
    return size == Source::kEndless ? index_range(0, count) : subset_of(size, count);
  }

  /// Named by their places in the set, which tell them from all others of it.
  void add_rows(const std::string& stem, const Tensor& batch, const std::vector<int64_t>& places) {
    for (size_t i = 0; i < places.size(); ++i) {
      images_.push_back({fmt::format("{}-{:06}", stem, places[i]), batch[static_cast<int64_t>(i)]});
    }
  }

  /// Images (C, h, w) or (N, C, h, w), bytes or floats, as their role wants them.
  Tensor prepared(const Tensor& image, const std::string& where) const {
    if (role_ == ImageRole::measured) return image;
    require(shape_.size() == 3, "{}: the energy takes vectors {}, not images. Pass an array X.npy.", where,
            to_text(shape_));
    if (any_size_) return to_channels(image, shape_[0]);
    const bool fits = image.size(-2) <= shape_[1] && image.size(-1) <= shape_[2];
    if (role_ == ImageRole::noisy) {
      require(fits, "{}: {} x {} pixels (the energy takes at most {} x {}). Resize or crop it first.", where,
              image.size(-2), image.size(-1), shape_[1], shape_[2]);
      return to_channels(image, shape_[0]);
    }
    ImageChanges changes = image_changes(options_);
    changes.channels = shape_[0];
    if (fits) changes.crop = changes.image_size = 0;
    const PrepareImage prepare = preparation(changes, fit_);
    return prepare(image);
  }

  static Tensor floats(const Tensor& image) { return image.to(at::kFloat).div_(255); }

  int64_t count_;
  bool go_on_;
  ImageRole role_;
  DataOptions options_;
  Shape shape_;
  bool any_size_;
  int64_t values_ = 0;  // of whole pictures that were read
  std::vector<NamedImage> images_;
  PictureCounts counts_;  // of single files, as is fit_
  std::shared_ptr<FitCounts> fit_ = std::make_shared<FitCounts>();
  std::vector<std::string> notes_, unreadable_;
};

}  // namespace

std::vector<NamedImage> read_images(const std::vector<std::string>& sources, int64_t count, ImageRole role,
                                    const TrainedEnergy& trained, std::vector<std::string>* notes,
                                    std::vector<std::string>* unreadable) {
  ImageReader reader(count, role, trained, unreadable != nullptr);
  for (const std::string& source : sources) reader.add(source);
  if (notes != nullptr) *notes = reader.take_notes();
  std::vector<NamedImage> images = reader.take();
  if (unreadable != nullptr) *unreadable = reader.take_unreadable();
  return images;
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
