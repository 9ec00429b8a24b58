#include "mdsm/data/readers/svhn.h"

#include <matio.h>

#include <algorithm>
#include <memory>

#include "mdsm/base/error.h"
#include "mdsm/data/readers/piece_collector.h"
#include "mdsm/data/readers/set_memory.h"
#include "mdsm/formats/deflate.h"
#include "mdsm/formats/file.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSide = 32;
constexpr int64_t kPixels = 3 * kSide * kSide;

struct CloseFile {
  void operator()(mat_t* file) const { Mat_Close(file); }
};
struct FreeVariable {
  void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using Variable = std::unique_ptr<matvar_t, FreeVariable>;

class MatFile {
 public:
  explicit MatFile(const fs::path& path)
      : path_(path.string()), bytes_(InputFile(path).size()), handle_(Mat_Open(path.c_str(), MAT_ACC_RDONLY)) {
    require(handle_ != nullptr, "cannot read '{}' as a MATLAB file (its header is damaged). Fetch it again.", path_);
  }

  /// Name, type and shape of a variable; no elements. The shape is checked to fit into this file.
  Variable describe(const char* name) const {
    Variable variable(Mat_VarReadInfo(handle_.get(), name));
    require(variable != nullptr && variable->dims != nullptr,
            "'{}' holds no readable variable '{}' (SVHN's cropped digits have X and y). Fetch it again.", path_, name);
    int64_t room = bytes_ * kMostDeflated;
    for (const int64_t size : shape_of(*variable)) {
      require(size > 0 && size <= room, "'{}': {} claims the shape {}, more than fits into the file. Fetch it again.",
              path_, name, to_text(shape_of(*variable)));
      room /= size;
    }
    return variable;
  }

  /// Reads the elements of a described variable.
  void fill(matvar_t& variable) const {
    const int failed = Mat_VarReadDataAll(handle_.get(), &variable);
    const auto expected = static_cast<size_t>(element_count(shape_of(variable))) * Mat_SizeOfClass(variable.class_type);
    require(failed == 0 && variable.data != nullptr && variable.nbytes == expected && variable.isComplex == 0,
            "'{}': the values of {} are damaged or cut short. Fetch it again.", path_, variable.name);
  }

  const std::string& path() const { return path_; }

  static Shape shape_of(const matvar_t& variable) {
    Shape shape;
    for (int i = 0; i < variable.rank; ++i) {
      shape.push_back(static_cast<int64_t>(std::min<size_t>(variable.dims[i], INT64_MAX)));
    }
    return shape;
  }

 private:
  std::string path_;
  int64_t bytes_;
  std::unique_ptr<mat_t, CloseFile> handle_;
};

/// MATLAB stores the first index fastest: the elements lie as (N, 3, x, y). Turned in place, for the set may be large.
Tensor read_images(const MatFile& file) {
  const std::shared_ptr<matvar_t> variable(file.describe("X"));
  const Shape shape = MatFile::shape_of(*variable);
  require(variable->class_type == MAT_C_UINT8 && shape.size() == 4 && shape[0] == kSide && shape[1] == kSide &&
              shape[2] == 3,
          "'{}': X has the shape {} or is not uint8 (SVHN's cropped digits are (32, 32, 3, N) uint8). "
          "Fetch train_32x32.mat or test_32x32.mat.",
          file.path(), to_text(shape));
  file.fill(*variable);
  Tensor images = at::from_blob(
      variable->data, {shape[3], 3, kSide, kSide}, [variable](void*) {}, at::kByte);
  for (const Tensor& piece : images.split(piece_of(kPixels))) {
    piece.copy_(piece.transpose(2, 3).clone(at::MemoryFormat::Contiguous));
  }
  return images;
}

/// Beside the file's images, which matio reads at once.
Tensor prepared(const Tensor& images, const PrepareImage& prepare, const std::string& origin) {
  if (!prepare) return images;
  PieceCollector changed(origin, images.size(0), prepare);
  for (const Tensor& piece : images.split(piece_of(kPixels))) changed.add(piece);
  return changed.finish();
}

at::ScalarType type_of(const matvar_t& variable, const MatFile& file) {
  switch (variable.class_type) {
    case MAT_C_DOUBLE:
      return at::kDouble;
    case MAT_C_SINGLE:
      return at::kFloat;
    case MAT_C_UINT8:
      return at::kByte;
    case MAT_C_INT32:
      return at::kInt;
    case MAT_C_INT64:
      return at::kLong;
    default:
      reject("'{}': y is not numeric (SVHN's labels are 1 to 10). Fetch it again.", file.path());
  }
}

Tensor read_labels(const MatFile& file, int64_t count) {
  const Variable variable = file.describe("y");
  const Shape shape = MatFile::shape_of(*variable);
  require(element_count(shape) == count, "'{}': y has the shape {} for {} images. Fetch it again.", file.path(),
          to_text(shape), count);
  const at::ScalarType type = type_of(*variable, file);
  file.fill(*variable);
  const Tensor values = at::from_blob(variable->data, {count}, type);
  Tensor labels = values.to(at::kLong, /*non_blocking=*/false, /*copy=*/true);
  require(
      labels.eq(values).all().item<bool>() && labels.min().item<int64_t>() >= 1 && labels.max().item<int64_t>() <= 10,
      "'{}': y holds other values than 1 to 10 (10 stands for the digit 0). Is it another set?", file.path());
  return labels.remainder_(10);
}

}  // namespace

LabelledData read_svhn(const fs::path& path, const PrepareImage& prepare) {
  const MatFile file(path);
  LabelledData result{.data = prepared(read_images(file), prepare, path.string()), .labels = {}, .classes = {}};
  result.labels = read_labels(file, result.data.size(0));
  for (char digit = '0'; digit <= '9'; ++digit) result.classes.emplace_back(1, digit);
  return result;
}

}  // namespace mdsm
