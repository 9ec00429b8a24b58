#include "mdsm/formats/npy.h"

#include "mdsm/formats/npy_header.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;
using testing::write_bytes;

/// The bytes that NumPy 2 writes: the dictionary padded with spaces so that the elements begin at 128.
std::string numpy_file(int version, const std::string& dictionary, const std::string& elements) {
  const size_t prefix = version == 1 ? 10 : 12;
  std::string header = dictionary;
  header.resize(128 - prefix - 1, ' ');
  header += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  bytes += static_cast<char>(header.size());
  bytes += std::string(prefix - 9, '\0');
  return bytes + header + elements;
}

std::string dictionary(const std::string& descr, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

template <class T> std::string raw(std::initializer_list<T> values) {
  const std::vector<T> list(values);
  return {reinterpret_cast<const char*>(list.data()), list.size() * sizeof(T)};
}

const std::string kSix = raw<int32_t>({0, 3, 1, 4, 2, 5});

TEST(Npy, ReadsWhatNumpyWrites) {
  const Tensor floats = decode_npy(numpy_file(1, dictionary("<f4", "(2, 3)"), raw<float>({0, 1, 2, 3, 4, 5})), "x");
  EXPECT_TRUE(at::equal(floats, at::arange(6, at::kFloat).view({2, 3})));
  const Tensor columns = decode_npy(numpy_file(1, dictionary("<i4", "(2, 3)", "True"), kSix), "x");
  EXPECT_TRUE(at::equal(columns, at::arange(6, at::kInt).view({2, 3})));
  EXPECT_TRUE(columns.is_contiguous());
  const Tensor bytes = decode_npy(numpy_file(2, dictionary("|u1", "(3,)"), {"\x00\x01\xff", 3}), "x");
  EXPECT_TRUE(at::equal(bytes, at::tensor({0, 1, 255}, at::kByte)));
  const Tensor truths = decode_npy(numpy_file(3, dictionary("|b1", "(2, 1)"), {"\x01\x00", 2}), "x");
  EXPECT_TRUE(at::equal(truths, at::tensor({1, 0}, at::kByte).to(at::kBool).view({2, 1})));
  const Tensor scalar = decode_npy(numpy_file(1, dictionary("<f8", "()"), raw<double>({2.5})), "x");
  EXPECT_EQ(scalar.dim(), 0);
  EXPECT_EQ(scalar.item<double>(), 2.5);
}

TEST(Npy, WritesTheBytesThatNumpyWrites) {
  EXPECT_EQ(encode_npy(at::arange(6, at::kFloat).view({3, 2}).t()),
            numpy_file(1, dictionary("<f4", "(2, 3)"), raw<float>({0, 2, 4, 1, 3, 5})));
  EXPECT_EQ(encode_npy(at::tensor({7}, at::kLong)), numpy_file(1, dictionary("<i8", "(1,)"), raw<int64_t>({7})));
}

TEST(Npy, RoundTripThroughAFileKeepsTypeShapeAndValues) {
  const TempDir folder;
  for (at::ScalarType type : {at::kByte, at::kBool, at::kInt, at::kLong, at::kFloat, at::kDouble}) {
    for (const Shape& shape : {Shape{}, Shape{5}, Shape{2, 0, 3}, Shape{2, 3, 4, 5}}) {
      const Tensor array = at::arange(element_count(shape), at::kFloat).view(shape).to(type);
      write_npy(folder / "a.npy", array);
      const Tensor back = read_npy(folder / "a.npy");
      EXPECT_EQ(back.scalar_type(), type);
      EXPECT_TRUE(at::equal(back, array)) << toString(type) << to_text(shape);
    }
  }
  expect_error([] { encode_npy(at::zeros({2}, at::kComplexFloat)); }, "an array of type ComplexFloat has no .npy form");
}

TEST(Npy, ReadsColumnsFirstFilesOfAnyRank) {
  const TempDir folder;
  const Tensor expected = at::arange(24, at::kInt).view({2, 3, 4});
  const Tensor stored = expected.permute({2, 1, 0}).contiguous();
  const std::string elements(static_cast<const char*>(stored.const_data_ptr()), stored.nbytes());
  write_bytes(folder / "a.npy", numpy_file(1, dictionary("<i4", "(2, 3, 4)", "True"), elements));
  EXPECT_TRUE(at::equal(read_npy(folder / "a.npy"), expected));
}

TEST(Npy, RefusesOtherTypes) {
  const auto decode = [](const std::string& descr) {
    decode_npy(numpy_file(1, dictionary(descr, "(1,)"), "1234"), "x");
  };
  expect_error([&] { decode("|O"); }, "Python objects");
  expect_error([&] { decode(">c8"); }, "NumPy type '>c8'");
  expect_error([&] { decode("<U4"); }, "a.astype('<f4')");
  expect_error([&] { decode("<u1x"); }, "NumPy type");
  expect_error(
      [] {
        decode_npy(numpy_file(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "1234"), "x");
      },
      "records");
}

TEST(Npy, RefusesDamagedHeaders) {
  const std::string whole = numpy_file(1, dictionary("<i4", "(2, 3)"), kSix);
  expect_error([&] { decode_npy("PK" + whole, "'a.npy'"); }, "'a.npy' is not a .npy file");
  for (size_t length : {0U, 5U, 7U, 9U, 20U, 127U}) {
    expect_error([&] { decode_npy(whole.substr(0, length), "x"); }, length < 6 ? "is not a .npy file" : "cut short");
  }
  expect_error([&] { decode_npy(numpy_file(4, dictionary("<i4", "(2, 3)"), kSix), "x"); }, "version 4");
  for (const char* text : {"", "{}", "{'descr': '<i4', 'shape': (2, 3), }", "{'descr': '<i4', 'fortran_order': False}",
                           "{'descr': '<i4', 'fortran_order': 1, 'shape': (2, 3)}", "{'descr': '<i4",
                           "{'descr': '<i4', 'fortran_order': False, 'shape': (2, -3)}",
                           "{'descr': '<i4', 'fortran_order': False, 'shape': (99999999999999999999, 3)}",
                           "{'descr': '<i4', 'fortran_order': False, 'shape': (2 3)}",
                           "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), 'more': 1}",
                           "{'descr': '<i4', 'descr': '<i4', 'fortran_order': False, 'shape': (2, 3)}",
                           "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3)} 1"}) {
    expect_error([&] { decode_npy(numpy_file(1, text, kSix), "x"); }, "header is damaged");
  }
}

// An allocation of such sizes would throw something other than mdsm::Error.
TEST(Npy, ChecksSizesBeforeItAllocates) {
  const TempDir folder;
  const auto expect_refused = [&](const std::string& shape, const std::string& elements, const std::string& text) {
    const std::string bytes = numpy_file(1, dictionary("<i4", shape), elements);
    expect_error([&] { decode_npy(bytes, "x"); }, text);
    write_bytes(folder / "a.npy", bytes);
    expect_error([&] { read_npy(folder / "a.npy"); }, text);
  };
  expect_refused("(2, 3)", kSix.substr(1), "23 bytes follow the .npy header, but an array (2, 3) of Int takes 24");
  expect_refused("(2, 3)", kSix + "1", "25 bytes follow");
  expect_refused("(1000000000000,)", kSix, "takes 4000000000000");
  expect_refused("(4294967296, 4294967296)", kSix, "more than any memory holds");
  expect_refused("(9223372036854775807, 0, 9223372036854775807)", "", "more than any memory holds");
  std::string long_header = numpy_file(2, dictionary("<i4", "(2, 3)"), kSix);
  long_header[11] = '\x7f';
  expect_error([&] { decode_npy(long_header, "x"); }, "header claims 2130706548 bytes");
}

// numpy.savez_compressed(images=numpy.arange(4, dtype='u1').reshape(1, 2, 2), labels=numpy.array([7])), NumPy 2.
constexpr std::string_view kNumpyZip =
    "504b03042d00000008000000210048da766affffffffffffffff0a001400696d616765732e6e70790100100084000000000000004c000000"
    "000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a05e536aa8aea3a09e965f54529498179f5f94920a12774bcc294e058a176724"
    "16a402f91a863a0a4640a4a9a350ab401ee0626064620600504b03042d000000080000002100b9937b98ffffffffffffffff0a0014006c61"
    "62656c732e6e707901001000880000000000000048000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9369a1aea3a0"
    "9e965f54529498179f5f94920a12774bcc294e058a17672416a402f91a863a9a3a0ab50a14002e7606080000504b01022d032d0000000800"
    "0000210048da766a4c000000840000000a0000000000000000000000800100000000696d616765732e6e7079504b01022d032d0000000800"
    "00002100b9937b9848000000880000000a00000000000000000000008001880000006c6162656c732e6e7079504b05060000000002000200"
    "700000000c0100000000";

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (size_t i = 0; i < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

TEST(Npz, ReadsWhatNumpyWrites) {
  const TempDir folder;
  write_bytes(folder / "a.npz", from_hex(kNumpyZip));
  EXPECT_EQ(npz_names(folder / "a.npz"), (std::vector<std::string>{"images", "labels"}));
  EXPECT_TRUE(at::equal(read_npz(folder / "a.npz", "images"), at::arange(4, at::kByte).view({1, 2, 2})));
  EXPECT_TRUE(at::equal(read_npz(folder / "a.npz", "labels"), at::tensor({7}, at::kLong)));
  expect_error([&] { read_npz(folder / "a.npz", "label"); }, "Did you mean 'labels'?");
}

TEST(Npz, RoundTrip) {
  const TempDir folder;
  const Tensor mu = at::linspace(0, 1, 7, at::kDouble);
  const Tensor sigma = at::eye(7, at::kFloat);
  write_npz(folder / "a.npz", {{"mu", mu}, {"sigma", sigma}});
  EXPECT_EQ(npz_names(folder / "a.npz"), (std::vector<std::string>{"mu", "sigma"}));
  EXPECT_TRUE(at::equal(read_npz(folder / "a.npz", "mu"), mu));
  EXPECT_TRUE(at::equal(read_npz(folder / "a.npz", "sigma"), sigma));
}

TEST(Npz, RefusesDamagedFiles) {
  const TempDir folder;
  const std::string whole = from_hex(kNumpyZip);
  std::string flipped = whole;
  flipped[90] = static_cast<char>(flipped[90] ^ 0x10);
  write_bytes(folder / "flipped.npz", flipped);
  expect_error([&] { read_npz(folder / "flipped.npz", "images"); }, "is damaged");
  write_bytes(folder / "text.npz", "no archive at all");
  expect_error([&] { npz_names(folder / "text.npz"); }, "as an archive");
  expect_error([&] { npz_names(folder / "texts.npz"); }, "Did you mean 'text.npz'?");
}

TEST(Npz, WritesNothingWhenAnArrayIsRefused) {
  const TempDir folder;
  expect_error(
      [&] {
        write_npz(folder / "a.npz", {{"x", at::zeros({2})}, {"y", at::zeros({2}, at::kComplexFloat)}});
      },
      "type ComplexFloat");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace mdsm
