// Which folders, files and arrays are the halves of a set, over every form that a set may have.
#include <gmock/gmock.h>

#include "mdsm/data/load.h"
#include "mdsm/formats/npy.h"
#include "support/expect_error.h"
#include "support/image_files.h"

namespace mdsm {
namespace {

using ::testing::ElementsAre;
using testing::expect_error;
using testing::for_each_form;
using testing::grey_png;
using ::testing::HasSubstr;
using testing::PackedFile;
using testing::TempDir;
using testing::unpack;

/// `count` images a folder, each of a level of its own.
std::vector<PackedFile> images_in(const std::vector<std::string>& folders, int count = 2) {
  std::vector<PackedFile> files;
  int level = 0;
  for (const std::string& folder : folders) {
    for (int i = 0; i < count; ++i) files.push_back({fmt::format("{}/{}.png", folder, i), grey_png(++level)});
  }
  return files;
}

DataOptions options_of(const std::string& path, const std::string& halves = "auto") {
  DataOptions options;
  options.name = path;
  options.halves = halves;
  options.held_out = 2;
  return options;
}

std::vector<int64_t> all_places(const Source& source) {
  std::vector<int64_t> places;
  for (int64_t i = 0; i < source.size(); ++i) places.push_back(i);
  return places;
}

std::vector<int64_t> levels_of(const Source& source) {
  const Tensor x = source.read(all_places(source)).flatten(1).select(1, 0).mul(255).round().to(at::kLong);
  return {x.const_data_ptr<int64_t>(), x.const_data_ptr<int64_t>() + x.numel()};
}

std::vector<int64_t> labels_of(const Source& source) {
  const Tensor labels = source.labels(all_places(source)).contiguous();
  return {labels.const_data_ptr<int64_t>(), labels.const_data_ptr<int64_t>() + labels.numel()};
}

std::string notes_of(const Source& source) { return fmt::format("{}", fmt::join(source.info().notes, "\n")); }

TEST(Halves, AClassNamedLikeAHalfIsAClassAmongOthers) {
  for (const char* name : {"train", "Test", "val"}) {
    for_each_form(images_in({"car", "plane", name}, 4), [&](const std::string& path) {
      const auto source = load_source(options_of(path), Split::train);
      EXPECT_EQ(source->size(), 12) << path;
      EXPECT_EQ(source->info().classes.size(), 3U) << path;
      EXPECT_THAT(notes_of(*source), HasSubstr(fmt::format("{}/ is read as a class", name)));
      expect_error([&] { load_source(options_of(path), Split::test); }, "no test half");
      EXPECT_EQ(parse_data_name(path, Split::test).split, Split::train);
    });
  }
}

TEST(Halves, AClassNamedLikeAHalfIsReachedByItsOwnPath) {
  for_each_form(images_in({"car", "train"}), [](const std::string& path) {
    const DataName named = parse_data_name(path + "/train", Split::test);
    EXPECT_THAT(levels_of(*load_source(options_of(named.name), named.split)), ElementsAre(3, 4)) << path;
  });
}

TEST(Halves, NamesInCapitalsAndValidationSets) {
  const std::vector<std::array<std::string, 3>> names{{"Train", "Test", "test"},
                                                      {"train", "val", "val"},
                                                      {"TRAIN", "Valid", "valid"},
                                                      {"training", "validation", "validation"}};
  for (const auto& row : names) {
    const std::string &train = row[0], &test = row[1], &called = row[2];
    for_each_form(images_in({train + "/a", train + "/b", test + "/a", test + "/b"}), [&](const std::string& path) {
      EXPECT_THAT(levels_of(*load_source(options_of(path), Split::train)), ElementsAre(1, 2, 3, 4)) << path;
      const auto second = load_source(options_of(path), Split::test);
      EXPECT_THAT(levels_of(*second), ElementsAre(5, 6, 7, 8)) << path;
      EXPECT_THAT(labels_of(*second), ElementsAre(0, 0, 1, 1)) << path;
      EXPECT_EQ(second->info().half_name(), called);
      EXPECT_EQ(notes_of(*second).find("serves as the test half") != std::string::npos, called != "test") << path;
      for (const std::string& ending : {std::string("/test"), "/" + test, "/" + called}) {
        const DataName named = parse_data_name(path + ending, Split::train);
        EXPECT_EQ(named.name, path) << ending;
        EXPECT_EQ(named.split, Split::test) << ending;
      }
    });
  }
}

TEST(Halves, ALoneHalfIsTakenAndNamed) {
  for_each_form(images_in({"train/a", "train/b"}), [](const std::string& path) {
    EXPECT_THAT(labels_of(*load_source(options_of(path), Split::train)), ElementsAre(0, 0, 1, 1));
    EXPECT_EQ(parse_data_name(path, Split::test).split, Split::train);
    expect_error([&] { load_source(options_of(path), Split::test); }, "no test half");
    EXPECT_EQ(load_unseen(options_of(path))->info().half_name(), "held-out");
  });
  for (const char* name : {"test", "val"}) {
    for_each_form(images_in({std::string(name) + "/a", std::string(name) + "/b"}), [&](const std::string& path) {
      EXPECT_EQ(parse_data_name(path, Split::train).split, Split::test);
      EXPECT_THAT(labels_of(*load_source(options_of(path), Split::test)), ElementsAre(0, 0, 1, 1));
      expect_error([&] { load_source(options_of(path), Split::train); }, "no train half");
    });
  }
}

TEST(Halves, FoldersAroundEverythingAreLookedThrough) {
  for_each_form(images_in({"data/set/cat", "data/set/dog"}), [](const std::string& path) {
    const auto source = load_source(options_of(path), Split::train);
    EXPECT_THAT(source->info().classes, ElementsAre("cat", "dog")) << path;
    EXPECT_THAT(labels_of(*source), ElementsAre(0, 0, 1, 1));
  });
  for_each_form(images_in({"data/set/Train/cat", "data/set/Val/cat"}), [](const std::string& path) {
    EXPECT_THAT(levels_of(*load_source(options_of(path), Split::train)), ElementsAre(1, 2)) << path;
    EXPECT_THAT(levels_of(*load_source(options_of(path), Split::test)), ElementsAre(3, 4)) << path;
  });
}

TEST(Halves, AClassHasOneNumberInBothHalves) {
  for_each_form(images_in({"train/b", "train/c", "test/a", "test/b"}, 1), [](const std::string& path) {
    const auto train = load_source(options_of(path), Split::train), test = load_source(options_of(path), Split::test);
    EXPECT_THAT(train->info().classes, ElementsAre("a", "b", "c"));
    EXPECT_EQ(test->info().classes, train->info().classes);
    EXPECT_THAT(labels_of(*train), ElementsAre(1, 2));
    EXPECT_THAT(labels_of(*test), ElementsAre(0, 1));
  });
}

TEST(Halves, WhatIsAmbiguousIsAnErrorThatSaysHowToChoose) {
  const std::vector<std::vector<std::string>> mixtures{{"train", "test", "extra"}, {"train/a", "train/b", "extra/a"}};
  for (const std::vector<std::string>& folders : mixtures) {
    for_each_form(images_in(folders), [&](const std::string& path) {
      for (const Split split : {Split::train, Split::test}) {
        expect_error([&] { load_source(options_of(path), split); }, "Set data.halves to folders");
      }
      expect_error([&] { parse_data_name(path, Split::test); }, "data.halves");
      EXPECT_EQ(load_source(options_of(path, "none"), Split::train)->size(), static_cast<int64_t>(2 * folders.size()));
      const auto halves = load_source(options_of(path, "folders"), Split::train);
      EXPECT_EQ(halves->size(), folders[0] == "train" ? 2 : 4);
      EXPECT_THAT(notes_of(*halves), HasSubstr("extra/ is left out"));
    });
  }
  for_each_form(images_in({"cat/train", "cat/test", "dog/train", "dog/test"}), [](const std::string& path) {
    expect_error([&] { load_source(options_of(path), Split::train); }, "halves within its folders");
    EXPECT_EQ(load_source(options_of(path, "none"), Split::train)->size(), 8);
  });
  for_each_form(images_in({"train", "training", "test"}), [](const std::string& path) {
    expect_error([&] { load_source(options_of(path), Split::train); }, "which of them is the half?");
  });
}

TEST(Halves, ValidationBesideTestIsASetByItsOwnPath) {
  for_each_form(images_in({"train", "val", "test"}), [](const std::string& path) {
    const auto test = load_source(options_of(path), Split::test);
    EXPECT_THAT(levels_of(*test), ElementsAre(5, 6)) << path;
    EXPECT_THAT(notes_of(*test), HasSubstr("val/ is not read"));
    const DataName named = parse_data_name(path + "/val", Split::test);
    EXPECT_THAT(levels_of(*load_source(options_of(named.name), named.split)), ElementsAre(3, 4)) << path;
  });
}

TEST(Halves, ArraysHaveThemInTheirNames) {
  const TempDir folder;
  const std::string path = (folder / "x.npz").string();
  const Tensor train = at::full({5, 4, 4}, 1, at::kByte), test = at::full({3, 4, 4}, 2, at::kByte);
  for (const auto& [a, b, c] :
       std::vector<std::array<const char*, 3>>{{"x_train", "y_train", "x_test"},
                                               {"X_train", "Y_train", "X_test"},
                                               {"train_images", "train_labels", "val_images"}}) {
    write_npz(path, {{a, train}, {b, at::arange(5)}, {c, test}});
    const auto first = load_source(options_of(path), Split::train), second = load_source(options_of(path), Split::test);
    EXPECT_EQ(first->size(), 5) << a;
    EXPECT_THAT(labels_of(*first), ElementsAre(0, 1, 2, 3, 4)) << a;
    EXPECT_EQ(second->size(), 3) << a;
    EXPECT_EQ(parse_data_name(path, Split::test).split, Split::test) << a;
  }
  write_npz(path, {{"x_train", train}});
  EXPECT_EQ(parse_data_name(path, Split::test).split, Split::train);
  write_npz(path, {{"x_train", train}, {"x", test}});
  expect_error([&] { load_source(options_of(path), Split::train); }, "which are the data?");
}

TEST(Halves, PublishedFilesMayBeAHalfAlone) {
  const TempDir folder;
  const std::string header("\0\0\x08\x03\0\0\0\x02\0\0\0\x04\0\0\0\x04", 16);
  std::filesystem::create_directory(folder / "idx");
  testing::write_bytes(folder / "idx/t10k-images.idx3-ubyte", header + std::string(32, '\x07'));
  const std::string idx = (folder / "idx").string();
  const DataName named = parse_data_name(idx, Split::train);
  EXPECT_EQ(named.split, Split::test);
  EXPECT_THAT(notes_of(*load_source(options_of(idx), Split::test)), HasSubstr("read without labels"));
  expect_error([&] { load_source(options_of(idx), Split::train); }, "no train half");
  unpack(folder / "cifar", {{"data_batch_1.bin", std::string(3073, '\x01')}});
  EXPECT_EQ(parse_data_name((folder / "cifar").string(), Split::test).split, Split::train);
}

TEST(Halves, WhatTrainingSetAsideServesAsTestHalf) {
  for_each_form(images_in({"cat", "dog"}, 4), [](const std::string& path) {
    DataOptions options = options_of(path);
    options.held_out_choice = "even";
    for (const auto& unseen : {load_unseen(options), load_named_data(options, path, {1, 4, 4}),
                               load_named_data(options, path + "/test", {1, 4, 4})}) {
      EXPECT_THAT(levels_of(*unseen), ElementsAre(3, 7)) << path;
      EXPECT_EQ(unseen->info().half_name(), "held-out");
      EXPECT_THAT(notes_of(*unseen), HasSubstr("the 2 data that training set aside"));
    }
    EXPECT_EQ(load_named_data(options, path + "/train", {1, 4, 4})->size(), 8) << path;
    DataOptions other = options;
    other.name = "mnist";
    EXPECT_EQ(load_named_data(other, path, {1, 4, 4})->size(), 8) << "another run's data are whole";
    expect_error([&] { load_named_data(other, path + "/test", {1, 4, 4}); }, "no test half");
    DataOptions none = options;
    none.held_out = 0;
    expect_error([&] { load_unseen(none); }, "nothing aside");
  });
}

TEST(Halves, OneImageIsASetOfOne) {
  const TempDir folder;
  testing::write_bytes(folder / "a.png", grey_png(9));
  write_npy(folder / "one.npy", at::full({1, 9, 9}, 9, at::kByte));
  write_npy(folder / "hwc.npy", at::full({10, 9, 3}, 9, at::kByte));
  unpack(folder / "set", {{"a.png", grey_png(9)}});
  for (const char* name : {"a.png", "one.npy", "hwc.npy", "set"}) {
    const auto source = load_named_data({}, (folder / name).string(), {});
    EXPECT_THAT(levels_of(*source), ElementsAre(9)) << name;
  }
  EXPECT_EQ(load_named_data({}, (folder / "hwc.npy").string(), {})->info().datum_shape, (Shape{3, 10, 9}));
}

}  // namespace
}  // namespace mdsm
