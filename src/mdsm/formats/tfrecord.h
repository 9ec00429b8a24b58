#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mdsm {

/// CRC-32C (Castagnoli) of the bytes, as iSCSI and TensorFlow define it: 0xE3069283 for "123456789".
uint32_t crc32c(std::string_view bytes);

/// The payload framed as one record of a TFRecord file: length (8 bytes), masked CRC of the length (4), payload, masked
/// CRC of the payload (4); all little-endian. The mask is rotate-right(crc, 15) + 0xa282ead8. Source:
/// tensorflow.org/tutorials/load_data/tfrecord, "TFRecords format details".
std::string tfrecord(std::string_view payload);

}  // namespace mdsm
