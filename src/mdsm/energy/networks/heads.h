#pragma once

#include <string>
#include <vector>

#include "mdsm/engine/graph.h"

namespace mdsm {

/// What turns the features h (B, n) of a network into E (B). Source: method.md, section 2.
enum class Head {
  /// E = (a.h + b1)(c.h + b2) + d.(h*h) + b3: E grows quadratically with h, as a denoiser's energy must.
  /// Named as three Linear(n, 1): head.a (bias b1), head.c (bias b2), head.d (bias b3).
  quadratic,
  /// E = w.phi(h) + b with the network's activation phi: the paper's ablation. One Linear(n, 1): head.w.
  linear,
  /// E = s^2/(2 sigma0^2) ||z - f(z)||^2 of a network f whose output is shaped like its input (layers.h): no features,
  /// no parameters of its own.
  denoising,
};

/// {"quadratic", "linear", "denoising"}
const std::vector<std::string>& head_names();
/// \param option  what an error calls the name
/// \throws Error that names the nearest name
Head head_from_name(const std::string& name, std::string_view option = "head");

/// Appends E of features h; the activation is used by the linear head alone.
/// \throws Error for Head::denoising, which has no features
Slot add_head(Graph& graph, Slot h, Head head, const std::string& activation);

}  // namespace mdsm
