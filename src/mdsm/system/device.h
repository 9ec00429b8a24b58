#pragma once

#include <c10/core/Device.h>

#include <string>

namespace mdsm {

/// "auto", "cpu", "cuda" or "cuda:N" as a device that can be had. "cuda" is card 0. "auto" is the CPU: the engine has not
/// been run on a card yet (docs/gpu.md).
/// \param option  what an error calls the name
/// \throws Error for another name, and where there is no such card, with the reason
c10::Device device_from_name(const std::string& name, const std::string& option);

/// Where energies out of files are to compute: the CPU, or what set_compute_device said last.
c10::Device compute_device();
void set_compute_device(c10::Device device);

}  // namespace mdsm
