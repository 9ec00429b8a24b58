#include "mdsm/data/readers/celeba.h"

#include <charconv>
#include <functional>
#include <map>

#include "mdsm/base/error.h"
#include "mdsm/data/readers/image_collector.h"
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

/// Where an image comes in the set: names of one width, whatever the files' are.
std::string key_of(int64_t number) { return fmt::format("{:09}.jpg", number); }

/// The images of a half, each put in its place when its file is read.
class CelebaImages {
 public:
  /// \param numbers  of all of them
  CelebaImages(const fs::path& folder, const std::vector<int64_t>& numbers, const Reading& reading)
      : images_(folder.string(), keys_of(folder, numbers), small(reading)) {}

  void add(int64_t number, const std::function<std::string()>& read) { images_.add(key_of(number), read); }
  LabelledData finish() { return images_.finish("", {}); }

 private:
  /// The paper's crop and size before whatever else is done to the images.
  static Reading small(Reading reading) {
    reading.prepare = [prepare = reading.prepare](const Tensor& image) {
      const Tensor out = resize(centre_crop(to_channels(image, 3), kCrop), kSize, kSize);
      return prepare ? prepare(out) : out;
    };
    return reading;
  }

  static std::vector<std::string> keys_of(const fs::path& folder, const std::vector<int64_t>& numbers) {
    require(!numbers.empty(), "{}: no image NNNNNN.jpg of this half. Put img_align_celeba.zip there.", folder.string());
    std::vector<std::string> keys;
    for (const int64_t number : numbers) keys.push_back(key_of(number));
    return keys;
  }

  ImageCollector images_;
};

LabelledData read_unpacked(const fs::path& folder, const Partition& partition, Split split, const Reading& reading) {
  std::map<int64_t, fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder / "img_align_celeba")) {
    const int64_t number = image_number(entry.path().filename().string());
    if (number >= 0 && partition.has(number, split)) files[number] = entry.path();
  }
  std::vector<int64_t> numbers;
  for (const auto& [number, file] : files) numbers.push_back(number);
  CelebaImages images(folder, numbers, reading);
  for (const auto& [number, file] : files)
    images.add(number, [&, &file = file] { return read_file(file, kLargestFile); });
  return images.finish();
}

}  // namespace

LabelledData read_celeba(const fs::path& folder, Split split, const Reading& reading) {
  const Partition partition(folder);
  if (fs::is_directory(folder / "img_align_celeba")) return read_unpacked(folder, partition, split, reading);
  const auto for_each = [&](const std::function<void(int64_t number, ArchiveReader & archive)>& action) {
    ArchiveReader archive(folder / "img_align_celeba.zip");
    while (archive.next()) {
      const int64_t number = image_number(archive.name());
      if (number >= 0 && partition.has(number, split)) action(number, archive);
    }
  };
  std::vector<int64_t> numbers;
  for_each([&](int64_t number, ArchiveReader&) { numbers.push_back(number); });
  CelebaImages images(folder, numbers, reading);
  for_each(
      [&](int64_t number, ArchiveReader& archive) { images.add(number, [&] { return archive.read(kLargestFile); }); });
  return images.finish();
}

}  // namespace mdsm
