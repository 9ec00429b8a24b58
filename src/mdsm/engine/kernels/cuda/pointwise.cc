#include "mdsm/engine/kernels/cuda/pointwise.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "mdsm/base/error.h"
#include "mdsm/engine/kernels/choice_file.h"
#include "mdsm/engine/kernels/cuda/compiled.h"
#include "mdsm/engine/ops/pointwise.h"
#include "mdsm/system/cuda.h"

namespace mdsm::kernels::card {
namespace {

constexpr size_t kPacketBytes = 16;    // grid-inl.h
constexpr int64_t kBlocksAtOnce = 16;  // a processor, of 256 threads: 8 fit, and each packet is short work
constexpr size_t kMostInputs = 5;      // PassInputs of grid-inl.h
constexpr size_t kMostCards = 64;

/// A card and its kernels.
struct Loaded {
  std::once_flag once;
  CudaCard card;
  std::unique_ptr<CudaKernels> kernels;
};

/// Beside the choices of convolutions.
std::optional<std::filesystem::path> kernel_folder() {
  const std::optional<std::filesystem::path> choices = ChoiceFile::of_this_machine();
  if (!choices) return std::nullopt;
  return choices->parent_path() / "kernels";
}

const Loaded& loaded(int index) {
  static auto& cards =
      *new std::array<Loaded, kMostCards>;  // the driver may be gone before a static would be destroyed
  Loaded& found = cards.at(static_cast<size_t>(index));
  std::call_once(found.once, [&] {
    found.card = cuda().card(index);
    found.kernels = cuda().load_kernels(pointwise_kernels(found.card.architecture, kernel_folder()));
  });
  return found;
}

/// Runs a kernel over tensors that fit; those undefined are none of its inputs.
/// \param pass  "bend", of pointwise.cu
Tensor run(size_t phi, const std::string& pass, const Tensors& in) {
  const Tensor out = at::empty_like(in[0]);
  const Loaded& on = loaded(out.device().index());
  const char* type = out.scalar_type() == at::kFloat ? "f32" : "bf16";
  const std::string name = fmt::format("{}_{}_{}", pointwise_functions().at(phi).name, pass, type);
  int64_t count = out.numel();
  if (count == 0) return out;
  void* to = out.mutable_data_ptr();
  std::array<const void*, kMostInputs> from{};
  for (size_t i = 0; i < in.size(); ++i) from.at(i) = in[i].const_data_ptr();
  std::array<void*, 3> arguments{&count, static_cast<void*>(&to), static_cast<void*>(from.data())};
  on.kernels->launch(name, out.device().index(), blocks_for(count * out.element_size(), on.card.processors),
                     kGridThreads, arguments.data());
  return out;
}

}  // namespace

int64_t blocks_for(int64_t bytes, int processors) {
  const int64_t bytes_a_block = kGridThreads * static_cast<int64_t>(kPacketBytes);
  const int64_t blocks = (bytes + bytes_a_block - 1) / bytes_a_block;
  return std::clamp<int64_t>(blocks, 1, kBlocksAtOnce * std::max(processors, 1));
}

bool fits_pointwise(const Tensors& tensors) {
  const Tensor& first = tensors[0];
  if (!first.is_cuda() || !first.is_non_overlapping_and_dense()) return false;
  if (first.scalar_type() != at::kFloat && first.scalar_type() != at::kBFloat16) return false;
  return std::all_of(tensors.begin(), tensors.end(), [&](const Tensor& t) {
    return !t.defined() ||
           (t.device() == first.device() && t.scalar_type() == first.scalar_type() && t.sizes() == first.sizes() &&
            t.strides() == first.strides() && reinterpret_cast<uintptr_t>(t.const_data_ptr()) % kPacketBytes == 0);
  });
}

Tensor pointwise_forward(size_t phi, const Tensor& x) { return run(phi, "forward", {x}); }

Tensor pointwise_slope(size_t phi, const Tensor& read, const Tensor& d, const Tensor& onto) {
  if (onto.defined()) return run(phi, "slope_onto", {read, d, onto});
  return run(phi, "slope", {read, d});
}

Tensor pointwise_bend(size_t phi, const Tensor& read, const Tensor& read_dot, const Tensor& y_bar,
                      const Tensor& y_bar_dot, const Tensor& onto) {
  if (onto.defined()) return run(phi, "bend_onto", {read, read_dot, y_bar, y_bar_dot, onto});
  return run(phi, "bend", {read, read_dot, y_bar, y_bar_dot});
}

}  // namespace mdsm::kernels::card
