#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace mdsm {

/// What a card says of itself.
struct CudaCard {
  std::string name;          ///< "NVIDIA H200"
  std::string architecture;  ///< "sm_90"
  int64_t memory = 0;        ///< in bytes
  int processors = 0;        ///< streaming multiprocessors
};

/// Machine code for cards, loaded.
class CudaKernels {
 public:
  virtual ~CudaKernels() = default;
  /// Starts a kernel on the card's current stream, and does not wait for it.
  /// \param arguments  where each of its arguments lies
  /// \throws Error (failure) with CUDA's reason
  virtual void launch(const std::string& name, int card, int64_t blocks, int64_t threads, void** arguments) const = 0;
};

/// Work on a card that was recorded once and starts as a whole.
class CudaGraph {
 public:
  virtual ~CudaGraph() = default;
  /// Starts it on the card's current stream, and does not wait for it.
  virtual void replay() = 0;
};

/// What needs CUDA: the library libmdsm_cuda.so (system/cuda/) gives one of these.
class Cuda {
 public:
  virtual ~Cuda() = default;
  virtual int card_count() const = 0;
  virtual CudaCard card(int index) const = 0;
  /// \param code  a cubin for the cards' architecture
  virtual std::unique_ptr<CudaKernels> load_kernels(const std::string& code) const = 0;
  /// Does `work` on the card twice, so that libraries choose and allocate what they need, then records it. The tensors
  /// that it reads and writes outside of itself must live, where they are, as long as the graph.
  virtual std::unique_ptr<CudaGraph> record(int card, const std::function<void()>& work) const = 0;
};

// What libmdsm_cuda.so has under this name; what it gives lives to the end of the process.
inline constexpr const char* kCudaLibrary = "mdsm_cuda_1";
using CudaLibrary = const Cuda*();

/// The library, loaded when first asked for: LibTorch's own CUDA library comes with it, so that tensors can be on a card.
/// Convolutions and products are then deterministic, and float32 without TF32.
/// \throws Error that says what is missing: the driver, the library, or what the library needs
const Cuda& cuda();

}  // namespace mdsm
