#include "mdsm/formats/apng.h"

#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/png_chunks.h"

namespace mdsm {
namespace {

/// Numbers the chunks fcTL and fdAT, in the order of the file.
class Sequence {
 public:
  std::string next() { return big_endian(number_++, 4); }

 private:
  uint32_t number_ = 0;
};

/// fcTL: size, no offset, milliseconds, no disposal, no blending.
std::string frame_control(Sequence& sequence, const Tensor& frame, int64_t milliseconds) {
  return png_chunk("fcTL", sequence.next() + big_endian(static_cast<uint32_t>(frame.size(2)), 4) +
                               big_endian(static_cast<uint32_t>(frame.size(1)), 4) + big_endian(0, 4) +
                               big_endian(0, 4) + big_endian(static_cast<uint32_t>(milliseconds), 2) +
                               big_endian(1000, 2) + big_endian(0, 1) + big_endian(0, 1));
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
    if (i == 0) out = png.substr(0, kPngSignature);
    bool begun = false;
    for_each_png_chunk(png, [&](const PngChunk& chunk) {
      if (chunk.type == "IDAT") {
        if (!std::exchange(begun, true)) out += control;
        out += i == 0 ? std::string(chunk.whole) : png_chunk("fdAT", sequence.next() + std::string(chunk.data));
      } else if (i == 0 && chunk.type != "IEND") {
        out += chunk.whole;
        if (chunk.type == "IHDR")
          out += png_chunk("acTL", big_endian(static_cast<uint32_t>(count), 4) + big_endian(0, 4));
      }
    });
  }
  return out + png_chunk("IEND", "");
}

void write_apng(const std::filesystem::path& path, const Tensor& frames, const PngTexts& texts,
                const FrameTimes& times) {
  write_file_atomically(path, encode_apng(frames, texts, times));
}

}  // namespace mdsm
