// Readers of data sets and of pictures.

#include "fuzz/target.h"
#include "mdsm/data/readers/array.h"
#include "mdsm/data/readers/cifar.h"
#include "mdsm/data/readers/idx.h"
#include "mdsm/data/readers/path_data.h"
#include "mdsm/data/readers/svhn.h"
#include "mdsm/restore/degradation.h"

namespace mdsm::fuzz {
namespace {

void read_idx_bytes(std::string_view bytes) {
  read_idx(file_of(bytes, "x-idx3-ubyte"));
  read_idx(file_of(bytes, "x-idx3-ubyte.gz"));
}

/// Class names beside one record that is whole.
void read_cifar_bytes(std::string_view bytes) {
  constexpr size_t kRecord = 1 + 3 * 32 * 32;
  static const std::string record(kRecord, '\0');
  file_of(record, "test_batch.bin");
  const auto names = file_of(bytes, "batches.meta.txt");
  read_cifar(names.parent_path(), CifarKind::ten, Split::test);
}

/// A mask of 4 x 4 pixels, or whatever the file is.
void read_mask(std::string_view bytes) {
  const DegradationOptions degradation{.task = "inpaint", .mask = file_of(bytes, "mask.png").string()};
  build_operator(degradation, {1, 4, 4}, 0);
}

}  // namespace

std::vector<Target> data_targets() {
  return {
      {"idx", read_idx_bytes},
      {"cifar_names", read_cifar_bytes},
      {"cifar", [](std::string_view bytes) { read_cifar(file_of(bytes, "x.tar"), CifarKind::ten, Split::test); }},
      {"mat", [](std::string_view bytes) { read_svhn(file_of(bytes, "x.mat")); }},
      {"array", [](std::string_view bytes) { read_array(file_of(bytes, "x.npz")); }},
      {"image_archive", [](std::string_view bytes) { read_path_data(file_of(bytes, "x.tar"), Split::train, {}); }},
      {"mask", read_mask},
  };
}

}  // namespace mdsm::fuzz
