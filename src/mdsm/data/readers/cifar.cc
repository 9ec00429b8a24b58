#include "mdsm/data/readers/cifar.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/data/readers/piece_collector.h"
#include "mdsm/data/readers/set_memory.h"
#include "mdsm/formats/archive_reader.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/places.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kPixels = 3 * 32 * 32;
constexpr int64_t kNamesLimit = 65536;

/// How one of the two sets is laid out.
struct Layout {
  const char* title;
  const char* folder;  ///< inside the published archive
  const char* names_file;
  std::vector<std::string> train;
  std::vector<std::string> test;
  int64_t classes;
  int64_t label_bytes;  ///< in front of the pixels; the last one is the label

  int64_t record_bytes() const { return label_bytes + kPixels; }
  const std::vector<std::string>& files(Split split) const { return split == Split::train ? train : test; }
};

Layout layout_of(CifarKind kind) {
  if (kind == CifarKind::ten) {
    return {
        .title = "CIFAR-10",
        .folder = "cifar-10-batches-bin",
        .names_file = "batches.meta.txt",
        .train = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
        .test = {"test_batch.bin"},
        .classes = 10,
        .label_bytes = 1};
  }
  return {.title = "CIFAR-100",
          .folder = "cifar-100-binary",
          .names_file = "fine_label_names.txt",
          .train = {"train.bin"},
          .test = {"test.bin"},
          .classes = 100,
          .label_bytes = 2};
}

/// The files of a split, one after the other.
class CifarFiles {
 public:
  virtual ~CifarFiles() = default;
  /// Bytes of each file, by name; of the file of class names too if there is one.
  virtual std::map<std::string, int64_t> sizes() const = 0;
  /// Calls action(name, read) for each of these files, in any order; read(out, count) gives its next bytes.
  using ReadBytes = std::function<void(void* out, int64_t count)>;
  virtual void for_each(const std::function<void(const std::string& name, const ReadBytes& read)>& action) const = 0;
};

class FolderFiles final : public CifarFiles {
 public:
  FolderFiles(const fs::path& folder, const Layout& layout, Split split) {
    const std::vector<std::string>& names = layout.files(split);
    const fs::path inner = folder / layout.folder;
    const fs::path& place = !is_present(folder / names.front()) && is_folder(inner) ? inner : folder;
    for (const std::string& name : names) {
      require(is_present(place / name),
              "'{}' holds no '{}' (a file of the binary version of {}). "
              "Give the folder of the .bin files, or the published .tar.gz.",
              place.string(), name, layout.title);
      files_.try_emplace(name, place / name);
    }
    if (is_present(place / layout.names_file)) files_.try_emplace(layout.names_file, place / layout.names_file);
  }

  std::map<std::string, int64_t> sizes() const override {
    std::map<std::string, int64_t> sizes;
    for (const auto& [name, file] : files_) sizes[name] = file.size();
    return sizes;
  }
  void for_each(const std::function<void(const std::string&, const ReadBytes&)>& action) const override {
    for (const auto& [name, file] : files_) {
      int64_t done = 0;
      action(name, [&](void* out, int64_t count) { file.read(std::exchange(done, done + count), out, count); });
    }
  }

 private:
  std::map<std::string, InputFile> files_;
};

/// Gone through twice: how many images there are must be known before the first is placed.
class PackedFiles final : public CifarFiles {
 public:
  PackedFiles(fs::path path, const Layout& layout, Split split) : path_(std::move(path)) {
    const std::vector<std::string>& names = layout.files(split);
    std::string block(size_t{1} << 20, '\0');
    go_through([&](const std::string& name, ArchiveReader& archive) {
      if (name != layout.names_file && std::find(names.begin(), names.end(), name) == names.end()) return;
      require(!sizes_.contains(name), "'{}' holds two files '{}'. Fetch the published archive again.", path_.string(),
              name);
      int64_t& size = sizes_[name];
      for (int64_t got = 1; got > 0; size += got) {
        got = archive.read_some(block.data(), static_cast<int64_t>(block.size()));
      }
    });
    for (const std::string& name : names) {
      require(sizes_.contains(name), "'{}' holds no '{}' (a file of the binary version of {}). Fetch it again.",
              path_.string(), name, layout.title);
    }
  }

  std::map<std::string, int64_t> sizes() const override { return sizes_; }
  void for_each(const std::function<void(const std::string&, const ReadBytes&)>& action) const override {
    go_through([&](const std::string& name, ArchiveReader& archive) {
      if (!sizes_.contains(name)) return;
      action(name, [&](void* out, int64_t count) {
        if (archive.read_some(out, count) != count) fail("'{}' changed while it was read.", path_.string());
      });
    });
  }

 private:
  void go_through(const std::function<void(const std::string&, ArchiveReader&)>& action) const {
    ArchiveReader archive(path_);
    while (archive.next()) action(fs::path(archive.name()).filename().string(), archive);
  }

  fs::path path_;
  std::map<std::string, int64_t> sizes_;
};

/// The lines of the file, empty ones left out.
std::vector<std::string> class_names(const std::string& text, const Layout& layout, const fs::path& path) {
  std::vector<std::string> names;
  std::string name;
  for (const char letter : text + "\n") {
    if (letter != '\n') {
      if (letter != '\r') name += letter;
    } else if (!name.empty()) {
      names.push_back(std::exchange(name, {}));
    }
  }
  require(static_cast<int64_t>(names.size()) == layout.classes,
          "'{}' of '{}' names {} classes ({} has {}). Fetch the set again, or take this file out.", layout.names_file,
          path.string(), names.size(), layout.title, layout.classes);
  return names;
}

/// Checked: at least 1.
int64_t count_records(const std::string& name, int64_t bytes, const Layout& layout, const fs::path& path) {
  require(bytes > 0 && bytes % layout.record_bytes() == 0,
          "'{}' of '{}' has {} bytes, which are not whole records of {} ({} images). Was it cut short? Fetch it again.",
          name, path.string(), bytes, layout.record_bytes(), layout.title);
  return bytes / layout.record_bytes();
}

/// Images (n, 3, 32, 32) and labels (n) of some records, of which the first is number `first` of the file.
LabelledData parse(const std::vector<uint8_t>& records, int64_t first, const std::string& name, const Layout& layout,
                   const fs::path& path) {
  const auto count = static_cast<int64_t>(records.size()) / layout.record_bytes();
  LabelledData some{
      .data = at::empty({count, 3, 32, 32}, at::kByte), .labels = at::empty({count}, at::kLong), .classes = {}};
  auto* pixels = some.data.mutable_data_ptr<uint8_t>();
  auto* labels = some.labels.mutable_data_ptr<int64_t>();
  const uint8_t* record = records.data();
  for (int64_t i = 0; i < count; ++i, record += layout.record_bytes(), pixels += kPixels) {
    const int64_t label = record[layout.label_bytes - 1];
    require(label < layout.classes, "'{}' of '{}': image {} has the label {} ({} has 0 to {}). Is it another set?",
            name, path.string(), first + i, label, layout.title, layout.classes - 1);
    *labels++ = label;
    std::memcpy(pixels, record + layout.label_bytes, kPixels);
  }
  return some;
}

/// Where the images of each file begin in the set, and how many there are in all.
std::pair<std::map<std::string, int64_t>, int64_t> places_of(const std::map<std::string, int64_t>& sizes,
                                                             const Layout& layout, Split split, const fs::path& path) {
  std::map<std::string, int64_t> places;
  int64_t total = 0;
  for (const std::string& name : layout.files(split)) {
    places[name] = std::exchange(total, total + count_records(name, sizes.at(name), layout, path));
  }
  return {places, total};
}

}  // namespace

LabelledData read_cifar(const fs::path& path, CifarKind kind, Split split, const PrepareImage& prepare) {
  const Layout layout = layout_of(kind);
  std::unique_ptr<CifarFiles> files;
  if (is_folder(path)) files = std::make_unique<FolderFiles>(path, layout, split);
  else files = std::make_unique<PackedFiles>(path, layout, split);
  const std::map<std::string, int64_t> sizes = files->sizes();
  const auto [places, total] = places_of(sizes, layout, split, path);

  LabelledData result{.data = {}, .labels = at::empty({total}, at::kLong), .classes = {}};
  PieceCollector images(path.string(), total, prepare);
  files->for_each([&, &places = places](const std::string& name, const CifarFiles::ReadBytes& read) {
    const int64_t size = sizes.at(name);
    if (name == layout.names_file) {
      require(size <= kNamesLimit, "'{}' of '{}' has {} bytes (names take at most {}).", name, path.string(), size,
              kNamesLimit);
      std::string text(static_cast<size_t>(size), '\0');
      read(text.data(), size);
      result.classes = class_names(text, layout, path);
      return;
    }
    const int64_t count = size / layout.record_bytes();
    const int64_t piece = piece_of(layout.record_bytes());
    for (int64_t first = 0; first < count; first += piece) {
      std::vector<uint8_t> records(static_cast<size_t>(std::min(piece, count - first) * layout.record_bytes()));
      read(records.data(), static_cast<int64_t>(records.size()));
      const LabelledData some = parse(records, first, name, layout, path);
      const int64_t place = places.at(name) + first;
      images.put(place, some.data);
      result.labels.narrow(0, place, some.labels.size(0)).copy_(some.labels);
    }
  });
  result.data = images.finish();
  return result;
}

}  // namespace mdsm
