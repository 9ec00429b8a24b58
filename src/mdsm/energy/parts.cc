#include "mdsm/energy/parts.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <mutex>

#include "mdsm/base/alone.h"
#include "mdsm/energy/part_sizes.h"
#include "mdsm/engine/initial_weights.h"
#include "mdsm/engine/kernels/choice_file.h"
#include "mdsm/engine/layers.h"
#include "mdsm/formats/sha256.h"

namespace mdsm {
namespace {

// Floating-point operations of a forward pass that make what a part costs by itself small: starting its ops, and laying
// out weights for the kernels, which goes by their number. docs/measurements.md, "Evaluations in parts".
constexpr double kWorthStarting = 8e9;
constexpr double kWorthAWeight = 8000;
constexpr int64_t kMost = 256;

int64_t largest_size(const Program& program) {
  const auto weights = static_cast<double>(scalar_count(parameter_shapes_of(program.graph())));
  const double data = std::max(kWorthStarting, kWorthAWeight * weights) / std::max(program.forward_flops(), 1.0);
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(std::clamp(data, 1.0, static_cast<double>(kMost)))));
}

/// In units of data at the largest size: what starting a part costs.
int64_t cost_of_start(const std::vector<int64_t>& sizes) { return std::max<int64_t>(1, sizes.back() / 16); }

int64_t fitting(int64_t count, const std::vector<int64_t>& sizes) {
  return *std::lower_bound(sizes.begin(), sizes.end(), count);
}

/// Appends the cheapest cut of `count` rows, at most the largest size.
/// \return  its cost in data
int64_t cut(int64_t first, int64_t count, const std::vector<int64_t>& sizes, std::vector<Part>& parts) {
  const int64_t whole = fitting(count, sizes);
  const auto above = std::upper_bound(sizes.begin(), sizes.end(), count);
  const int64_t start = cost_of_start(sizes);
  if (above != sizes.begin() && *std::prev(above) < count) {
    const int64_t size = *std::prev(above);
    std::vector<Part> pieces{{first, size, size}};
    const int64_t cost = start + size + cut(first + size, count - size, sizes, pieces);
    if (cost < start + whole) {
      parts.insert(parts.end(), pieces.begin(), pieces.end());
      return cost;
    }
  }
  parts.push_back({first, count, whole});
  return start + whole;
}

/// Rows of x as a part; the last row fills up what is missing.
Tensor filled(const Tensor& x, const Part& part) {
  const Tensor rows = x.narrow(0, part.first, part.count);
  const Tensor whole = at::empty(batch_shape(part.size, x.sizes().slice(1)), x.options());
  whole.narrow(0, 0, part.count).copy_(rows);
  if (part.size > part.count)
    whole.narrow(0, part.count, part.size - part.count).copy_(rows.narrow(0, part.count - 1, 1));
  return whole;
}

ValueAndGradient evaluate_part(const Program& program, const std::vector<Tensors>& theta, const Tensor& x, Keep keep) {
  Trace trace(program, theta, {x}, keep, nullptr);  // convolutions by methods that depend on the layer alone
  if (keep == Keep::nothing) return {trace.value(), {}};
  return {trace.value(), trace.backward().at(0)};
}

/// What is known under this key, in this process or, if `on_disk`, by any on this machine; else what `measure` finds.
std::string remembered(const std::string& key, bool on_disk, const std::function<std::string()>& measure) {
  static std::mutex mutex;
  static Choices known;
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(key); found != known.end()) return found->second;
  const auto path = on_disk ? ChoiceFile::of_this_machine() : std::nullopt;
  const Choices settled = path ? ChoiceFile(*path).read() : Choices{};
  const auto before = settled.find(key);
  std::string answer = before != settled.end() ? before->second : measure();
  if (path && before == settled.end()) answer = ChoiceFile(*path).settle(key, answer);
  return known[key] = answer;
}

std::string to_text(const std::vector<int64_t>& sizes) { return fmt::format("{}", fmt::join(sizes, " ")); }

/// \return  nothing that could be sizes up to `largest` gives {}
std::vector<int64_t> sizes_in(const std::string& text, int64_t largest) {
  std::vector<int64_t> sizes;
  for (int64_t size = 1; size <= largest; size *= 2) {
    if (fmt::format(" {} ", text).find(fmt::format(" {} ", size)) != std::string::npos) sizes.push_back(size);
  }
  return to_text(sizes) == text ? sizes : std::vector<int64_t>{};
}

std::vector<int64_t> tested_sizes(const Program& program, const Parameters& like, int64_t largest) {
  const Graph& graph = program.graph();
  const Tensor x =
      test_data(largest, graph.datum_shape(graph.input(0)), like.empty() ? at::kFloat : like[0].scalar_type());
  const std::vector<Tensors> theta = program.prepare(test_weights(like));
  std::vector<int64_t> sizes;
  each_alone(1, [&](int64_t) {
    sizes = agreeing_sizes([&](const Tensor& part) { return evaluate_part(program, theta, part, Keep::gradient); }, x);
  });
  return sizes;
}

}  // namespace

std::vector<std::vector<Part>> shares_of(int64_t count, const std::vector<int64_t>& sizes, int64_t threads) {
  const int64_t least = std::max(sizes.front(), sizes.back() / 32);  // worth the start of a thread
  const int64_t ways = std::clamp<int64_t>(count / least, 1, std::max<int64_t>(threads, 1));
  std::vector<std::vector<Part>> shares;
  for (int64_t way = 0; way < ways; ++way) {
    const int64_t end = count * (way + 1) / ways;
    std::vector<Part> parts;
    for (int64_t first = count * way / ways; first < end; first = parts.back().first + parts.back().count) {
      if (end - first >= sizes.back()) parts.push_back({first, sizes.back(), sizes.back()});
      else cut(first, end - first, sizes, parts);
    }
    shares.push_back(std::move(parts));
  }
  return shares;
}

struct Parts::Tested {
  std::mutex mutex;
  std::vector<int64_t> sizes;
};

Parts::Parts(const Program& program) : largest_(largest_size(program)), tested_(std::make_shared<Tested>()) {}

const std::vector<int64_t>& Parts::sizes(const Program& program, const Parameters& like) const {
  const std::lock_guard lock(tested_->mutex);
  std::vector<int64_t>& sizes = tested_->sizes;
  if (!sizes.empty()) return sizes;
  const auto test = [&] { return to_text(tested_sizes(program, like, largest_)); };
  const std::string key =
      fmt::format("sizes of parts on one thread, up to {}: {}, {}, {}", largest_,
                  sha256_of(describe(program.graph())).substr(0, 16),
                  like.empty() ? "no type" : toString(like[0].scalar_type()), toString(program.arithmetic()));
  // Where nothing else is remembered on disk, neither is this.
  sizes = sizes_in(remembered(key, program.conv_choice() != nullptr, test), largest_);
  if (sizes.empty()) sizes = sizes_in(test(), largest_);
  return sizes;
}

ValueAndGradient Parts::evaluate(const Program& program, const Parameters& parameters, const Tensor& x,
                                 Keep keep) const {
  const auto shares = shares_of(x.size(0), sizes(program, parameters), at::get_num_threads());
  const std::vector<Tensors> theta = program.prepare(parameters);
  ValueAndGradient out;
  out.value = at::empty({x.size(0)}, x.options());
  if (keep != Keep::nothing) out.gradient = at::empty(x.sizes(), x.options());
  each_alone(static_cast<int64_t>(shares.size()), [&](int64_t share) {
    for (const Part& part : shares[static_cast<size_t>(share)]) {
      const ValueAndGradient at = evaluate_part(program, theta, filled(x, part), keep);
      const auto put = [&](const Tensor& whole, const Tensor& rows) {
        if (whole.defined()) whole.narrow(0, part.first, part.count).copy_(rows.narrow(0, 0, part.count));
      };
      put(out.value, at.value);
      put(out.gradient, at.gradient);
    }
  });
  return out;
}

}  // namespace mdsm
