#include "mdsm/run/tensorboard.h"

#include <chrono>
#include <cstring>
#include <map>
#include <set>

#include "mdsm/formats/png.h"
#include "mdsm/formats/tfrecord.h"
#include "support/expect_error.h"
#include "support/paths.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;

/// CRC-32C one bit at a time, from its polynomial.
uint32_t bitwise_crc32c(std::string_view bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
  }
  return ~crc;
}

template <class Number> Number number_at(std::string_view bytes, size_t at) {
  Number number{};
  std::memcpy(&number, bytes.substr(at, sizeof(Number)).data(), sizeof(Number));
  return number;
}

/// The payloads of a TFRecord file, read from its description alone: both checksums of every record are compared.
std::vector<std::string> records_of(std::string_view bytes) {
  const auto masked = [](uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8U; };
  std::vector<std::string> records;
  while (bytes.size() >= 16) {
    const auto length = number_at<uint64_t>(bytes, 0);
    EXPECT_EQ(number_at<uint32_t>(bytes, 8), masked(bitwise_crc32c(bytes.substr(0, 8))));
    if (length > bytes.size() - 16) break;
    records.emplace_back(bytes.substr(12, length));
    EXPECT_EQ(number_at<uint32_t>(bytes, 12 + length), masked(bitwise_crc32c(records.back())));
    bytes.remove_prefix(16 + length);
  }
  EXPECT_TRUE(bytes.empty()) << "half a record at the end";
  return records;
}

/// The fields of a protocol-buffer message by number, in the wire format: 8, 4 or a counted number of bytes, varints
/// as 8.
std::multimap<uint64_t, std::string> fields_of(std::string_view bytes) {
  const auto varint = [&] {
    uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes.at(0));
      bytes.remove_prefix(1);
      number |= uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return number;
    }
  };
  std::multimap<uint64_t, std::string> fields;
  while (!bytes.empty()) {
    const uint64_t key = varint();
    if (key % 8 == 0) {
      const uint64_t number = varint();
      fields.emplace(key / 8, std::string(reinterpret_cast<const char*>(&number), 8));
      continue;
    }
    const size_t size = key % 8 == 1 ? 8 : key % 8 == 5 ? 4 : varint();
    fields.emplace(key / 8, bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return fields;
}

std::string field(const std::string& message, uint64_t number) {
  const auto fields = fields_of(message);
  EXPECT_EQ(fields.count(number), 1U) << "field " << number;
  return fields.count(number) == 1 ? fields.find(number)->second : std::string(8, '\0');
}

TEST(TfRecord, Crc32cKnownAnswers) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  // RFC 3720, appendix B.4
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
  std::string long_text;
  for (int i = 0; i < 100'003; ++i) long_text.push_back(static_cast<char>(i * i));
  EXPECT_EQ(crc32c(long_text), bitwise_crc32c(long_text));
}

TEST(TfRecord, Framing) {
  EXPECT_EQ(records_of(tfrecord("") + tfrecord("abc") + tfrecord(std::string(300, 'x'))),
            (std::vector<std::string>{"", "abc", std::string(300, 'x')}));
}

TEST(TensorBoard, ScalarsAndImages) {
  const TempDir folder;
  const double before = static_cast<double>(std::time(nullptr));
  EventWriter writer(folder.path(), 7);
  const std::vector<TaggedScalar> scalars{{"loss/train", 0.75}, {"images per second", 0.1}};
  writer.add_scalars(scalars, 12'345'678'901);
  const Tensor image = at::arange(3 * 5 * 7, at::kByte).view({3, 5, 7});
  writer.add_image("samples", image, 20);

  const std::vector<std::string> events = records_of(read_bytes(writer.path()));
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(field(events[0], 3), "brain.Event:2");
  EXPECT_NEAR(number_at<double>(field(events[0], 1), 0), before, 60);
  EXPECT_EQ(number_at<int64_t>(field(events[1], 2), 0), 7);
  EXPECT_EQ(number_at<int64_t>(field(field(events[1], 7), 1), 0), 1) << "no start of a session";

  EXPECT_EQ(number_at<int64_t>(field(events[2], 2), 0), 12'345'678'901);
  const auto values = fields_of(field(events[2], 5));
  ASSERT_EQ(values.count(1), 2U);
  const std::string first = values.begin()->second;
  const std::string second = std::next(values.begin())->second;
  EXPECT_EQ(field(first, 1), "loss/train");
  EXPECT_EQ(number_at<float>(field(first, 2), 0), 0.75F);
  EXPECT_EQ(field(second, 1), "images per second");
  EXPECT_EQ(number_at<float>(field(second, 2), 0), 0.1F);

  const std::string picture = field(field(field(events[3], 5), 1), 4);
  EXPECT_EQ(field(field(field(events[3], 5), 1), 1), "samples");
  EXPECT_EQ(number_at<int64_t>(field(picture, 1), 0), 5);
  EXPECT_EQ(number_at<int64_t>(field(picture, 2), 0), 7);
  EXPECT_EQ(number_at<int64_t>(field(picture, 3), 0), 3);
  EXPECT_EQ(field(picture, 4), encode_png(image));
}

TEST(TensorBoard, EveryWriterHasItsFile) {
  const TempDir folder;
  std::set<std::string> names;
  for (int i = 0; i < 3; ++i) {
    names.insert(EventWriter(folder.path(), 0).path().filename().string());
  }
  EXPECT_EQ(names.size(), 3U) << "a resumed run would overwrite its past";
  for (const std::string& name : names) {
    EXPECT_THAT(name, ::testing::MatchesRegex("events\\.out\\.tfevents\\.[0-9]{10}\\..+\\.[0-9]+\\.[0-2]"));
    EXPECT_EQ(records_of(read_bytes(folder / name)).size(), 2U);
  }
  expect_error([&] { EventWriter(folder / "none", 0); }, "No such file or directory");
}

// Needs Python's package tensorboard; MDSM_PYTHON names the interpreter that has it.
TEST(TensorBoard, TensorBoardReadsTheFolder) {
  const TempDir folder;
  const std::vector<TaggedScalar> first{{"loss/train", 1000.0}, {"loss/held_out", 1100.0}};
  const auto add = [](EventWriter& writer, double loss, int64_t step) {
    const std::vector<TaggedScalar> scalar{{"loss/train", loss}};
    writer.add_scalars(scalar, step);
  };
  {
    EventWriter writer(folder.path(), 0);
    writer.add_scalars(first, 0);
    add(writer, 0.5, 100);
    add(writer, 0.375, 150);
  }
  EventWriter writer(folder.path(), 101);
  add(writer, 0.25, 200);
  writer.add_image("samples", at::zeros({1, 5, 7}, at::kByte), 200);
  add(writer, 0.125, 300);

  const char* python = std::getenv("MDSM_PYTHON");
  const std::string command = fmt::format("'{}' '{}/tests/run/tensorboard_peer.py' '{}'", python ? python : "python3",
                                          MDSM_SOURCE_DIR, folder.path().string());
  const int status = std::system(command.c_str());
  if (status == 77 << 8) GTEST_SKIP() << "Python's tensorboard is missing. Set MDSM_PYTHON to one that has it.";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace mdsm
