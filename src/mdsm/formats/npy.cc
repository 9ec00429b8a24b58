#include "mdsm/formats/npy.h"

#include <cstring>

#include "mdsm/base/error.h"
#include "mdsm/formats/archive_reader.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/npy_elements.h"
#include "mdsm/formats/npy_header.h"
#include "mdsm/formats/npy_reader.h"

namespace mdsm {
namespace {

void require_length(const NpyHeader& header, int64_t file_bytes, std::string_view what) {
  require_readable(header, what);
  require(
      file_bytes == header.header_bytes + header.data_bytes,
      "{}: {} bytes follow the .npy header, but an array {} of {} takes {}. Was the file cut short? Write it again.",
      what, file_bytes - header.header_bytes, to_text(header.shape), toString(header.type), header.data_bytes);
}

/// Of the elements in the order in which they lie in the file.
Shape stored_shape(const NpyHeader& header) {
  const bool reversed = header.order == NpyOrder::columns_first;
  return reversed ? Shape(header.shape.rbegin(), header.shape.rend()) : header.shape;
}

/// The array of the elements as stored: columns first means that every axis is reversed.
Tensor arrange(const NpyHeader& header, const Tensor& stored) {
  if (header.order == NpyOrder::rows_first) return stored;
  Shape axes(header.shape.size());
  for (size_t i = 0; i < axes.size(); ++i) axes[i] = static_cast<int64_t>(axes.size() - 1 - i);
  return stored.permute(axes).contiguous();
}

/// Contiguous, on the CPU: the bytes that follow the header.
Tensor host_copy(const Tensor& array) {
  require(array.defined(), "an undefined tensor has no .npy form.");
  return array.detach().cpu().contiguous();
}

std::string_view bytes_of(const Tensor& host) {
  return {static_cast<const char*>(host.const_data_ptr()), host.nbytes()};
}

}  // namespace

Tensor read_whole(NpyReader reader) {
  const NpyHeader& header = reader.header();
  const Tensor stored = reader.next(element_count(header.shape));
  return arrange(header, stored.view(stored_shape(header)));
}

Tensor decode_npy(std::string_view bytes, std::string_view what) {
  const NpyHeader header = parse_npy_header(bytes, what);
  require_length(header, static_cast<int64_t>(bytes.size()), what);
  const Tensor stored = at::empty(stored_shape(header), header.type);
  if (header.data_bytes > 0) {
    std::memcpy(stored.data_ptr(), bytes.data() + header.header_bytes, static_cast<size_t>(header.data_bytes));
  }
  return arrange(header, as_elements(header, stored));
}

std::string encode_npy(const Tensor& array) {
  const Tensor host = host_copy(array);
  std::string bytes = format_npy_header(host.scalar_type(), host.sizes());
  bytes += bytes_of(host);
  return bytes;
}

Tensor read_npy(const std::filesystem::path& path) { return read_whole(NpyReader(path)); }

void write_npy(const std::filesystem::path& path, const Tensor& array) {
  const Tensor host = host_copy(array);
  const std::string header = format_npy_header(host.scalar_type(), host.sizes());
  write_file_atomically(path, [&](const ByteSink& sink) {
    sink(header);
    sink(bytes_of(host));
  });
}

std::vector<std::string> npz_names(const std::filesystem::path& path) {
  std::vector<std::string> names;
  ArchiveReader archive(path);
  while (archive.next()) {
    const std::string& name = archive.name();
    if (name.ends_with(".npy")) names.push_back(name.substr(0, name.size() - 4));
  }
  return names;
}

bool npz_is_readable(const std::filesystem::path& path, std::string_view name) {
  return NpyReader(path, name).header().readable;
}

Tensor read_npz(const std::filesystem::path& path, std::string_view name) { return read_whole(NpyReader(path, name)); }

}  // namespace mdsm
