#include "mdsm/formats/apng.h"

#include <zlib.h>

#include <functional>
#include <string_view>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"

namespace mdsm {
namespace {

constexpr size_t kSignature = 8;
constexpr size_t kAroundData = 12;  // length, type and checksum of a chunk

std::string big_endian(uint32_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text.push_back(static_cast<char>(number >> (8 * i) & 0xFF));
  return text;
}

uint32_t read_big_endian(std::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

/// A chunk: length, type, data, checksum of type and data.
std::string chunk(std::string_view type, std::string_view data) {
  const std::string body = std::string(type) + std::string(data);
  const auto checksum = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<uint32_t>(data.size()), 4) + body + big_endian(static_cast<uint32_t>(checksum), 4);
}

/// Calls action(type, data, whole chunk) for the chunks of a PNG file that encode_png made.
void for_each_chunk(std::string_view png,
                    const std::function<void(std::string_view, std::string_view, std::string_view)>& action) {
  for (size_t at = kSignature; at < png.size();) {
    const size_t length = read_big_endian(png.substr(at));
    action(png.substr(at + 4, 4), png.substr(at + 8, length), png.substr(at, length + kAroundData));
    at += length + kAroundData;
  }
}

/// Numbers the chunks fcTL and fdAT, in the order of the file.
class Sequence {
 public:
  std::string next() { return big_endian(number_++, 4); }

 private:
  uint32_t number_ = 0;
};

/// fcTL: size, no offset, milliseconds, no disposal, no blending.
std::string frame_control(Sequence& sequence, const Tensor& frame, int64_t milliseconds) {
  return chunk("fcTL", sequence.next() + big_endian(static_cast<uint32_t>(frame.size(2)), 4) +
                           big_endian(static_cast<uint32_t>(frame.size(1)), 4) + big_endian(0, 4) + big_endian(0, 4) +
                           big_endian(static_cast<uint32_t>(milliseconds), 2) + big_endian(1000, 2) + big_endian(0, 1) +
                           big_endian(0, 1));
}

}  // namespace

std::string encode_apng(const Tensor& frames, const PngTexts& texts, const FrameTimes& times) {
  require(frames.dim() == 4 && frames.size(0) >= 1, "encode_apng: frames of shape {} (expected (F, 1 or 3, H, W)).",
          to_text(frames.sizes()));
  for (const int64_t time : {times.frame_ms, times.last_ms}) {
    require(time >= 1 && time <= 65535, "encode_apng: a frame of {} ms (expected 1 to 65535).", time);
  }
  const int64_t count = frames.size(0);
  Sequence sequence;
  std::string out;
  for (int64_t i = 0; i < count; ++i) {
    const std::string control = frame_control(sequence, frames[i], i + 1 < count ? times.frame_ms : times.last_ms);
    const std::string png = encode_png(frames[i], i == 0 ? texts : PngTexts{});
    if (i == 0) out = png.substr(0, kSignature);
    bool begun = false;
    for_each_chunk(png, [&](std::string_view type, std::string_view data, std::string_view whole) {
      if (type == "IDAT") {
        if (!std::exchange(begun, true)) out += control;
        out += i == 0 ? std::string(whole) : chunk("fdAT", sequence.next() + std::string(data));
      } else if (i == 0 && type != "IEND") {
        out += whole;
        if (type == "IHDR") out += chunk("acTL", big_endian(static_cast<uint32_t>(count), 4) + big_endian(0, 4));
      }
    });
  }
  return out + chunk("IEND", "");
}

void write_apng(const std::filesystem::path& path, const Tensor& frames, const PngTexts& texts,
                const FrameTimes& times) {
  write_file_atomically(path, encode_apng(frames, texts, times));
}

}  // namespace mdsm
