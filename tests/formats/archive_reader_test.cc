#include "mdsm/formats/archive_reader.h"

#include <map>

#include "support/expect_error.h"
#include "support/make_archive.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;

std::map<std::string, std::string> read_all(const std::filesystem::path& path) {
  std::map<std::string, std::string> files;
  ArchiveReader archive(path);
  while (archive.next()) files[archive.name()] = archive.read(1 << 20);
  return files;
}

TEST(ArchiveReader, ReadsEveryFileOfEveryFormat) {
  const TempDir folder;
  const std::map<std::string, std::string> expected{{"a/b.txt", "one"}, {"c.bin", std::string(200000, '\x7f')}};
  for (const char* name : {"x.zip", "x.tar", "x.tar.gz", "x.tgz"}) {
    testing::make_archive(folder / name, {{"a/", ""}, {"./a/b.txt", "one"}, {"c.bin", expected.at("c.bin")}});
    EXPECT_EQ(read_all(folder / name), expected) << name;
    EXPECT_TRUE(is_archive_name(folder / name));
  }
  EXPECT_FALSE(is_archive_name("x.gz"));
}

// Python's zipfile, one file "é/ü.txt" that holds "hi". Tests run in the locale "C", where libarchive alone loses the
// name.
TEST(ArchiveReader, NamesMayBeOutsideAscii) {
  const TempDir folder;
  const unsigned char zip[] = {0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0xac,
                               0x2a, 0x93, 0xd8, 0x02, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x09, 0x00, 0x00, 0x00,
                               0xc3, 0xa9, 0x2f, 0xc3, 0xbc, 0x2e, 0x74, 0x78, 0x74, 0x68, 0x69, 0x50, 0x4b, 0x01, 0x02,
                               0x14, 0x03, 0x14, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0xac, 0x2a, 0x93,
                               0xd8, 0x02, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x09, 0x00, 0x00, 0x00, 0x00, 0x00,
                               0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0xc3, 0xa9, 0x2f,
                               0xc3, 0xbc, 0x2e, 0x74, 0x78, 0x74, 0x50, 0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x01,
                               0x00, 0x01, 0x00, 0x37, 0x00, 0x00, 0x00, 0x29, 0x00, 0x00, 0x00, 0x00, 0x00};
  testing::write_bytes(folder / "x.zip", {reinterpret_cast<const char*>(zip), sizeof zip});
  EXPECT_EQ(read_all(folder / "x.zip"), (std::map<std::string, std::string>{{"é/ü.txt", "hi"}}));
}

// 200 MiB of zeros in 200 kB of xz, or three times in three files.
TEST(ArchiveReader, WhatUnpacksToFarMoreThanItsSizeIsRefused) {
  const TempDir folder;
  const std::string zeros(size_t{64} << 20, '\0');
  testing::make_archive(folder / "x.tar.xz", {{"a", zeros}, {"b", zeros}, {"c", zeros}});
  ArchiveReader archive(folder / "x.tar.xz");
  testing::expect_error(
      [&] {
        while (archive.next()) archive.read(int64_t{1} << 36);
      },
      "unpacks to more than 1100 times its size");
  ArchiveReader piecewise(folder / "x.tar.xz");
  ASSERT_TRUE(piecewise.next());
  std::string piece(size_t{1} << 20, '\0');
  testing::expect_error(
      [&] {
        while (piecewise.read_some(piece.data(), static_cast<int64_t>(piece.size())) > 0) continue;
      },
      "unpacks to more than 1100 times its size");
  testing::make_archive(folder / "x.zip", {{"a", zeros}});  // deflate at its best
  ArchiveReader plain(folder / "x.zip");
  ASSERT_TRUE(plain.next());
  EXPECT_EQ(plain.read(int64_t{1} << 36).size(), zeros.size());
}

TEST(ArchiveReader, RefusesDamageAndExcess) {
  const TempDir folder;
  testing::make_archive(folder / "x.tar.gz", {{"a", std::string(100000, 'a')}, {"b", "b"}});
  const std::string whole = testing::read_bytes(folder / "x.tar.gz");
  testing::write_bytes(folder / "cut.tar.gz", whole.substr(0, whole.size() / 2));
  expect_error([&] { read_all(folder / "cut.tar.gz"); }, "cut.tar.gz");
  testing::write_bytes(folder / "no.zip", "not an archive");
  expect_error([&] { read_all(folder / "no.zip"); }, "as an archive");
  testing::write_bytes(folder / "empty.zip", "");
  expect_error([&] { read_all(folder / "empty.zip"); }, "as an archive");
  expect_error([&] { read_all(folder / "x.tar.g"); }, "Did you mean 'x.tar.gz'?");
  ArchiveReader archive(folder / "x.tar.gz");
  ASSERT_TRUE(archive.next());
  expect_error([&] { archive.read(99999); }, "'a' in '");
}

// A .tar header that claims 8 GiB in front of ten bytes: the reader must run into the end, not out of memory.
TEST(ArchiveReader, MemoryGrowsWithTheBytesThatAreThere) {
  const TempDir folder;
  testing::make_archive(folder / "x.tar", {{"a", "0123456789"}});
  std::string bytes = testing::read_bytes(folder / "x.tar");
  bytes.replace(124, 11, "77777777777");
  uint32_t sum = 0;
  for (size_t i = 0; i < 512; ++i) sum += i >= 148 && i < 156 ? 32U : static_cast<unsigned char>(bytes[i]);
  bytes.replace(148, 7, fmt::format("{:06o}\0", sum));
  testing::write_bytes(folder / "x.tar", bytes.substr(0, 522));
  expect_error([&] { read_all(folder / "x.tar"); }, "x.tar");
}

}  // namespace
}  // namespace mdsm
