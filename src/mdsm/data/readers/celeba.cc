#include "mdsm/data/readers/celeba.h"

#include <charconv>
#include <map>

#include "mdsm/base/error.h"
#include "mdsm/data/transform.h"
#include "mdsm/formats/archive_reader.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_file.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kLastTrain = 162770;
constexpr int64_t kFirstTest = 182638;
constexpr int64_t kCrop = 140;
constexpr int64_t kSize = 32;
constexpr int64_t kLargestFile = 1 << 24;

/// The number of "img_align_celeba/000123.jpg", or -1.
int64_t image_number(const std::string& name) {
  const std::string stem = fs::path(name).stem().string();
  int64_t number = -1;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
  return is_image_name(name) && error == std::errc() && end == stem.data() + stem.size() ? number : -1;
}

/// Which half an image belongs to.
class Partition {
 public:
  explicit Partition(const fs::path& folder) {
    const fs::path list = folder / "list_eval_partition.txt";
    if (!fs::exists(list)) return;
    std::string text = read_file(list);
    std::replace(text.begin(), text.end(), '\n', ' ');
    size_t at = 0;
    const auto word = [&] {
      at = std::min(text.find_first_not_of(" \r\t", at), text.size());
      const size_t end = std::min(text.find_first_of(" \r\t", at), text.size());
      return text.substr(std::exchange(at, end), end - at);
    };
    for (std::string name = word(); !name.empty(); name = word()) {
      const std::string part = word();
      require(part == "0" || part == "1" || part == "2", "{}: '{} {}' (expected an image's name and 0, 1 or 2).",
              list.string(), name, part);
      listed_[image_number(name)] = part[0] - '0';
    }
  }

  bool has(int64_t number, Split split) const {
    if (!listed_.empty()) {
      const auto found = listed_.find(number);
      return found != listed_.end() && found->second == (split == Split::train ? 0 : 2);
    }
    return split == Split::train ? number >= 1 && number <= kLastTrain : number >= kFirstTest;
  }

 private:
  std::map<int64_t, int> listed_;
};

Tensor to_datum(const Tensor& image, const PrepareImage& prepare) {
  const Tensor small = resize(centre_crop(to_channels(image, 3), kCrop), kSize, kSize);
  return prepare ? prepare(small) : small;
}

LabelledData stacked(const std::map<int64_t, Tensor>& images, const fs::path& folder) {
  require(!images.empty(), "{}: no image NNNNNN.jpg of this half. Put img_align_celeba.zip there.", folder.string());
  Tensors in_order;
  for (const auto& [number, image] : images) in_order.push_back(image);
  return {at::stack(in_order), at::full({static_cast<int64_t>(in_order.size())}, -1, at::kLong), {}};
}

}  // namespace

LabelledData read_celeba(const fs::path& folder, Split split, const Reading& reading) {
  const Partition partition(folder);
  std::map<int64_t, Tensor> images;  // archives keep files in any order
  const fs::path unpacked = folder / "img_align_celeba";
  if (fs::is_directory(unpacked)) {
    for (const auto& entry : fs::directory_iterator(unpacked)) {
      const int64_t number = image_number(entry.path().filename().string());
      if (number >= 0 && partition.has(number, split))
        images[number] = to_datum(read_image(entry.path()), reading.prepare);
    }
    return stacked(images, folder);
  }
  ArchiveReader archive(folder / "img_align_celeba.zip");
  while (archive.next()) {
    const int64_t number = image_number(archive.name());
    if (number < 0 || !partition.has(number, split)) continue;
    images[number] = to_datum(decode_image(archive.read(kLargestFile), archive.name()), reading.prepare);
  }
  return stacked(images, folder);
}

}  // namespace mdsm
