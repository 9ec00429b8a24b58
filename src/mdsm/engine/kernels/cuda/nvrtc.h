#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mdsm {

/// A text that a kernel's source includes, under the name that it includes it by.
struct KernelHeader {
  std::string name;
  std::string_view text;
};

/// NVIDIA's run-time compiler, a library that is looked for when it is first asked for: no build needs it, and it needs
/// no card.
class Nvrtc {
 public:
  /// The one of this process: of PyTorch's wheels, of the loader's path, or of /usr/local/cuda, whichever is found first.
  /// \throws Error that names the places looked at, if there is none
  static const Nvrtc& instance();

  /// "13.0"
  const std::string& version() const { return version_; }
  const std::filesystem::path& path() const { return path_; }

  /// Machine code (a cubin: an ELF file) of every kernel of `source`.
  /// \param name  of the source, in the compiler's messages
  /// \param architecture  "sm_90"
  /// \throws Error (failure) with the compiler's log
  std::string compile(const std::string& name, const std::string& source, const std::vector<KernelHeader>& headers,
                      const std::string& architecture) const;

 private:
  explicit Nvrtc(std::filesystem::path path, void* library);

  std::filesystem::path path_;
  void* library_;
  std::string version_;
};

}  // namespace mdsm
