#include "mdsm/formats/png_handle.h"

#include <png.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "mdsm/base/error.h"
#include "mdsm/formats/png_chunks.h"

namespace mdsm {
namespace {

constexpr size_t kLongestText = size_t{1} << 20;  // bytes, of a small file

void keep_complaint(png_structp png, png_const_charp text) {
  auto* handle = static_cast<PngHandle*>(png_get_error_ptr(png));
  std::strncpy(handle->complaint, text, sizeof(handle->complaint) - 1);
  png_longjmp(png, 1);
}

void ignore_warning(png_structp /*png*/, png_const_charp /*text*/) {}

void take_bytes(png_structp png, png_bytep out, size_t count) {
  std::string_view& rest = static_cast<PngHandle*>(png_get_io_ptr(png))->rest;
  if (count > rest.size()) png_error(png, "the file is cut short");
  std::memcpy(out, rest.data(), count);
  rest.remove_prefix(count);
}

void append_bytes(png_structp png, png_bytep bytes, size_t count) {
  bool enough = true;
  try {
    static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(bytes), count);
  } catch (const std::bad_alloc&) {
    enough = false;  // no exception may pass through libpng, nor a longjmp out of this block
  }
  if (!enough) png_error(png, "no memory");
}

/// The file up to the last chunk that it holds whole: libpng takes the memory that a chunk claims before it reads it.
std::string_view whole_chunks(std::string_view bytes) {
  size_t end = std::min(bytes.size(), kPngSignature);
  for_each_png_chunk(bytes, [&](const PngChunk& chunk) { end += chunk.whole.size(); });
  return bytes.substr(0, end);
}

void start_info(PngHandle& handle) {
  if (handle.png != nullptr) handle.info = png_create_info_struct(handle.png);
  if (handle.info == nullptr) fail("libpng does not start (no memory, or another version than at build time).");
}

}  // namespace

PngHandle::PngHandle(std::string_view bytes)
    : png(png_create_read_struct(PNG_LIBPNG_VER_STRING, this, keep_complaint, ignore_warning)),
      rest(whole_chunks(bytes)) {
  start_info(*this);
  png_set_read_fn(png, this, take_bytes);
  // Packed texts may be longer than the file.
  png_set_chunk_malloc_max(png, std::max(bytes.size(), kLongestText));
}

PngHandle::PngHandle(std::string* out)
    : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, this, keep_complaint, ignore_warning)), reading(false) {
  start_info(*this);
  png_set_write_fn(png, out, append_bytes, nullptr);
}

PngHandle::~PngHandle() {
  if (reading) png_destroy_read_struct(&png, &info, nullptr);
  else png_destroy_write_struct(&png, &info);
}

}  // namespace mdsm
