#include "mdsm/formats/safetensors.h"

#include <cstring>
#include <limits>

#include "support/expect_error.h"
#include "support/paths.h"
#include "support/shared.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;
using testing::write_bytes;

/// A tensor of every type of the format; no two alike.
SafeTensors every_type() {
  SafeTensors content;
  content.tensors = {{"bool", at::tensor({1, 0, 1}, at::kByte).to(at::kBool)},
                     {"u8", at::tensor({255}, at::kByte)},
                     {"f64", at::arange(6, at::kDouble).view({2, 3}) / 7},
                     {"f32", (at::arange(6, at::kFloat).view({3, 2}) / 7).t()},
                     {"i8", at::tensor({-128, 127, 1}, at::kChar)},
                     {"bf16", at::tensor({1.5F, -3.0F}).to(at::kBFloat16).view({2, 1})},
                     {"f16", at::tensor({0.5F, -2.0F}).to(at::kHalf)},
                     {"i64", at::tensor(std::vector<int64_t>{-(int64_t{1} << 62)}, at::kLong)},
                     {"i32", at::scalar_tensor(-7, at::kInt)},
                     {"i16", at::tensor({-300, 300}, at::kShort)},
                     {"none", at::zeros({0, 4})}};
  content.metadata = {{"experiment", "{\"a\": \"\xc3\xa9\\n\"}"}, {"empty", ""}};
  return content;
}

void expect_same(const SafeTensors& actual, const SafeTensors& expected) {
  EXPECT_EQ(actual.metadata, expected.metadata);
  ASSERT_EQ(actual.tensors.size(), expected.tensors.size());
  for (const auto& [name, tensor] : expected.tensors) {
    EXPECT_EQ(actual.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(at::equal(actual.at(name), tensor)) << name;
    EXPECT_TRUE(actual.at(name).is_contiguous()) << name;
  }
}

TEST(SafeTensors, RoundTripOfEveryType) {
  const TempDir folder;
  write_safetensors(folder / "x", every_type());
  expect_same(read_safetensors(folder / "x"), every_type());
  const std::string bytes = read_bytes(folder / "x");
  write_safetensors(folder / "x", every_type());
  EXPECT_EQ(read_bytes(folder / "x"), bytes);
}

TEST(SafeTensors, LargerElementsFirstAndAligned) {
  const TempDir folder;
  write_safetensors(folder / "x", every_type());
  std::vector<std::string> names;
  for (const SafeTensorInfo& info : read_safetensors_header(folder / "x").tensors) {
    names.push_back(info.name);
    EXPECT_EQ(info.offset % static_cast<int64_t>(c10::elementSize(info.type)), 0) << info.name;
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"f64", "i64", "f32", "i32", "none", "bf16", "f16", "i16", "bool", "u8", "i8"}));
}

// The layout by hand: any change of the bytes on disk shows here.
TEST(SafeTensors, ExactBytes) {
  const TempDir folder;
  write_safetensors(folder / "x",
                    {{{"b", at::tensor({7}, at::kByte)}, {"a", at::tensor({1.0}, at::kFloat)}}, {{"k", "v"}}});
  const std::string json = R"({"__metadata__":{"k":"v"},"a":{"data_offsets":[0,4],"dtype":"F32","shape":[1]},)"
                           R"("b":{"data_offsets":[4,5],"dtype":"U8","shape":[1]}})";
  const std::string padded = json + std::string((8 - json.size() % 8) % 8, ' ');
  ASSERT_NE(padded.size(), json.size());
  const std::string length{static_cast<char>(padded.size()), 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(read_bytes(folder / "x"), length + padded + std::string("\x00\x00\x80\x3f\x07", 5));
}

TEST(SafeTensors, EmptyFileOfNoTensors) {
  const TempDir folder;
  write_safetensors(folder / "x", {});
  EXPECT_EQ(read_bytes(folder / "x"), std::string("\x08\0\0\0\0\0\0\0{}      ", 16));
  EXPECT_TRUE(read_safetensors(folder / "x").tensors.empty());
}

TEST(SafeTensors, WhatCannotBeWritten) {
  const TempDir folder;
  const Tensor one = at::ones({1});
  expect_error([&] { write_safetensors(folder / "x", {{{"a", one}, {"a", one}}, {}}); }, "'a' is taken");
  expect_error([&] { write_safetensors(folder / "x", {{{"__metadata__", one}}, {}}); }, "is taken");
  expect_error([&] { write_safetensors(folder / "x", {{{"a", Tensor()}}, {}}); }, "'a' is undefined");
  expect_error([&] { write_safetensors(folder / "x", {{{"a", one.to(at::kComplexFloat)}}, {}}); }, "ComplexFloat");
  expect_error([&] { write_safetensors(folder / "x", {{{"\xff", one}}, {}}); }, "not UTF-8");
  expect_error([&] { write_safetensors(folder / "x", {{}, {{"key", "\xff"}}}); }, "not UTF-8");
  EXPECT_FALSE(std::filesystem::exists(folder / "x"));
}

TEST(SafeTensors, ANameThatIsNotThere) {
  const SafeTensors content = every_type();
  EXPECT_TRUE(content.contains("bf16"));
  EXPECT_FALSE(content.contains("stem.weight"));
  expect_error([&] { content.at("noen"); }, "no tensor is called 'noen'. Did you mean 'none'?");
}

TEST(SafeTensors, RealFiles) {
  MDSM_NEEDS_SHARED("data/squeezenet");
  const std::filesystem::path folder = testing::shared_path("data/squeezenet");
  const SafeTensors weights = read_safetensors(folder / "squeezenet-v1.0.safetensors");
  EXPECT_EQ(weights.tensors.size(), 52U);
  EXPECT_EQ(weights.tensors[0].first, "conv1.weight");
  EXPECT_EQ(weights.at("conv1.weight").sizes(), (Shape{96, 3, 7, 7}));
  EXPECT_EQ(weights.metadata.at("license"), "BSD-2-Clause");
  for (const auto& [name, tensor] : weights.tensors) EXPECT_TRUE(at::isfinite(tensor).all().item<bool>()) << name;

  // Here a byte image of odd size comes first, so that the floats behind it are not aligned.
  const SafeTensors reference = read_safetensors(folder / "reference.safetensors");
  EXPECT_EQ(reference.at("cat.image_rgb_hwc").sizes(), (Shape{227, 227, 3}));
  EXPECT_EQ(reference.at("cat.logits").argmax().item<int64_t>(), 282) << "tiger cat";
  EXPECT_EQ(read_safetensors_header(folder / "reference.safetensors").tensors.size(), 6U);
}

// Needs Python's packages safetensors and numpy; MDSM_PYTHON names the interpreter that has them.
TEST(SafeTensors, PythonReadsAndWritesTheSame) {
  const TempDir folder;
  write_safetensors(folder / "mdsm.safetensors", every_type());
  const char* python = std::getenv("MDSM_PYTHON");
  const std::string command = fmt::format("'{}' '{}/tests/formats/safetensors_peer.py' '{}'",
                                          python ? python : "python3", MDSM_SOURCE_DIR, folder.path().string());
  const int status = std::system(command.c_str());
  if (status == 77 << 8)
    GTEST_SKIP() << "Python's safetensors or numpy is missing. Set MDSM_PYTHON to one that has them.";
  ASSERT_EQ(status, 0);
  const SafeTensors content = read_safetensors(folder / "python.safetensors");
  SafeTensors expected{{{"weight", at::arange(12, at::kFloat).view({3, 4}) - 5.5},
                        {"count", at::scalar_tensor(int64_t{1} << 40, at::kLong)},
                        {"mask", at::tensor({1, 0}, at::kByte).to(at::kBool).view({2, 1})},
                        {"bytes", at::arange(5, at::kByte)},
                        {"half", at::tensor({0.25F, 65504.0F}).to(at::kHalf)},
                        {"none", at::zeros({2, 0}, at::kShort)}},
                       {{"by", "Python"}, {"name", "\xc3\xa9"}}};
  expect_same(content, expected);
}

}  // namespace
}  // namespace mdsm
