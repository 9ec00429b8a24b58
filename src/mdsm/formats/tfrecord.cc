#include "mdsm/formats/tfrecord.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <bit>

namespace mdsm {
namespace {

/// The `count` low bytes of a number, lowest first.
std::string little_endian(uint64_t number, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(number >> (8 * i) & 0xFF));
  return bytes;
}

std::string masked_crc(std::string_view bytes) {
  return little_endian(std::rotr(crc32c(bytes), 15) + uint32_t{0xa282ead8}, 4);
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  // crc32_iscsi is the bare recurrence: it neither starts from all ones nor inverts the end. Its length is an int.
  uint32_t crc = 0xFFFFFFFF;
  while (!bytes.empty()) {
    const size_t count = std::min(bytes.size(), size_t{1} << 30);
    auto* begin = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
    crc = crc32_iscsi(begin, static_cast<int>(count), crc);
    bytes.remove_prefix(count);
  }
  return ~crc;
}

std::string tfrecord(std::string_view payload) {
  const std::string length = little_endian(payload.size(), 8);
  std::string record = length + masked_crc(length);
  record.append(payload).append(masked_crc(payload));
  return record;
}

}  // namespace mdsm
