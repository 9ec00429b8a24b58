#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "support/paths.h"

namespace mdsm::testing {

/// The bytes that `gzip -dc` gives for a file of data/mnist.
inline std::string unzipped_mnist(const std::string& name) {
  const std::string command = "gzip -dc '" MDSM_SOURCE_DIR "/data/mnist/" + name + "'";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run: " + command);
  std::string bytes;
  char piece[1 << 16];
  while (const size_t count = fread(piece, 1, sizeof(piece), pipe)) bytes.append(piece, count);
  if (pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  return bytes;
}

/// MNIST's test images, (10000, 1, 28, 28) float32 in [0, 1]. Independent of the library's own reader.
inline at::Tensor mnist_test_images() {
  std::string bytes = unzipped_mnist("t10k-images-idx3-ubyte.gz");
  return at::from_blob(bytes.data() + 16, {10000, 1, 28, 28}, at::kByte).to(at::kFloat) / 255;
}

/// Their labels, (10000) int64.
inline at::Tensor mnist_test_labels() {
  std::string bytes = unzipped_mnist("t10k-labels-idx1-ubyte.gz");
  return at::from_blob(bytes.data() + 8, {10000}, at::kByte).to(at::kLong);
}

}  // namespace mdsm::testing
