#include "mdsm/energy/kernels/conv_choice.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>

namespace mdsm {
namespace {

constexpr int kRuns = 3;

/// A decision with everything filled in but the timings.
ConvDecision blank_decision(std::string pass, const Tensor& x, int64_t batch, int64_t channels, int64_t outputs,
                            int64_t height, int64_t width, const ConvGeometry& g) {
  const int64_t products =
      batch * channels * outputs * g.kernel * g.kernel * g.output_size(height) * g.output_size(width);
  return {.pass = std::move(pass),
          .shape = fmt::format("{} x {} -> {}, {}x{}, kernel {}, stride {}, padding {}, {}, {} threads", batch,
                               channels, outputs, height, width, g.kernel, g.stride, g.padding,
                               toString(x.scalar_type()), at::get_num_threads()),
          .gflop = 2e-9 * static_cast<double>(products),
          .timings = {},
          .chosen = 0};
}

template <class Run> double least_seconds(const Run& run) {
  double least = 0;
  for (int i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    least = i == 0 ? seconds.count() : std::min(least, seconds.count());
  }
  return least;
}

}  // namespace

template <class Method, class Run>
Method ConvChoice::choose(const ConvDecision& blank, const std::vector<Method>& methods, Run run) {
  if (methods.size() == 1 || candidates_ == Candidates::aten) return methods.front();
  const std::lock_guard lock(mutex_);
  auto [found, fresh] = decisions_.try_emplace(blank.pass + ": " + blank.shape, blank);
  ConvDecision& decision = found->second;
  if (fresh) {
    try {
      for (const Method method : methods)
        decision.timings.push_back({std::string(name_of(method)), least_seconds([&] { run(method); })});
    } catch (...) {
      decisions_.erase(found);
      throw;
    }
    const auto faster = [](const ConvTiming& a, const ConvTiming& b) { return a.seconds < b.seconds; };
    decision.chosen = static_cast<size_t>(std::min_element(decision.timings.begin(), decision.timings.end(), faster) -
                                          decision.timings.begin());
  }
  return methods[decision.chosen];
}

Tensor ConvChoice::forward(const Tensor& x, const Tensor& weight, const ConvGeometry& g) {
  const auto run = [&](ConvMethod method) { return conv_forward(x, weight, g, method); };
  return run(choose(blank_decision("forward", x, x.size(0), x.size(1), weight.size(0), x.size(2), x.size(3), g),
                    forward_methods(g, x.size(2), x.size(3), x.device()), run));
}

Tensor ConvChoice::input_gradient(const Tensor& y_bar, const Tensor& weight, const ConvGeometry& g, int64_t height,
                                  int64_t width) {
  const auto run = [&](ConvMethod method) { return conv_input_gradient(y_bar, weight, g, height, width, method); };
  return run(
      choose(blank_decision("input gradient", y_bar, y_bar.size(0), weight.size(1), weight.size(0), height, width, g),
             input_gradient_methods(g, height, width, y_bar.device()), run));
}

void ConvChoice::add_weight_gradient(std::span<const ConvPair> pairs, const ConvGeometry& g, const Tensor& out) {
  const std::vector<WeightGradientMethod> methods = weight_gradient_methods(pairs, g);
  const Tensor& x = pairs[0].x;
  const ConvDecision blank = blank_decision("weight gradient", x, x.size(0) * static_cast<int64_t>(pairs.size()),
                                            x.size(1), pairs[0].y_bar.size(1), x.size(2), x.size(3), g);
  // Trials add into a tensor of their own.
  const WeightGradientMethod method = choose(blank, methods, [&, trial = Tensor()](WeightGradientMethod m) mutable {
    if (!trial.defined()) trial = at::zeros_like(out);
    add_conv_weight_gradient(pairs, g, m, trial);
  });
  add_conv_weight_gradient(pairs, g, method, out);
}

std::vector<ConvDecision> ConvChoice::decisions() const {
  const std::lock_guard lock(mutex_);
  std::vector<ConvDecision> all;
  for (const auto& [key, decision] : decisions_) all.push_back(decision);
  return all;
}

std::string ConvChoice::describe() const {
  std::string text;
  for (const ConvDecision& decision : decisions()) {
    const ConvTiming& best = decision.timings[decision.chosen];
    text += fmt::format("{}: {}: {} {:.3f} ms, {:.0f} GFLOP/s", decision.pass, decision.shape, best.method,
                        best.seconds * 1e3, decision.gflop / best.seconds);
    for (size_t i = 0; i < decision.timings.size(); ++i) {
      if (i != decision.chosen)
        text += fmt::format("; {} {:.3f} ms", decision.timings[i].method, decision.timings[i].seconds * 1e3);
    }
    text += '\n';
  }
  return text;
}

}  // namespace mdsm
