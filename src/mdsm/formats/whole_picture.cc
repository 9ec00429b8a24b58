#include "mdsm/formats/whole_picture.h"

#include "mdsm/base/error.h"
#include "mdsm/formats/exif.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/png_decode.h"

namespace mdsm {
namespace {

constexpr double kWhite16 = 65535;

WholePicture whole_png(std::string_view bytes, std::string_view what) {
  const PngPixels read = decode_png_pixels(bytes, what, /*keep_sixteen_bits=*/true);
  const int orientation = png_orientation(bytes);
  const Tensor pixels = turned(read.pixels, orientation).contiguous();
  const int64_t channels = pixels.size(0) - (read.has_opacity ? 1 : 0);
  WholePicture picture{.colours = pixels.narrow(0, 0, channels).to(at::kFloat).div_(read.sixteen_bit ? kWhite16 : 255),
                       .form = {.bits = read.sixteen_bit ? 16 : 8, .profile = png_profile(bytes)},
                       .turned = orientation != 1};
  if (read.has_opacity) picture.form.opacity = pixels.narrow(0, channels, 1).clone();
  return picture;
}

/// x * 65535, rounded: to_uint8 for 16 bits.
Tensor to_sixteen_bits(const Tensor& x) {
  return x.detach().to(at::kFloat).mul(kWhite16).add_(0.5).clamp_(0, kWhite16).nan_to_num_(0).to(at::kInt);
}

}  // namespace

WholePicture decode_whole_picture(std::string_view bytes, std::string_view what) {
  if (bytes.starts_with("\x89PNG")) return whole_png(bytes, what);
  const Picture picture = decode_picture(bytes, what);
  return {.colours = picture.pixels.to(at::kFloat).div_(255),
          .form = {.profile = jpeg_profile(bytes)},
          .turned = picture.turned};
}

WholePicture read_whole_picture(const std::filesystem::path& path) {
  return decode_whole_picture(read_file(path, kImageFileLimit), fmt::format("'{}'", path.string()));
}

void write_picture(const std::filesystem::path& path, const Tensor& colours, const PictureForm& form,
                   const PngTexts& texts) {
  Tensor pixels = form.bits == 16 ? to_sixteen_bits(colours) : to_uint8(colours);
  if (form.opacity.defined()) {
    require(form.opacity.sizes().slice(1) == pixels.sizes().slice(1),
            "'{}': an opacity of {} for pixels of {} (the sizes must be the same).", path.string(),
            to_text(form.opacity.sizes()), to_text(pixels.sizes()));
    pixels = at::cat({pixels, form.opacity.to(pixels.scalar_type())});
  }
  write_file_atomically(path, with_profile(encode_png(pixels, texts), form.profile));
}

}  // namespace mdsm
