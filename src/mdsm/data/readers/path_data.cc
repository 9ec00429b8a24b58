#include "mdsm/data/readers/path_data.h"

#include "mdsm/base/error.h"
#include "mdsm/data/known.h"
#include "mdsm/data/readers/archive.h"
#include "mdsm/data/readers/array.h"
#include "mdsm/data/readers/cifar.h"
#include "mdsm/data/readers/folder.h"
#include "mdsm/data/readers/idx.h"
#include "mdsm/data/readers/svhn.h"
#include "mdsm/formats/archive_reader.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

enum class PathKind { idx_folder, cifar10, cifar100, image_folder, image_archive, array, svhn, idx_file };

/// Names of CIFAR's files say which of the two it is.
bool is_cifar10_file(const std::string& name) { return name.starts_with("data_batch_") || name == "test_batch.bin"; }
bool is_cifar100_file(const std::string& name) { return name == "train.bin" || name == "test.bin"; }

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
  return PathKind::image_folder;
}

PathKind kind_of_archive(const fs::path& path) {
  ArchiveReader archive(path);
  while (archive.next()) {
    const std::string name = fs::path(archive.name()).filename().string();
    if (is_cifar10_file(name)) return PathKind::cifar10;
    if (is_cifar100_file(name)) return PathKind::cifar100;
  }
  return PathKind::image_archive;
}

PathKind kind_of(const fs::path& path) {
  const std::string name = path.filename().string();
  require(fs::exists(path), "{}: no such file or folder.", path.string());
  if (fs::is_directory(path)) return kind_of_folder(path);
  if (is_archive_name(path)) return kind_of_archive(path);
  if (name.ends_with(".npy") || name.ends_with(".npz")) return PathKind::array;
  if (name.ends_with(".mat")) return PathKind::svhn;
  if (name.find("-idx3-ubyte") != std::string::npos) return PathKind::idx_file;
  reject(
      "{}: not a kind of data that is read (a folder or archive of PNG or JPEG images, .npy, .npz, *-idx3-ubyte[.gz], "
      "CIFAR's binary files, SVHN's .mat).",
      path.string());
}

bool has_halves(const fs::path& path, PathKind kind) {
  switch (kind) {
    case PathKind::idx_folder:
    case PathKind::cifar10:
    case PathKind::cifar100:
      return true;
    case PathKind::image_folder:
      return fs::is_directory(path / "train") || fs::is_directory(path / "test");
    case PathKind::image_archive:
      return archive_has_prefix(path, "train/") || archive_has_prefix(path, "test/");
    default:
      return false;
  }
}

/// An idx file of images, with its labels where their file lies beside it.
LabelledData read_idx_file(const fs::path& path) {
  std::string labels = path.filename().string();
  labels.replace(labels.find("-idx3-"), 6, "-idx1-");
  if (const size_t at = labels.find("images"); at != std::string::npos) labels.replace(at, 6, "labels");
  if (fs::exists(path.parent_path() / labels)) return read_idx_pair(path, path.parent_path() / labels);
  const Tensor images = read_idx(path).unsqueeze(1);
  return {images, at::full({images.size(0)}, -1, at::kLong), {}};
}

}  // namespace

fs::path idx_file(const fs::path& folder, const std::string& name) {
  for (const char* ending : {".gz", ""}) {
    if (fs::exists(folder / (name + ending))) return folder / (name + ending);
  }
  return {};
}

LabelledData read_idx_half(const fs::path& folder, Split split) {
  const std::string half = split == Split::train ? "train" : "t10k";
  const fs::path images = idx_file(folder, half + "-images-idx3-ubyte");
  const fs::path labels = idx_file(folder, half + "-labels-idx1-ubyte");
  require(!images.empty() && !labels.empty(), "{}: no {}-images-idx3-ubyte[.gz] with its labels in this folder.",
          folder.string(), half);
  return read_idx_pair(images, labels);
}

LabelledData prepared(LabelledData content, const PrepareImage& prepare) {
  if (!prepare) return content;
  require(content.data.dim() == 4 && content.data.scalar_type() == at::kByte,
          "the data have shape {} and type {}: only 8-bit images can be cropped, resized, padded or change channels. "
          "Leave data.crop, image_size, channels and pad_to at 0.",
          to_text(content.data.sizes()), toString(content.data.scalar_type()));
  Tensors parts;
  for (const Tensor& part : content.data.split(4096)) parts.push_back(prepare(part));
  content.data = at::cat(parts);
  return content;
}

bool has_halves(const fs::path& path) { return has_halves(path, kind_of(path)); }

LabelledData read_path_data(const fs::path& path, Split split, const PrepareImage& prepare) {
  const PathKind kind = kind_of(path);
  const bool halves = has_halves(path, kind);
  require(halves || split == Split::train,
          "{}: these data have no test half (no train/ and test/ in them); all are training data.", path.string());
  const std::string half = !halves ? "" : split == Split::train ? "train/" : "test/";
  switch (kind) {
    case PathKind::idx_folder:
      return prepared(read_idx_half(path, split), prepare);
    case PathKind::cifar10:
      return prepared(read_cifar(path, CifarKind::ten, split), prepare);
    case PathKind::cifar100:
      return prepared(read_cifar(path, CifarKind::hundred, split), prepare);
    case PathKind::image_folder:
      require(fs::is_directory(path / half), "{}: there is no sub-folder {} in it.", path.string(), half);
      return read_image_folder(path / half, prepare);
    case PathKind::image_archive:
      return read_image_archive(path, half, prepare);
    case PathKind::array:
      return prepared(read_array(path), prepare);
    case PathKind::svhn:
      return prepared(read_svhn(path), prepare);
    case PathKind::idx_file:
      return prepared(read_idx_file(path), prepare);
  }
  fail("{}: unknown kind of data", path.string());
}

}  // namespace mdsm
