// Where results are to go is looked at before anything is computed, and nothing is made.
#include "mdsm/formats/places.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;

TEST(MessagesOfPlaces, FilesNeedAFolderAndTheirEnding) {
  const TempDir folder;
  testing::write_bytes(folder / "file.txt", "x");
  require_file_place("grid", folder / "g.png", {".png"});
  require_file_place("out", folder / "file.txt");
  require_file_place("out", "/dev/null");
  expect_error([&] { require_file_place("grid", folder / "g.jpg", {".png", ".apng"}); }, "ends in .png or .apng");
  expect_error([&] { require_file_place("grid", folder / "none" / "g.png", {".png"}); }, "does not exist. Make it");
  expect_error([&] { require_file_place("out", folder.path()); }, "this is a folder");
  expect_error([&] { require_file_place("out", folder / "file.txt" / "x"); }, "does not exist");
}

TEST(MessagesOfPlaces, FoldersAreNoFilesNorNamedLikeOnes) {
  const TempDir folder;
  testing::write_bytes(folder / "file.txt", "x");
  std::filesystem::create_directory(folder / "old.npz");
  require_folder_place("out", folder.path());
  require_folder_place("out", folder / "a" / "b");
  require_folder_place("out", folder / "lr-0.5");
  require_folder_place("out", folder / "old.npz");
  expect_error([&] { require_folder_place("out", folder / "x.npz"); }, "this names a file");
  expect_error([&] { require_folder_place("out", folder / "X.PNG"); }, "Leave the ending '.PNG' away");
  expect_error([&] { require_folder_place("out", folder / "file.txt"); }, "this is a file");
  expect_error([&] { require_folder_place("out", folder / "file.txt" / "a"); }, "in which there can be no folder");
  EXPECT_FALSE(std::filesystem::exists(folder / "a"));
}

}  // namespace
}  // namespace mdsm
