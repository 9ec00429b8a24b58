#include "mdsm/data/readers/path_data.h"

#include "mdsm/base/error.h"
#include "mdsm/data/readers/array.h"
#include "mdsm/data/readers/array_labels.h"
#include "mdsm/data/readers/cifar.h"
#include "mdsm/data/readers/file_tree.h"
#include "mdsm/data/readers/idx.h"
#include "mdsm/data/readers/image_set.h"
#include "mdsm/data/readers/picture_counts.h"
#include "mdsm/data/readers/svhn.h"
#include "mdsm/formats/archive_reader.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

enum class PathKind { idx_folder, cifar10, cifar100, images, image_file, array, svhn, idx_file };

/// Names of CIFAR's files say which of the two it is.
bool is_cifar10_file(const std::string& name) { return name.starts_with("data_batch_") || name == "test_batch.bin"; }
bool is_cifar100_file(const std::string& name) { return name == "train.bin" || name == "test.bin"; }

/// Where "-idx3-ubyte" or ".idx3-ubyte" begins in a name; npos where it does not.
size_t idx_mark(const std::string& name) {
  const size_t at = name.find("idx3-ubyte");
  return at == std::string::npos || at == 0 ? std::string::npos : at - 1;
}

PathKind kind_of_folder(const fs::path& path) {
  for (const char* half : {"train", "t10k"}) {
    if (!idx_file(path, std::string(half) + "-images-idx3-ubyte").empty()) return PathKind::idx_folder;
  }
  if (fs::exists(path / "cifar-10-batches-bin")) return PathKind::cifar10;
  if (fs::exists(path / "cifar-100-binary")) return PathKind::cifar100;
  for (const char* name : {"data_batch_1.bin", "test_batch.bin"}) {
    if (fs::exists(path / name)) return PathKind::cifar10;
  }
  for (const char* name : {"train.bin", "test.bin"}) {
    if (fs::exists(path / name)) return PathKind::cifar100;
  }
  return PathKind::images;
}

/// What is known of a path before it is read.
struct PathData {
  PathKind kind;
  std::vector<std::string> files = {};  ///< of image sets and CIFAR's; empty otherwise
};

/// The files of a folder or an archive, and whether they are CIFAR's.
PathData look_into_archive(const fs::path& path) {
  PathData found{.kind = PathKind::images, .files = list_files(path)};
  for (const std::string& file : found.files) {
    const std::string name = fs::path(file).filename().string();
    if (is_cifar10_file(name)) found.kind = PathKind::cifar10;
    else if (is_cifar100_file(name)) found.kind = PathKind::cifar100;
  }
  return found;
}

PathData look_at(const fs::path& path) {
  const std::string name = path.filename().string();
  require(is_data_path(path), "{}: no such file or folder.", path.string());
  if (fs::is_directory(path)) {
    const PathKind kind = kind_of_folder(path);
    if (kind == PathKind::idx_folder) return {kind};
    return {.kind = kind, .files = list_files(path)};
  }
  if (is_archive_name(path) || is_inside_archive(path)) return look_into_archive(path);
  if (name.ends_with(".npy") || name.ends_with(".npz")) return {PathKind::array};
  if (name.ends_with(".mat")) return {PathKind::svhn};
  if (is_image_name(name)) return {PathKind::image_file};
  if (idx_mark(name) != std::string::npos) return {PathKind::idx_file};
  reject(
      "{}: not a kind of data that is read (a folder or archive of PNG or JPEG images, one of these, .npy, .npz, "
      "*-idx3-ubyte[.gz], CIFAR's binary files, SVHN's .mat).",
      path.string());
}

PathHalves halves_of_cifar(const PathData& data) {
  PathHalves halves{.named = true, .train = false, .test = false};
  for (const std::string& file : data.files) {
    const std::string name = fs::path(file).filename().string();
    if (!is_cifar10_file(name) && !is_cifar100_file(name)) continue;
    (name.starts_with("test") ? halves.test : halves.train) = true;
  }
  return halves;
}

PathHalves halves_of(const fs::path& path, const PathData& data, HalfFolders halves) {
  switch (data.kind) {
    case PathKind::idx_folder:
      return {.named = true,
              .train = !idx_file(path, "train-images-idx3-ubyte").empty(),
              .test = !idx_file(path, "t10k-images-idx3-ubyte").empty()};
    case PathKind::cifar10:
    case PathKind::cifar100:
      return halves_of_cifar(data);
    case PathKind::images: {
      const ImageTree tree = arrange_images(data.files, halves, path.string());
      return {.named = tree.has_halves, .train = tree.has_train, .test = tree.has_test, .validation = tree.validation};
    }
    case PathKind::array: {
      const ArrayHalves found = array_halves(path);
      return {.named = found.named, .train = found.train, .test = found.test};
    }
    default:
      return {};
  }
}

/// Images of an idx file, with labels where there are any.
LabelledData read_idx_set(const fs::path& images, const fs::path& labels, const PrepareImage& prepare) {
  if (!labels.empty() && fs::exists(labels)) return read_idx_pair(images, labels, prepare);
  const Tensor pixels = read_idx_images(images, prepare);
  return {.data = pixels,
          .labels = no_labels(pixels.size(0)),
          .classes = {},
          .notes = {fmt::format("'{}': no file of labels lies beside it; read without labels", images.string())}};
}

/// An idx file of images, with its labels where their file lies beside it.
LabelledData read_idx_file(const fs::path& path, const PrepareImage& prepare) {
  std::string labels = path.filename().string();
  labels[idx_mark(labels) + 4] = '1';  // -idx1-
  if (const size_t at = labels.find("images"); at != std::string::npos) labels.replace(at, 6, "labels");
  return read_idx_set(path, path.parent_path() / labels, prepare);
}

LabelledData read_image_file(const fs::path& path, const Reading& reading) {
  Picture picture = read_picture(path, reading.background);
  PictureCounts counts;
  counts.add(picture);
  if (reading.prepare) picture.pixels = reading.prepare(picture.pixels);
  return {.data = picture.pixels.unsqueeze(0),
          .labels = no_labels(1),
          .classes = {},
          .notes = counts.notes(path.string(), reading.background)};
}

LabelledData read_kind(const fs::path& path, const PathData& data, Split split, const Reading& reading) {
  switch (data.kind) {
    case PathKind::idx_folder:
      return read_idx_half(path, split, reading.prepare);
    case PathKind::cifar10:
      return read_cifar(path, CifarKind::ten, split, reading.prepare);
    case PathKind::cifar100:
      return read_cifar(path, CifarKind::hundred, split, reading.prepare);
    case PathKind::images:
      return read_image_half(path, arrange_images(data.files, reading.halves, path.string()), split, reading);
    case PathKind::image_file:
      return read_image_file(path, reading);
    case PathKind::array:
      return read_array(path, split, reading);
    case PathKind::svhn:
      return read_svhn(path, reading.prepare);
    case PathKind::idx_file:
      return read_idx_file(path, reading.prepare);
  }
  fail("{}: unknown kind of data", path.string());
}

}  // namespace

fs::path idx_file(const fs::path& folder, const std::string& name) {
  std::string dotted = name;
  dotted[dotted.find("-idx")] = '.';
  for (const std::string& base : {name, dotted}) {
    for (const char* ending : {".gz", ""}) {
      if (fs::exists(folder / (base + ending))) return folder / (base + ending);
    }
  }
  return {};
}

LabelledData read_idx_half(const fs::path& folder, Split split, const PrepareImage& prepare) {
  const std::string half = split == Split::train ? "train" : "t10k";
  const fs::path images = idx_file(folder, half + "-images-idx3-ubyte");
  require(!images.empty(), "{}: no {}-images-idx3-ubyte[.gz] in this folder, and so no {} half.", folder.string(), half,
          to_text(split));
  return read_idx_set(images, idx_file(folder, half + "-labels-idx1-ubyte"), prepare);
}

bool is_data_path(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) || is_inside_archive(path);
}

PathHalves path_halves(const fs::path& path, HalfFolders halves) { return halves_of(path, look_at(path), halves); }

LabelledData read_path_data(const fs::path& path, Split split, const Reading& reading) {
  const PathData data = look_at(path);
  if (data.kind != PathKind::images) {
    const PathHalves halves = halves_of(path, data, reading.halves);
    require(halves.has(split), "{}: these data have no {} half{}.", path.string(), to_text(split),
            halves.named ? fmt::format(" (of halves they have {} only)",
                                       to_text(split == Split::train ? Split::test : Split::train))
                         : "; all are training data");
  }
  return read_kind(path, data, split, reading);
}

}  // namespace mdsm
