#include "mdsm/data/readers/picture_counts.h"

#include <fmt/format.h>

namespace mdsm {

void PictureCounts::add(const Picture& picture) {
  ++pictures_;
  turned_ += picture.turned ? 1 : 0;
  transparent_ += picture.transparent ? 1 : 0;
  sixteen_bit_ += picture.sixteen_bit ? 1 : 0;
}

std::vector<std::string> PictureCounts::notes(const std::string& where, uint8_t background) const {
  std::vector<std::string> lines;
  const auto note = [&](int64_t count, const std::string& what) {
    if (count > 0) lines.push_back(fmt::format("'{}': {} of {} images {}", where, count, pictures_, what));
  };
  note(turned_, "were turned as their EXIF orientation says");
  note(transparent_, fmt::format("have transparent pixels, which were mixed with the background {}",
                                 background == 255 ? "255 (white; data.background)"
                                 : background == 0 ? "0 (black; data.background)"
                                                   : fmt::format("{} (data.background)", background)));
  note(sixteen_bit_, "have 16 bits a channel, which were rounded to 8");
  return lines;
}

}  // namespace mdsm
