#include "mdsm/formats/sha256.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

constexpr const char* kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kMillionA = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

// Known answers of FIPS 180-4's examples (NIST, "SHA-256 examples" and the million letters a).
TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(sha256_of(""), kEmpty);
  EXPECT_EQ(sha256_of("abc"), kAbc);
  EXPECT_EQ(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, PiecesGiveTheDigestOfTheWhole) {
  Sha256 hash;
  EXPECT_EQ(hash.hex(), kEmpty);
  hash.update("a", 1);
  hash.update("bc", 2);
  EXPECT_EQ(hash.hex(), kAbc);
  Sha256 letters;
  const std::string thousand(1000, 'a');
  for (int i = 0; i < 1000; ++i) letters.update(thousand.data(), thousand.size());
  EXPECT_EQ(letters.hex(), kMillionA);
}

TEST(Sha256, FilesOfSeveralPieces) {
  const testing::TempDir folder;
  testing::write_bytes(folder / "none", "");
  EXPECT_EQ(sha256_of_file(folder / "none"), kEmpty);
  const std::string bytes(3 * (1 << 20) + 17, 'x');
  testing::write_bytes(folder / "long", bytes);
  EXPECT_EQ(sha256_of_file(folder / "long"), sha256_of(bytes));
}

TEST(Sha256, UnreadableFilesAreFailures) {
  const testing::TempDir folder;
  testing::expect_error([&] { sha256_of_file(folder / "missing"); }, "No such file", Fault::failure);
  testing::expect_error([&] { sha256_of_file(folder.path()); }, "cannot read", Fault::failure);
}

}  // namespace
}  // namespace mdsm
