#include "mdsm/formats/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/formats/file.h"

namespace mdsm {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the format is little-endian and bytes are copied as they are");

constexpr int64_t kLengthBytes = 8;

struct OpenFile {
  InputFile file;
  SafeTensorsHeader header;
  int64_t data_begin = 0;
};

OpenFile open_checked(const std::filesystem::path& path) {
  OpenFile open{InputFile(path), {}, 0};
  const std::string who = fmt::format("'{}'", path.string());
  const int64_t size = open.file.size();
  require(size >= kLengthBytes, "{} has {} bytes (a safetensors file has at least 8). Was it cut short?", who, size);
  uint64_t length = 0;
  open.file.read(0, &length, kLengthBytes);
  require(std::cmp_less_equal(length, kSafeTensorsHeaderLimit),
          "{} gives {} bytes as the length of its header (the limit is {}). It is damaged or of another format.", who,
          length, kSafeTensorsHeaderLimit);
  open.data_begin = kLengthBytes + static_cast<int64_t>(length);
  require(open.data_begin <= size, "{} ends within its header (byte {} of {}). Was it cut short?", who, size,
          open.data_begin);
  std::string json(length, ' ');
  open.file.read(kLengthBytes, json.data(), static_cast<int64_t>(length));
  open.header = parse_safetensors_header(json, size - open.data_begin, who);
  return open;
}

Tensor allocate(const SafeTensorInfo& info, const std::filesystem::path& path) {
  try {
    return at::empty(info.shape, info.type);
  } catch (const c10::Error&) {
    fail("'{}': no memory for tensor '{}' of {} bytes. Close other programs or use a larger machine.", path.string(),
         info.name, info.byte_count());
  }
}

Tensor read_tensor(const OpenFile& open, const SafeTensorInfo& info) {
  Tensor tensor = allocate(info, open.file.path());
  open.file.read(open.data_begin + info.offset, tensor.data_ptr(), info.byte_count());
  // Arithmetic on a bool that is neither 0 nor 1 is undefined.
  if (info.type == at::kBool && tensor.numel() > 0) {
    require(tensor.view(at::kByte).max().item<uint8_t>() <= 1,
            "'{}': tensor '{}' holds bytes that are neither true nor false.", open.file.path().string(), info.name);
  }
  return tensor;
}

/// Places of the tensors, larger elements first: every offset is then a multiple of its element's size.
std::vector<size_t> aligned_order(const SafeTensors& content) {
  std::vector<size_t> order(content.tensors.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return content.tensors[a].second.element_size() > content.tensors[b].second.element_size();
  });
  return order;
}

}  // namespace

bool SafeTensors::contains(std::string_view name) const {
  return std::any_of(tensors.begin(), tensors.end(), [&](const auto& tensor) { return tensor.first == name; });
}

const Tensor& SafeTensors::at(std::string_view name) const {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](const auto& tensor) { return tensor.first == name; });
  if (found == tensors.end()) {
    std::vector<std::string> names;
    for (const auto& tensor : tensors) names.push_back(tensor.first);
    reject("no tensor is called '{}'.{}", name, did_you_mean(name, names));
  }
  return found->second;
}

void write_safetensors(const std::filesystem::path& path, const SafeTensors& content) {
  for (const auto& [name, tensor] : content.tensors) {
    require(tensor.defined(), "safetensors: tensor '{}' is undefined. Leave it out.", name);
  }
  SafeTensorsHeader header{{}, content.metadata};
  const std::vector<size_t> order = aligned_order(content);
  int64_t offset = 0;
  for (size_t index : order) {
    const auto& [name, tensor] = content.tensors[index];
    header.tensors.push_back({name, tensor.scalar_type(), tensor.sizes().vec(), offset});
    offset += header.tensors.back().byte_count();
  }
  const std::string json = format_safetensors_header(header);
  const uint64_t length = json.size();
  std::array<char, kLengthBytes> length_bytes{};
  std::memcpy(length_bytes.data(), &length, length_bytes.size());
  write_file_atomically(path, [&](const ByteSink& sink) {
    sink({length_bytes.data(), length_bytes.size()});
    sink(json);
    for (size_t index : order) {
      const Tensor tensor = content.tensors[index].second.detach().cpu().contiguous();
      sink({static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()});
    }
  });
}

SafeTensors read_safetensors(const std::filesystem::path& path) {
  const OpenFile open = open_checked(path);
  SafeTensors content{{}, open.header.metadata};
  for (const SafeTensorInfo& info : open.header.tensors)
    content.tensors.emplace_back(info.name, read_tensor(open, info));
  return content;
}

SafeTensorsHeader read_safetensors_header(const std::filesystem::path& path) { return open_checked(path).header; }

}  // namespace mdsm
