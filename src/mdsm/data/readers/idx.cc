#include "mdsm/data/readers/idx.h"

#include <zlib.h>

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/data/readers/piece_collector.h"
#include "mdsm/data/readers/set_memory.h"
#include "mdsm/formats/deflate.h"
#include "mdsm/formats/file.h"

namespace mdsm {
namespace {

/// zlib reads plain files through the same calls.
class GzipFile {
 public:
  explicit GzipFile(const std::filesystem::path& path) : path_(path.string()), file_(gzopen(path_.c_str(), "rb")) {
    require(file_ != nullptr, "{}: cannot be opened. Check the path.", path_);
  }
  ~GzipFile() { gzclose(file_); }
  GzipFile(const GzipFile&) = delete;
  GzipFile& operator=(const GzipFile&) = delete;

  /// Reads up to `count` bytes; fewer at the end of the file.
  int64_t read(uint8_t* out, int64_t count) {
    constexpr int64_t kMost = 1 << 30;  // of one call of zlib
    int64_t done = 0;
    while (done < count) {
      const int got = gzread(file_, out + done, static_cast<unsigned>(std::min(kMost, count - done)));
      int code = Z_OK;
      const char* text = gzerror(file_, &code);
      require(got >= 0 && (code == Z_OK || code == Z_STREAM_END), "{}: damaged gzip data ({}). Fetch the file again.",
              path_, text);
      if (got == 0) break;
      done += got;
    }
    return done;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  gzFile file_;
};

/// More than any such data set has; a larger size in a header is damage.
constexpr int64_t kMostBytes = int64_t{1} << 36;

Shape read_header(GzipFile& file) {
  std::array<uint8_t, 4> magic{};
  const bool whole = file.read(magic.data(), 4) == 4;
  require(whole && magic[0] == 0 && magic[1] == 0 && magic[2] == 0x08 && magic[3] >= 1 && magic[3] <= 4,
          "{}: not an idx file of bytes (it begins {:02x} {:02x} {:02x} {:02x}; expected 00 00 08 01 to 04).",
          file.path(), magic[0], magic[1], magic[2], magic[3]);
  Shape shape;
  int64_t total = 1;
  for (int axis = 0; axis < magic[3]; ++axis) {
    std::array<uint8_t, 4> size{};
    require(file.read(size.data(), 4) == 4, "{}: the header is cut short. Fetch the file again.", file.path());
    shape.push_back(int64_t{size[0]} << 24 | int64_t{size[1]} << 16 | int64_t{size[2]} << 8 | int64_t{size[3]});
    require(shape.back() >= 1 && total <= kMostBytes / shape.back(), "{}: axis {} of the header has size {} (damaged).",
            file.path(), axis, shape.back());
    total *= shape.back();
  }
  return shape;
}

/// The bytes behind the header, in order.
class IdxBytes {
 public:
  explicit IdxBytes(const std::filesystem::path& path) : file_(path), shape_(read_header(file_)) {
    const int64_t most = InputFile(path).size() * kMostDeflated;
    if (expected() > most) reject_size(0);
  }

  const Shape& shape() const { return shape_; }
  int64_t expected() const { return element_count(shape_); }

  /// The next data: (count, ...) uint8.
  Tensor next(int64_t count) {
    Shape shape = shape_;
    shape[0] = count;
    Tensor data = at::empty(shape, at::kByte);
    const int64_t got = file_.read(data.mutable_data_ptr<uint8_t>(), data.numel());
    done_ += got;
    if (got < data.numel()) reject_size(done_);
    uint8_t more = 0;
    if (done_ == expected() && file_.read(&more, 1) == 1) reject_size(done_ + 1);
    return data;
  }

 private:
  [[noreturn]] void reject_size(int64_t size) const {
    reject("{}: {} {} bytes of data where the header states {} of shape {}. Fetch the file again.", file_.path(),
           size <= expected() ? "only" : "more than", std::min(size, expected()), expected(), to_text(shape_));
  }

  GzipFile file_;
  Shape shape_;
  int64_t done_ = 0;
};

}  // namespace

Tensor read_idx(const std::filesystem::path& path) {
  IdxBytes bytes(path);
  return bytes.next(bytes.shape()[0]);
}

Tensor read_idx_images(const std::filesystem::path& path, const PrepareImage& prepare) {
  IdxBytes bytes(path);
  const Shape& shape = bytes.shape();
  require(shape.size() == 3, "{}: shape {} (images have three axes).", path.string(), to_text(shape));
  PieceCollector images(path.string(), shape[0], prepare);
  const int64_t piece = piece_of(shape[1] * shape[2]);
  for (int64_t first = 0; first < shape[0]; first += piece) {
    images.add(bytes.next(std::min(piece, shape[0] - first)).unsqueeze(1));
  }
  return images.finish();
}

LabelledData read_idx_pair(const std::filesystem::path& images, const std::filesystem::path& labels,
                           const PrepareImage& prepare) {
  const Tensor pixels = read_idx_images(images, prepare);
  const Tensor classes = read_idx(labels);
  require(classes.dim() == 1 && classes.size(0) == pixels.size(0), "{}: shape {} for {} images.", labels.string(),
          to_text(classes.sizes()), pixels.size(0));
  return {pixels, classes.to(at::kLong), {}};
}

}  // namespace mdsm
