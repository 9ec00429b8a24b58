#include "mdsm/formats/image_file.h"

#include <turbojpeg.h>

#include <array>
#include <cctype>
#include <memory>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/png_decode.h"

namespace mdsm {
namespace {

constexpr int64_t kFileLimit = int64_t{1} << 28;
/// A block of 8 x 8 pixels takes one bit of a JPEG file at the least: the code of its mean.
constexpr size_t kMostPixelsPerByte = 512;

struct DestroyJpeg {
  void operator()(void* handle) const { tjDestroy(handle); }
};

[[noreturn]] void reject_jpeg(void* handle, std::string_view what) {
  reject("{}: the JPEG image cannot be decoded ({}). Replace the file or take it out.", what, tjGetErrorStr2(handle));
}

Tensor decode_jpeg(std::string_view bytes, std::string_view what) {
  const std::unique_ptr<void, DestroyJpeg> handle(tjInitDecompress());
  if (handle == nullptr) fail("libjpeg-turbo cannot start ({}).", tjGetErrorStr2(nullptr));
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0;
  int height = 0;
  int sampling = 0;
  int space = 0;
  if (tjDecompressHeader3(handle.get(), data, bytes.size(), &width, &height, &sampling, &space) != 0) {
    reject_jpeg(handle.get(), what);
  }
  require(space == TJCS_GRAY || space == TJCS_YCbCr || space == TJCS_RGB,
          "{}: the JPEG image has four inks (CMYK), not red, green and blue. Convert it to RGB.", what);
  require(int64_t{width} * height <= kImagePixelLimit,
          "{}: the JPEG image claims {} x {} pixels (at most {} are read).", what, width, height, kImagePixelLimit);
  require(static_cast<size_t>(width) * static_cast<size_t>(height) / kMostPixelsPerByte <= bytes.size(),
          "{}: the JPEG image claims {} x {} pixels, more than its {} bytes can hold. Replace the file or take it out.",
          what, width, height, bytes.size());
  const bool grey = space == TJCS_GRAY;
  Tensor pixels = at::empty({height, width, grey ? 1 : 3}, at::kByte);
  // A warning means missing or damaged data, which libjpeg would fill with grey.
  if (tjDecompress2(handle.get(), data, bytes.size(), pixels.data_ptr<uint8_t>(), width, 0, height,
                    grey ? TJPF_GRAY : TJPF_RGB, TJFLAG_ACCURATEDCT) != 0) {
    reject_jpeg(handle.get(), what);
  }
  return pixels.permute({2, 0, 1}).contiguous();
}

}  // namespace

Tensor decode_image(std::string_view bytes, std::string_view what) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return decode_png(bytes, what);
  if (bytes.starts_with("\xff\xd8\xff")) return decode_jpeg(bytes, what);
  reject("{} is neither a PNG nor a JPEG image (by its first bytes). Convert it, or take it out.", what);
}

Tensor read_image(const std::filesystem::path& path) {
  return decode_image(read_file(path, kFileLimit), fmt::format("'{}'", path.string()));
}

bool is_image_name(std::string_view name) {
  std::string end(name.substr(name.size() - std::min<size_t>(name.size(), 5)));
  for (char& letter : end) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return end.ends_with(".png") || end.ends_with(".jpg") || end.ends_with(".jpeg");
}

}  // namespace mdsm
