#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mdsm {

/// Names of the pointwise kernels of a card: "silu_bend_onto_bf16" for each function of the table, pass and type.
std::vector<std::string> pointwise_kernel_names();

/// Machine code of these kernels (a cubin), compiled now.
/// \param architecture  "sm_90"
/// \throws Error without NVRTC
std::string compile_pointwise_kernels(const std::string& architecture);

/// The same from the folder, if a process compiled it before: one file for source, architecture and compiler. A damaged
/// file is compiled again; where none can be written, nothing is.
/// \param folder  nothing: always compile
std::string pointwise_kernels(const std::string& architecture, const std::optional<std::filesystem::path>& folder);

}  // namespace mdsm
