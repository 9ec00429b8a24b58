#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "mdsm/formats/png_chunks.h"
#include "support/make_archive.h"
#include "support/make_image.h"
#include "support/temp_dir.h"

namespace mdsm::testing {

/// A grey PNG file of one level.
inline std::string grey_png(int level, int64_t size = 4) {
  return encode_png(at::full({1, size, size}, level, at::kByte));
}

inline void unpack(const std::filesystem::path& folder, const std::vector<PackedFile>& files) {
  for (const PackedFile& file : files) {
    std::filesystem::create_directories((folder / file.name).parent_path());
    write_bytes(folder / file.name, file.bytes);
  }
}

/// Calls check(path) with the same files as a folder, a .zip and a .tar.gz.
inline void for_each_form(const std::vector<PackedFile>& files, const std::function<void(const std::string&)>& check) {
  const TempDir folder;
  unpack(folder / "set", files);
  check((folder / "set").string());
  for (const char* name : {"set.zip", "set.tar.gz"}) {
    make_archive(folder / name, files);
    check((folder / name).string());
  }
}

/// The TIFF frame of EXIF with the orientation alone.
inline std::string exif_frame(int orientation, bool big_endian) {
  const auto number = [&](uint32_t value, int bytes) {
    const std::string text = mdsm::big_endian(value, bytes);
    return big_endian ? text : std::string(text.rbegin(), text.rend());
  };
  return std::string(big_endian ? "MM" : "II") + number(42, 2) + number(8, 4) + number(1, 2) + number(0x0112, 2) +
         number(3, 2) + number(1, 4) + number(static_cast<uint32_t>(orientation), 2) + number(0, 2) + number(0, 4);
}

/// A JPEG file with EXIF behind its first marker.
inline std::string jpeg_with_orientation(const std::string& jpeg, int orientation, bool big_endian) {
  const std::string content = std::string("Exif\0\0", 6) + exif_frame(orientation, big_endian);
  return jpeg.substr(0, 2) + "\xff\xe1" + mdsm::big_endian(static_cast<uint32_t>(content.size() + 2), 2) + content +
         jpeg.substr(2);
}

/// A PNG file with a chunk eXIf behind its header (8 bytes of signature, 25 of IHDR).
inline std::string png_with_orientation(const std::string& png, int orientation, bool big_endian) {
  return png.substr(0, 33) + png_chunk("eXIf", exif_frame(orientation, big_endian)) + png.substr(33);
}

}  // namespace mdsm::testing
