#include "mdsm/formats/colour_profile.h"

#include <zlib.h>

#include <array>
#include <map>

#include "mdsm/base/error.h"
#include "mdsm/formats/jpeg_segments.h"
#include "mdsm/formats/png_chunks.h"

namespace mdsm {
namespace {

constexpr size_t kIccHeader = 128;  // bytes
constexpr size_t kHeaderEnd = 33;   // of a PNG file's signature and chunk IHDR
constexpr size_t kColourTypeAt = 25;
constexpr char kColourBit = 2;  // of the colour type

/// Channels of pictures that an ICC profile with this header is for; 0: others than ours.
int64_t icc_channels(std::string_view header) {
  if (header.size() < kIccHeader || header.substr(36, 4) != "acsp") return 0;
  const std::string_view space = header.substr(16, 4);
  return space == "GRAY" ? 1 : space == "RGB " ? 3 : 0;
}

/// The first bytes of what zlib packed; fewer where it is damaged.
std::string unpacked_header(std::string_view packed) {
  std::array<Bytef, kIccHeader> header{};
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return {};
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = header.data();
  stream.avail_out = header.size();
  inflate(&stream, Z_SYNC_FLUSH);
  const size_t count = header.size() - stream.avail_out;
  inflateEnd(&stream);
  return {reinterpret_cast<const char*>(header.data()), count};
}

std::string packed(const std::string& profile) {
  uLongf size = compressBound(profile.size());
  std::string bytes(size, '\0');
  if (compress(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(profile.data()),
               profile.size()) != Z_OK)
    fail("colour profile: zlib cannot pack {} bytes (no memory).", profile.size());
  bytes.resize(size);
  return bytes;
}

/// iCCP: a name, a zero byte, the method (0: zlib), what zlib packed.
void keep_icc(const PngChunk& chunk, ColourProfile& profile) {
  const size_t name_end = chunk.data.find('\0');
  if (name_end == std::string_view::npos || name_end + 2 > chunk.data.size()) return;
  profile.icc_channels = icc_channels(unpacked_header(chunk.data.substr(name_end + 2)));
  if (profile.icc_channels != 0) profile.icc = chunk.whole;
}

}  // namespace

ColourProfile png_profile(std::string_view bytes) {
  ColourProfile profile;
  bool before_pixels = true;
  for_each_png_chunk(bytes, [&](const PngChunk& chunk) {
    if (chunk.type == "IDAT") before_pixels = false;
    const bool wanted = chunk.type == "sRGB" || chunk.type == "gAMA" || chunk.type == "cHRM" || chunk.type == "cICP";
    if (!before_pixels || (!wanted && chunk.type != "iCCP") || chunk.whole != png_chunk(chunk.type, chunk.data)) return;
    if (wanted) profile.chunks += chunk.whole;
    else if (profile.icc.empty()) keep_icc(chunk, profile);
  });
  return profile;
}

ColourProfile jpeg_profile(std::string_view bytes) {
  constexpr std::string_view kIcc{"ICC_PROFILE\0", 12};
  std::map<int, std::string_view> parts;  // by their numbers, from 1
  int count = 0;
  for_each_jpeg_segment(bytes, [&](uint8_t code, std::string_view content) {
    if (code != 0xE2 || !content.starts_with(kIcc) || content.size() < kIcc.size() + 2) return;
    parts[static_cast<uint8_t>(content[kIcc.size()])] = content.substr(kIcc.size() + 2);
    count = static_cast<uint8_t>(content[kIcc.size() + 1]);
  });
  if (parts.empty() || std::cmp_not_equal(parts.size(), count) || parts.begin()->first != 1 ||
      parts.rbegin()->first != count)
    return {};
  std::string whole;
  for (const auto& [number, part] : parts) whole += part;
  const int64_t channels = icc_channels(whole);
  if (channels == 0) return {};
  return {.chunks = {},
          .icc = png_chunk("iCCP", std::string("ICC profile\0\0", 13) + packed(whole)),
          .icc_channels = channels};
}

std::string with_profile(const std::string& png, const ColourProfile& profile) {
  const int64_t channels = (png.at(kColourTypeAt) & kColourBit) != 0 ? 3 : 1;
  const std::string& icc = channels == profile.icc_channels ? profile.icc : std::string();
  return png.substr(0, kHeaderEnd) + profile.chunks + icc + png.substr(kHeaderEnd);
}

}  // namespace mdsm
