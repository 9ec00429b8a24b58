#include "mdsm/engine/kernels/conv_choice.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <bit>
#include <chrono>

namespace mdsm {
namespace {

constexpr int kRuns = 5;
constexpr double kWorthChoosing = 2e-3;  // GFLOP: below, any method takes microseconds

/// A decision with everything filled in but the timings.
ConvDecision blank_decision(std::string pass, const Tensor& x, int64_t batch, int64_t channels, int64_t outputs,
                            int64_t height, int64_t width, const ConvGeometry& g) {
  batch = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(batch)));
  const int64_t products =
      batch * channels * outputs * g.kernel * g.kernel * g.output_size(height) * g.output_size(width);
  return {.pass = std::move(pass),
          .shape = fmt::format("{} x {} -> {}, {}x{}, kernel {}, stride {}, padding {}, {}, {} threads", batch,
                               channels, outputs, height, width, g.kernel, g.stride, g.padding,
                               toString(x.scalar_type()), at::get_num_threads()),
          .gflop = 2e-9 * static_cast<double>(products),
          .timings = {},
          .chosen = {}};
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

ConvChoice::ConvChoice(std::optional<ChoiceFile> file) : file_(std::move(file)) {
  if (file_) known_ = file_->read();
}

template <class Method, class Run>
Method ConvChoice::choose(const ConvDecision& blank, const std::vector<Method>& methods, Run run) {
  if (methods.size() == 1 || blank.gflop < kWorthChoosing) return methods.front();
  const std::string key = blank.key();
  const auto named = [&](const std::string& name) {
    return std::find_if(methods.begin(), methods.end(), [&](Method method) { return name_of(method) == name; });
  };
  const std::lock_guard lock(mutex_);
  if (const auto decided = decisions_.find(key); decided != decisions_.end()) {
    if (const auto method = named(decided->second.chosen); method != methods.end()) return *method;
  }
  ConvDecision decision = blank;
  if (const auto known = known_.find(key); known != known_.end()) decision.chosen = known->second;
  if (named(decision.chosen) == methods.end()) {
    for (const Method method : methods)
      decision.timings.push_back({std::string(name_of(method)), least_seconds([&] { run(method); })});
    const auto faster = [](const ConvTiming& a, const ConvTiming& b) { return a.seconds < b.seconds; };
    decision.chosen = std::min_element(decision.timings.begin(), decision.timings.end(), faster)->method;
    if (file_) {
      const std::string settled = file_->settle(key, decision.chosen);
      if (named(settled) != methods.end()) decision.chosen = settled;
    }
  }
  decisions_[key] = decision;
  return *named(decision.chosen);
}

Tensor ConvChoice::forward(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvGeometry& g) {
  const auto run = [&](ConvMethod method) { return conv_forward(x, weight, bias, g, method); };
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
    text += fmt::format("{}: {}", decision.key(), decision.chosen);
    if (decision.timings.empty()) text += " (measured before)";
    for (const ConvTiming& timing : decision.timings) {
      text += fmt::format("; {} {:.3f} ms, {:.0f} GFLOP/s", timing.method, timing.seconds * 1e3,
                          decision.gflop / timing.seconds);
    }
    text += '\n';
  }
  return text;
}

Choices ConvChoice::chosen() const {
  Choices all;
  for (const ConvDecision& decision : decisions()) all[decision.key()] = decision.chosen;
  return all;
}

void ConvChoice::adopt(const Choices& choices) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, method] : choices) {
    known_[key] = method;
    decisions_.erase(key);
  }
}

std::shared_ptr<ConvChoice> new_machine_conv_choice() {
  const auto path = ChoiceFile::of_this_machine();
  return std::make_shared<ConvChoice>(path ? std::optional<ChoiceFile>(*path) : std::nullopt);
}

std::shared_ptr<ConvChoice> machine_conv_choice() {
  static const auto shared = new_machine_conv_choice();
  return shared;
}

}  // namespace mdsm
