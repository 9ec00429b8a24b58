#include "mdsm/engine/check_findings.h"

#include <fmt/format.h>

namespace mdsm::checking {

void Findings::add(const std::string& pass, const std::string& text) {
  failures_.push_back(fmt::format("{}: {}: {} (seed {})", op_, pass, text, seed_));
}

void Findings::compare(const std::string& pass, const Tensor& actual, const Tensor& expected, double tolerance) {
  if (actual.sizes() != expected.sizes()) {
    return add(pass, fmt::format("shape {} instead of {}", to_text(actual.sizes()), to_text(expected.sizes())));
  }
  const Tensor a = actual.to(at::kCPU, at::kDouble).flatten();
  const Tensor b = expected.to(at::kCPU, at::kDouble).flatten();
  const double allowed = tolerance * std::max(1.0, b.abs().max().item<double>());
  const Tensor error = (a - b).abs();
  const int64_t worst = error.argmax().item<int64_t>();
  if (error[worst].item<double>() <= allowed) return;  // false for NaN
  add(pass, fmt::format("at flat index {} of {}: {:.12g} instead of {:.12g} (error {:.2g}, allowed {:.2g})", worst,
                        to_text(expected.sizes()), a[worst].item<double>(), b[worst].item<double>(),
                        error[worst].item<double>(), allowed));
}

void Findings::compare(const std::string& pass, const Tensors& actual, const Tensors& expected, double tolerance) {
  if (actual.size() != expected.size()) {
    return add(pass, fmt::format("{} tensors instead of {}", actual.size(), expected.size()));
  }
  for (size_t i = 0; i < actual.size(); ++i) {
    compare(fmt::format("{}[{}]", pass, i), actual[i], expected[i], tolerance);
  }
}

void Findings::compare(const std::string& where, const Passes& actual, const Passes& expected, double tolerance) {
  compare("forward, " + where, actual.y, expected.y, tolerance);
  compare("backward, " + where + ": x_bar", actual.x_bar, expected.x_bar, tolerance);
  compare("backward, " + where + ": theta_bar", actual.theta_bar, expected.theta_bar, tolerance);
  compare("tangent_forward, " + where, actual.y_dot, expected.y_dot, tolerance);
  compare("tangent_backward, " + where + ": x_bar_dot", actual.x_bar_dot, expected.x_bar_dot, tolerance);
  compare("tangent_backward, " + where + ": theta_bar_dot", actual.theta_bar_dot, expected.theta_bar_dot, tolerance);
}

}  // namespace mdsm::checking
