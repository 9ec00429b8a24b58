#pragma once

#include <string>
#include <string_view>

// libpng's own structs; its header stays out of ours.
struct png_struct_def;
struct png_info_def;

namespace mdsm {

/// libpng's handles for one file in one direction, freed at the end, and what libpng says of an error.
///
/// libpng leaves by longjmp on an error: a function that hands `png` to it owns nothing with a destructor and begins
/// with `if (setjmp(png_jmpbuf(handle.png)) != 0) return false;`. Warnings are ignored.
struct PngHandle {
  /// Reads these bytes, which must stay.
  /// \throws Error(failure) if libpng does not start
  explicit PngHandle(std::string_view bytes);
  /// Appends a file to these bytes.
  /// \throws Error(failure) if libpng does not start
  explicit PngHandle(std::string* out);
  ~PngHandle();
  PngHandle(const PngHandle&) = delete;
  PngHandle& operator=(const PngHandle&) = delete;

  png_struct_def* png = nullptr;
  png_info_def* info = nullptr;
  bool reading = true;
  std::string_view rest;              ///< bytes that are not read yet
  char complaint[256] = "no reason";  ///< after an error
};

}  // namespace mdsm
