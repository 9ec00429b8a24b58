// Every candidate of every convolution pass on the layer shapes of Res12 and the U-Net (32x32 images), bfloat16 and
// float32.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "mdsm/engine/kernels/conv_passes.h"
#include "mdsm/engine/kernels/conv_weight_gradient.h"
#include "mdsm/engine/kernels/cpu/peak.h"
#include "mdsm/system/runtime.h"

namespace mdsm {
namespace {

struct Layer {
  int64_t batch, channels, outputs, size;
  ConvGeometry geometry;
};

struct Network {
  std::string name;
  std::vector<Layer> layers;
};

struct Candidate {
  std::string name;
  std::function<void()> run;
  std::vector<double> seconds;
};

struct Pass {
  std::string name;
  double batches;  ///< a weight gradient takes two batches
  std::vector<Candidate> candidates;
};

constexpr ConvGeometry kThree{.kernel = 3, .stride = 1, .padding = 1};
constexpr ConvGeometry kFourDown{.kernel = 4, .stride = 2, .padding = 1};
constexpr ConvGeometry kOne{.kernel = 1, .stride = 1, .padding = 0};

Network res12(int64_t width, int64_t batch) {
  Network network{fmt::format("res12-w{}-b{}", width, batch), {{batch, 1, width, 32, kThree}}};
  int64_t size = 32, channels = width;
  for (int block = 0; block < 3; ++block, channels *= 2, size /= 2) {
    network.layers.push_back({batch, channels, channels, size, kThree});
    network.layers.push_back({batch, channels, 2 * channels, size, kFourDown});
    network.layers.push_back({batch, channels, 2 * channels, size / 2, kOne});
  }
  network.layers.push_back({batch, channels, channels, size, kThree});
  network.layers.push_back({batch, channels, channels, size, kOne});
  return network;
}

/// Layers that Res12 does not have; a transposed 4x4 of stride 2 is the way back of the convolution listed.
Network unet(int64_t w, int64_t batch) {
  return {fmt::format("unet-w{}-b{}", w, batch),
          {{batch, 1, w, 32, kThree},
           {batch, w, w, 32, kThree},
           {batch, w, 2 * w, 16, kThree},
           {batch, 4 * w, 8 * w, 4, kThree},
           {batch, 8 * w, 4 * w, 4, kThree},
           {batch, w, w, 32, kFourDown},
           {batch, w, 2 * w, 16, kFourDown},
           {batch, 2 * w, 4 * w, 8, kFourDown},
           {batch, w, 1, 32, kThree}}};
}

Tensor random(at::IntArrayRef shape, at::ScalarType type) {
  return at::randn(shape).to(type).contiguous(at::MemoryFormat::ChannelsLast);
}

std::vector<Pass> passes_of(const Layer& layer, at::ScalarType type) {
  const ConvGeometry g = layer.geometry;
  const int64_t size = layer.size, out_size = g.output_size(size);
  const Tensor x = random({2 * layer.batch, layer.channels, size, size}, type);
  const Tensor y = random({2 * layer.batch, layer.outputs, out_size, out_size}, type);
  const Tensor weight = random({layer.outputs, layer.channels, g.kernel, g.kernel}, type);
  const Tensor out = at::zeros(weight.sizes(), at::kFloat);
  const Tensor x1 = x.narrow(0, 0, layer.batch), y1 = y.narrow(0, 0, layer.batch);
  const std::vector<ConvPair> pairs{{x1, y1},
                                    {x.narrow(0, layer.batch, layer.batch), y.narrow(0, layer.batch, layer.batch)}};
  Pass forward{"forward", 1, {}}, back{"input gradient", 1, {}}, weights{"weight gradient", 2, {}};
  for (const ConvMethod method : forward_methods(g, size, size))
    forward.candidates.push_back(
        {std::string(name_of(method)), [=] { conv_forward(x1, weight, Tensor(), g, method); }, {}});
  for (const ConvMethod method : input_gradient_methods(g, size, size)) {
    back.candidates.push_back(
        {std::string(name_of(method)), [=] { conv_input_gradient(y1, weight, g, size, size, method); }, {}});
  }
  for (const WeightGradientMethod method : weight_gradient_methods(pairs, g)) {
    weights.candidates.push_back(
        {std::string(name_of(method)), [=] { add_conv_weight_gradient(pairs, g, method, out); }, {}});
  }
  return {forward, back, weights};
}

/// Candidates take turns, so that other load on the machine meets all alike.
void time_candidates(Pass& pass, int runs) {
  for (int run = 0; run < runs; ++run) {
    for (Candidate& candidate : pass.candidates) {
      const auto start = std::chrono::steady_clock::now();
      candidate.run();
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
      candidate.seconds.push_back(taken.count());
    }
  }
  for (Candidate& candidate : pass.candidates) std::sort(candidate.seconds.begin(), candidate.seconds.end());
}

struct Options {
  int runs = 20;
  bool json = false;
  std::string network;
};

nlohmann::json measure_layer(const std::string& network, const Layer& layer, at::ScalarType type, int runs) {
  const ConvGeometry& g = layer.geometry;
  const auto out_size = static_cast<double>(g.output_size(layer.size));
  const auto products = static_cast<double>(layer.batch * layer.channels * layer.outputs * g.kernel * g.kernel);
  const std::string shape = fmt::format("{} x {} -> {}, {}x{}, kernel {}, stride {}", layer.batch, layer.channels,
                                        layer.outputs, layer.size, layer.size, g.kernel, g.stride);
  nlohmann::json rows = nlohmann::json::array();
  for (Pass& pass : passes_of(layer, type)) {
    time_candidates(pass, runs);
    for (const Candidate& candidate : pass.candidates) {
      const double least = candidate.seconds.front(), median = candidate.seconds[candidate.seconds.size() / 2];
      rows.push_back({{"network", network},
                      {"shape", shape},
                      {"type", type == at::kFloat ? "fp32" : "bf16"},
                      {"pass", pass.name},
                      {"method", candidate.name},
                      {"seconds", {{"min", least}, {"median", median}}},
                      {"gflops", 2e-9 * pass.batches * products * out_size * out_size / least}});
    }
  }
  return rows;
}

void print(const nlohmann::json& row) {
  fmt::print("{:14} {} {:44} {:15} {:15} {:8.3f} ms  median {:8.3f}  {:6.0f} GFLOP/s  {:4.0f} %\n",
             row["network"].get<std::string>(), row["type"].get<std::string>(), row["shape"].get<std::string>(),
             row["pass"].get<std::string>(), row["method"].get<std::string>(),
             1e3 * row["seconds"]["min"].get<double>(), 1e3 * row["seconds"]["median"].get<double>(),
             row["gflops"].get<double>(), 1e2 * row["peak_share"].get<double>());
}

void measure(const Options& options) {
  nlohmann::json result{{"threads", at::get_num_threads()}, {"layers", nlohmann::json::array()}};
  for (const at::ScalarType type : {at::kBFloat16, at::kFloat}) {
    double peak = 0;  // measured again before every layer: other load lowers it
    nlohmann::json rows = nlohmann::json::array();
    for (const Network& network : {res12(16, 128), res12(64, 32), unet(16, 64)}) {
      if (network.name.find(options.network) == std::string::npos) continue;
      for (const Layer& layer : network.layers) {
        peak = std::max(peak, arithmetic_peak(type));
        for (const nlohmann::json& row : measure_layer(network.name, layer, type, options.runs)) rows.push_back(row);
      }
    }
    result["peak_gflops"][type == at::kFloat ? "fp32" : "bf16"] = peak;
    for (nlohmann::json& row : rows) {
      row["peak_share"] = row["gflops"].get<double>() / peak;
      if (!options.json) print(row);
      result["layers"].push_back(row);
    }
    if (!options.json) fmt::print("peak {} {:.0f} GFLOP/s, {} threads\n", toString(type), peak, at::get_num_threads());
  }
  if (options.json) std::cout << result.dump(1) << '\n';
}

}  // namespace
}  // namespace mdsm

int main(int argc, char** argv) {
  CLI::App app{"Times every candidate of every convolution pass on the networks' layer shapes."};
  mdsm::Options options;
  app.add_option("--runs", options.runs, "timed runs a candidate")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--network", options.network, "only networks whose name contains this");
  app.add_flag("--json", options.json, "print one JSON object");
  CLI11_PARSE(app, argc, argv);
  mdsm::set_up_process();
  mdsm::measure(options);
  return 0;
}
