// libmdsm_cuda.so: the only file that is compiled with CUDA's headers and linked with LibTorch's CUDA library.
#include "mdsm/system/cuda.h"

#include <ATen/Context.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>

#include <map>
#include <mutex>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

void require_done(cudaError_t error, const std::string& call) {
  if (error == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());  // else the next call, of somebody else, gives it again
  fail("CUDA: {} gave {} ({}).", call, cudaGetErrorName(error), cudaGetErrorString(error));
}

c10::DeviceIndex index_of(int card) { return static_cast<c10::DeviceIndex>(card); }

class Kernels final : public CudaKernels {
 public:
  explicit Kernels(const std::string& code) {
    require_done(cudaLibraryLoadData(&library_, code.data(), nullptr, nullptr, 0, nullptr, nullptr, 0),
                 "cudaLibraryLoadData");
  }
  // Not unloaded: at the end of the process the driver may be gone before this is.

  void launch(const std::string& name, int card, int64_t blocks, int64_t threads, void** arguments) const override {
    const c10::cuda::CUDAGuard on(index_of(card));
    const auto x = [](int64_t count) { return dim3(static_cast<unsigned int>(count), 1, 1); };
    require_done(cudaLaunchKernel(reinterpret_cast<const void*>(kernel(name)), x(blocks), x(threads), arguments, 0,
                                  c10::cuda::getCurrentCUDAStream(index_of(card))),
                 "cudaLaunchKernel of " + name);
  }

 private:
  cudaKernel_t kernel(const std::string& name) const {
    const std::lock_guard one(mutex_);
    cudaKernel_t& found = by_name_[name];
    if (found == nullptr) {
      require_done(cudaLibraryGetKernel(&found, library_, name.c_str()), "cudaLibraryGetKernel of " + name);
    }
    return found;
  }

  cudaLibrary_t library_ = nullptr;
  mutable std::mutex mutex_;
  mutable std::map<std::string, cudaKernel_t> by_name_;
};

class Graph final : public CudaGraph {
 public:
  Graph(int card, const std::function<void()>& work) : card_(index_of(card)) {
    const c10::cuda::CUDAGuard on(card_);
    const c10::cuda::CUDAStream before = c10::cuda::getCurrentCUDAStream(card_);
    const c10::cuda::CUDAStream own = c10::cuda::getStreamFromPool(/*isHighPriority=*/false, card_);
    before.synchronize();
    {
      const c10::cuda::CUDAStreamGuard within(own);
      for (int i = 0; i < 2; ++i) work();
      own.synchronize();
      record(work);
    }
  }

  void replay() override {
    const c10::cuda::CUDAGuard on(card_);
    graph_.replay();
  }

 private:
  void record(const std::function<void()>& work) {
    // Other threads may allocate meanwhile.
    graph_.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
    try {
      work();
    } catch (...) {
      try {
        graph_.capture_end();  // else the stream stays in this state
      } catch (...) {          // NOLINT(bugprone-empty-catch): the first error is the one to tell
      }
      throw;
    }
    graph_.capture_end();
  }

  c10::DeviceIndex card_;
  at::cuda::CUDAGraph graph_;
};

class Library final : public Cuda {
 public:
  Library() {
    at::globalContext().setBenchmarkCuDNN(false);
    at::globalContext().setDeterministicCuDNN(true);
    at::globalContext().setAllowTF32CuDNN(false);
    at::globalContext().setAllowTF32CuBLAS(false);
  }

  int card_count() const override { return c10::cuda::device_count(); }

  CudaCard card(int index) const override {
    cudaDeviceProp properties{};
    require_done(cudaGetDeviceProperties(&properties, index), "cudaGetDeviceProperties");
    return {.name = properties.name,
            .architecture = fmt::format("sm_{}{}", properties.major, properties.minor),
            .memory = static_cast<int64_t>(properties.totalGlobalMem),
            .processors = properties.multiProcessorCount};
  }

  std::unique_ptr<CudaKernels> load_kernels(const std::string& code) const override {
    return std::make_unique<Kernels>(code);
  }

  std::unique_ptr<CudaGraph> record(int card, const std::function<void()>& work) const override {
    return std::make_unique<Graph>(card, work);
  }
};

}  // namespace
}  // namespace mdsm

extern "C" const mdsm::Cuda* mdsm_cuda_1() {
  static const mdsm::Library library;
  return &library;
}
