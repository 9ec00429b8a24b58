#include "mdsm/engine/kernels/cuda/compiled.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/kernels/cuda/nvrtc.h"
#include "mdsm/engine/ops/pointwise.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/places.h"
#include "mdsm/formats/sha256.h"
#include "mdsm/parallel/job.h"

namespace mdsm {

namespace assets {  // the files themselves (src/mdsm/CMakeLists.txt)

extern const std::string_view kPhiSource;
extern const std::string_view kNumbersSource;
extern const std::string_view kGridSource;
extern const std::string_view kPointwiseSource;

}  // namespace assets

namespace {

constexpr size_t kDigest = 64;  // of SHA-256 in hexadecimal digits

std::vector<KernelHeader> headers() {
  return {{"phi-inl.h", assets::kPhiSource},
          {"numbers-inl.h", assets::kNumbersSource},
          {"grid-inl.h", assets::kGridSource}};
}

std::filesystem::path file_in(const std::filesystem::path& folder, const std::string& architecture) {
  Sha256 key;
  const auto add = [&](std::string_view text) { key.update(text.data(), text.size()); };
  add(assets::kPointwiseSource);
  for (const KernelHeader& header : headers()) add(header.text);
  add(fmt::format("{} {} {}", architecture, Nvrtc::instance().version(), MDSM_VERSION));
  return folder / fmt::format("pointwise-{}-{}.cubin", architecture, key.hex().substr(0, 16));
}

/// What keep() wrote; empty where there is none, or it is damaged.
std::string kept(const std::filesystem::path& file) {
  if (!is_present(file)) return {};
  try {
    const std::string bytes = read_file(file);
    if (bytes.size() <= kDigest) return {};
    std::string code = bytes.substr(kDigest);
    return sha256_of(code) == bytes.substr(0, kDigest) ? code : std::string();
  } catch (const Error&) {
    return {};
  }
}

void keep(const std::filesystem::path& file, const std::string& code) {
  try {
    const Solo alone;  // each rank of a job may be the first
    make_folders(file.parent_path());
    write_file_atomically(file, sha256_of(code) + code);
  } catch (const Error&) {
    return;  // a read-only home: the next process compiles again
  }
}

}  // namespace

std::vector<std::string> pointwise_kernel_names() {
  std::vector<std::string> names;
  for (const PointwiseFunction& function : pointwise_functions()) {
    for (const char* pass : {"forward", "slope", "slope_onto", "bend", "bend_onto"}) {
      for (const char* type : {"f32", "bf16"}) names.push_back(fmt::format("{}_{}_{}", function.name, pass, type));
    }
  }
  return names;
}

std::string compile_pointwise_kernels(const std::string& architecture) {
  return Nvrtc::instance().compile("pointwise.cu", std::string(assets::kPointwiseSource), headers(), architecture);
}

std::string pointwise_kernels(const std::string& architecture, const std::optional<std::filesystem::path>& folder) {
  if (!folder) return compile_pointwise_kernels(architecture);
  const std::filesystem::path file = file_in(*folder, architecture);
  std::string code = kept(file);
  if (code.empty()) {
    code = compile_pointwise_kernels(architecture);
    keep(file, code);
  }
  return code;
}

}  // namespace mdsm
