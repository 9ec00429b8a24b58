#include "mdsm/engine/kernels/cuda/nvrtc.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>

#include <array>
#include <memory>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

// What nvrtc.h of CUDA 12 and 13 declares, of which only this much is used. Every call but the two last gives 0 or an error.
struct Handle;
using Version = int(int* major, int* minor);
using Create = int(Handle** made, const char* source, const char* name, int headers, const char* const* texts,
                   const char* const* names);
using Compile = int(Handle* program, int count, const char* const* options);
using Size = int(Handle* program, size_t* bytes);
using Bytes = int(Handle* program, char* bytes);
using Destroy = int(Handle** program);
using Describe = const char*(int error);

constexpr std::array kNames{"libnvrtc.so.13", "libnvrtc.so.12"};

/// The folder of LibTorch's libraries, beside which the wheels put NVIDIA's.
fs::path folder_of_torch() {
  Dl_info here{};
  ::dladdr(reinterpret_cast<const void*>(&at::get_num_threads), &here);
  return here.dli_fname == nullptr ? fs::path() : fs::absolute(here.dli_fname).parent_path();
}

/// Without a folder: where the loader looks.
std::vector<fs::path> folders() {
  const fs::path torch = folder_of_torch(), wheels = torch / "../../nvidia";
  return {wheels / "cu13/lib", wheels / "cuda_nvrtc/lib", torch,
          fs::path(),          "/usr/local/cuda/lib64",   "/usr/local/cuda/lib"};
}

template <class Function> Function* function_of(void* library, const char* name, const fs::path& path) {
  auto* found = reinterpret_cast<Function*>(::dlsym(library, name));
  if (found == nullptr) fail("{}: it has no {} (NVRTC of CUDA 12 or 13 is needed).", path.string(), name);
  return found;
}

/// A program of the compiler's while it is worked on.
class Work {
 public:
  Work(void* library, fs::path path) : library_(library), path_(std::move(path)) {}
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  ~Work() {
    if (handle_ != nullptr) static_cast<void>(get<Destroy>("nvrtcDestroyProgram")(&handle_));
  }

  void create(const std::string& name, const std::string& source, const std::vector<KernelHeader>& headers) {
    std::vector<std::string> texts;  // with a zero at the end
    for (const KernelHeader& header : headers) texts.emplace_back(header.text);
    std::vector<const char*> text_pointers, names;
    for (size_t i = 0; i < headers.size(); ++i) {
      text_pointers.push_back(texts[i].c_str());
      names.push_back(headers[i].name.c_str());
    }
    require_done("nvrtcCreateProgram",
                 get<Create>("nvrtcCreateProgram")(&handle_, source.c_str(), name.c_str(),
                                                   static_cast<int>(names.size()), text_pointers.data(), names.data()));
  }

  /// Whether it compiles.
  bool compile(const std::vector<const char*>& options) {
    return get<Compile>("nvrtcCompileProgram")(handle_, static_cast<int>(options.size()), options.data()) == 0;
  }

  /// By two functions of the library: nvrtcGetCUBINSize and nvrtcGetCUBIN.
  std::string bytes(const std::string& what) {
    size_t size = 0;
    require_done(what, get<Size>((what + "Size").c_str())(handle_, &size));
    std::string result(size, '\0');
    require_done(what, get<Bytes>(what.c_str())(handle_, result.data()));
    return result;
  }

 private:
  template <class Function> Function* get(const char* name) const {
    return function_of<Function>(library_, name, path_);
  }
  void require_done(const std::string& call, int error) const {
    if (error == 0) return;
    fail("{}: {} gave {}.", path_.string(), call, get<Describe>("nvrtcGetErrorString")(error));
  }

  void* library_;
  fs::path path_;
  Handle* handle_ = nullptr;
};

}  // namespace

Nvrtc::Nvrtc(fs::path path, void* library) : path_(std::move(path)), library_(library) {
  int major = 0, minor = 0;
  function_of<Version>(library_, "nvrtcVersion", path_)(&major, &minor);
  version_ = fmt::format("{}.{}", major, minor);
}

const Nvrtc& Nvrtc::instance() {
  static const Nvrtc found = [] {
    std::string looked_at;
    for (const fs::path& folder : folders()) {
      for (const char* name : kNames) {
        const fs::path path = folder.empty() ? fs::path(name) : folder / name;
        if (void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return Nvrtc(path, library);
      }
      looked_at += (looked_at.empty() ? "" : ", ") + (folder.empty() ? "the loader's path" : folder.string());
    }
    reject("{} is not found (in {}): kernels for a card are compiled by it. Install it: make setup DEVICE=cuda.",
           kNames[0], looked_at);
  }();
  return found;
}

std::string Nvrtc::compile(const std::string& name, const std::string& source, const std::vector<KernelHeader>& headers,
                           const std::string& architecture) const {
  Work work(library_, path_);
  work.create(name, source, headers);
  const std::string arch = "-arch=" + architecture;
  // Products and sums stay apart where the source has them apart: the host computes the same (numbers-inl.h).
  if (!work.compile({arch.c_str(), "-std=c++20", "-fmad=false"})) {
    const std::string log = work.bytes("nvrtcGetProgramLog");  // a C string, its end included
    fail("{}: NVRTC {} does not compile it for {}:\n{}", name, version_, architecture, log.substr(0, log.find('\0')));
  }
  return work.bytes("nvrtcGetCUBIN");
}

}  // namespace mdsm
