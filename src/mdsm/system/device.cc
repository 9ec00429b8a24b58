#include "mdsm/system/device.h"

#include <algorithm>
#include <atomic>

#include "mdsm/base/named.h"
#include "mdsm/system/cuda.h"

namespace mdsm {
namespace {

std::atomic<int> chosen_card{-1};  // -1: the CPU

constexpr size_t kMostDigits = 3;

/// N of "cuda:N"; nothing where that is not what it is.
std::optional<int> card_number(const std::string& name) {
  const std::string prefix = "cuda:", digits = name.starts_with(prefix) ? name.substr(prefix.size()) : "";
  const bool number = !digits.empty() && digits.size() <= kMostDigits &&
                      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number ? std::optional<int>(std::stoi(digits)) : std::nullopt;
}

}  // namespace

c10::Device device_from_name(const std::string& name, const std::string& option) {
  std::optional<int> card = card_number(name);
  if (!card && index_of_name(name, {"auto", "cpu", "cuda", "cuda:N"}, option) < 2) return c10::kCPU;
  require(card || name == "cuda", "{} {}: N stands for the number of a card, such as cuda:0.", option, name);
  const int index = card.value_or(0);
  try {
    const int count = cuda().card_count();
    require(index < count, "{} (numbered from 0). Use one of them, or the CPU.",
            count == 0   ? "the NVIDIA driver shows no card"
            : count == 1 ? "there is one card"
                         : fmt::format("there are {} cards", count));
  } catch (const Error& error) {
    throw Error(fmt::format("{} {}: {}", option, name, error.what()), error.fault());
  }
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

c10::Device compute_device() {
  const int card = chosen_card;
  return card < 0 ? c10::Device(c10::kCPU) : c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(card));
}

void set_compute_device(c10::Device device) { chosen_card = device.is_cpu() ? -1 : device.index(); }

}  // namespace mdsm
