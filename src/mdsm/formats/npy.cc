#include "mdsm/formats/npy.h"

#include <algorithm>
#include <cstring>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/formats/archive_reader.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/npy_header.h"

namespace mdsm {
namespace {

/// Longest array of a .npz that is read; memory grows only with bytes that are there.
constexpr int64_t kMemberLimit = int64_t{1} << 36;

void require_length(const NpyHeader& header, int64_t file_bytes, std::string_view what) {
  require_readable(header, what);
  require(
      file_bytes == header.header_bytes + header.data_bytes,
      "{}: {} bytes follow the .npy header, but an array {} of {} takes {}. Was the file cut short? Write it again.",
      what, file_bytes - header.header_bytes, to_text(header.shape), toString(header.type), header.data_bytes);
}

/// A tensor for the elements in the order in which they lie in the file.
Tensor allocate(const NpyHeader& header) {
  const bool reversed = header.order == NpyOrder::columns_first;
  const Shape stored = reversed ? Shape(header.shape.rbegin(), header.shape.rend()) : header.shape;
  return at::empty(stored, header.type);
}

/// Turns the bytes of each element round.
void swap_bytes(const Tensor& stored) {
  auto* bytes = static_cast<char*>(stored.mutable_data_ptr());
  const auto width = static_cast<size_t>(stored.element_size());
  for (size_t at = 0; at < stored.nbytes(); at += width) std::reverse(bytes + at, bytes + at + width);
}

/// The array of the elements as stored: columns first means that every axis is reversed.
Tensor arrange(const NpyHeader& header, Tensor stored) {
  if (header.swapped) swap_bytes(stored);
  if (header.type == at::kBool) stored = stored.view(at::kByte).ne(0);  // any byte may stand for true in a file
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

/// The bytes of one array of a .npz.
std::string member(const std::filesystem::path& path, std::string_view name) {
  ArchiveReader archive(path);
  while (archive.next()) {
    if (archive.name() == fmt::format("{}.npy", name)) return archive.read(kMemberLimit);
  }
  const std::vector<std::string> names = npz_names(path);
  reject("'{}' holds no array '{}' (it holds {}).{}", path.string(), name,
         names.empty() ? "none" : fmt::to_string(fmt::join(names, ", ")), did_you_mean(name, names));
}

}  // namespace

Tensor decode_npy(std::string_view bytes, std::string_view what) {
  const NpyHeader header = parse_npy_header(bytes, what);
  require_length(header, static_cast<int64_t>(bytes.size()), what);
  Tensor stored = allocate(header);
  if (header.data_bytes > 0) {
    std::memcpy(stored.data_ptr(), bytes.data() + header.header_bytes, static_cast<size_t>(header.data_bytes));
  }
  return arrange(header, std::move(stored));
}

std::string encode_npy(const Tensor& array) {
  const Tensor host = host_copy(array);
  std::string bytes = format_npy_header(host.scalar_type(), host.sizes());
  bytes += bytes_of(host);
  return bytes;
}

Tensor read_npy(const std::filesystem::path& path) {
  const InputFile file(path);
  const std::string what = fmt::format("'{}'", path.string());
  std::string start(static_cast<size_t>(std::min(file.size(), kNpyHeaderLimit)), '\0');
  file.read(0, start.data(), static_cast<int64_t>(start.size()));
  const NpyHeader header = parse_npy_header(start, what);
  require_length(header, file.size(), what);
  Tensor stored = allocate(header);
  file.read(header.header_bytes, stored.data_ptr(), header.data_bytes);
  return arrange(header, std::move(stored));
}

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
  return parse_npy_header(member(path, name), fmt::format("'{}' in '{}'", name, path.string())).readable;
}

Tensor read_npz(const std::filesystem::path& path, std::string_view name) {
  return decode_npy(member(path, name), fmt::format("'{}' in '{}'", name, path.string()));
}

}  // namespace mdsm
