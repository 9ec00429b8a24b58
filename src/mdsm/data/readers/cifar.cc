#include "mdsm/data/readers/cifar.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/formats/archive_reader.h"
#include "mdsm/formats/file.h"

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

/// False too for what may not be looked at: std::filesystem's own exceptions are none of this library's.
bool is_present(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// The bytes of the files of a split, by file name, and of the file of class names if there is one.
using FileBytes = std::map<std::string, std::string>;

FileBytes read_folder(const fs::path& folder, const Layout& layout, Split split) {
  const std::vector<std::string>& names = layout.files(split);
  const fs::path inner = folder / layout.folder;
  const fs::path& place = !is_present(folder / names.front()) && is_folder(inner) ? inner : folder;
  FileBytes files;
  for (const std::string& name : names) {
    require(is_present(place / name),
            "'{}' holds no '{}' (a file of the binary version of {}). "
            "Give the folder of the .bin files, or the published .tar.gz.",
            place.string(), name, layout.title);
    files[name] = read_file(place / name);
  }
  if (is_present(place / layout.names_file)) {
    files[layout.names_file] = read_file(place / layout.names_file, kNamesLimit);
  }
  return files;
}

FileBytes read_packed(const fs::path& path, const Layout& layout, Split split) {
  const std::vector<std::string>& names = layout.files(split);
  FileBytes files;
  ArchiveReader archive(path);
  while (archive.next()) {
    const std::string name = fs::path(archive.name()).filename().string();
    if (name == layout.names_file) {
      files[name] = archive.read(kNamesLimit);
    } else if (std::find(names.begin(), names.end(), name) != names.end()) {
      require(!files.contains(name), "'{}' holds two files '{}'. Fetch the published archive again.", path.string(),
              name);
      files[name] = archive.read(kReadLimit);
    }
  }
  for (const std::string& name : names) {
    require(files.contains(name), "'{}' holds no '{}' (a file of the binary version of {}). Fetch it again.",
            path.string(), name, layout.title);
  }
  return files;
}

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
int64_t count_records(const std::string& name, const std::string& bytes, const Layout& layout, const fs::path& path) {
  const auto size = static_cast<int64_t>(bytes.size());
  require(size > 0 && size % layout.record_bytes() == 0,
          "'{}' of '{}' has {} bytes, which are not whole records of {} ({} images). Was it cut short? Fetch it again.",
          name, path.string(), size, layout.record_bytes(), layout.title);
  return size / layout.record_bytes();
}

}  // namespace

LabelledData read_cifar(const fs::path& path, CifarKind kind, Split split) {
  const Layout layout = layout_of(kind);
  FileBytes files = is_folder(path) ? read_folder(path, layout, split) : read_packed(path, layout, split);
  int64_t total = 0;
  for (const std::string& name : layout.files(split)) total += count_records(name, files.at(name), layout, path);

  LabelledData result{
      .data = at::empty({total, 3, 32, 32}, at::kByte), .labels = at::empty({total}, at::kLong), .classes = {}};
  auto* pixels = result.data.mutable_data_ptr<uint8_t>();
  auto* labels = result.labels.mutable_data_ptr<int64_t>();
  for (const std::string& name : layout.files(split)) {
    const std::string bytes = std::exchange(files.at(name), {});
    const int64_t count = count_records(name, bytes, layout, path);
    const char* record = bytes.data();
    for (int64_t i = 0; i < count; ++i, record += layout.record_bytes(), pixels += kPixels) {
      const int64_t label = static_cast<unsigned char>(record[layout.label_bytes - 1]);
      require(label < layout.classes, "'{}' of '{}': image {} has the label {} ({} has 0 to {}). Is it another set?",
              name, path.string(), i, label, layout.title, layout.classes - 1);
      *labels++ = label;
      std::memcpy(pixels, record + layout.label_bytes, kPixels);
    }
  }
  if (files.contains(layout.names_file)) result.classes = class_names(files.at(layout.names_file), layout, path);
  return result;
}

}  // namespace mdsm
