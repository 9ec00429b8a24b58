#include "mdsm/data/readers/idx.h"

#include <zlib.h>

#include "mdsm/base/error.h"

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
    const int got = gzread(file_, out, static_cast<unsigned>(count));
    int code = Z_OK;
    const char* text = gzerror(file_, &code);
    require(got >= 0 && (code == Z_OK || code == Z_STREAM_END), "{}: damaged gzip data ({}). Fetch the file again.",
            path_, text);
    return got;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  gzFile file_;
};

constexpr int64_t kPieceBytes = 1 << 20;
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

}  // namespace

Tensor read_idx(const std::filesystem::path& path) {
  GzipFile file(path);
  const Shape shape = read_header(file);
  const int64_t expected = element_count(shape);
  std::vector<uint8_t> bytes;
  int64_t size = 0;
  // Grows with what is really there, one byte past the end so that too much is seen.
  while (size <= expected) {
    const int64_t want = std::min(kPieceBytes, expected + 1 - size);
    bytes.resize(static_cast<size_t>(size + want));
    const int64_t got = file.read(bytes.data() + size, want);
    size += got;
    if (got < want) break;
  }
  require(size == expected, "{}: {} {} bytes of data where the header states {} of shape {}. Fetch the file again.",
          path.string(), size < expected ? "only" : "more than", std::min(size, expected), expected, to_text(shape));
  return at::from_blob(bytes.data(), shape, at::kByte).clone();
}

LabelledData read_idx_pair(const std::filesystem::path& images, const std::filesystem::path& labels) {
  const Tensor pixels = read_idx(images);
  const Tensor classes = read_idx(labels);
  require(pixels.dim() == 3, "{}: shape {} (images have three axes).", images.string(), to_text(pixels.sizes()));
  require(classes.dim() == 1 && classes.size(0) == pixels.size(0), "{}: shape {} for {} images.", labels.string(),
          to_text(classes.sizes()), pixels.size(0));
  return {pixels.unsqueeze(1), classes.to(at::kLong), {}};
}

}  // namespace mdsm
