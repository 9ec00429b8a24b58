#include "mdsm/benchmark/cases.h"

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/energy/networks/network_graphs.h"

namespace mdsm {
namespace {

const Shape kImage{1, 32, 32};

ResNetSpec res12(int64_t width) { return {kImage, width, 12, Head::quadratic, Activation::elu}; }

UNetSpec unet16() {
  UNetSpec spec;
  spec.image = kImage;
  spec.width = 16;
  return spec;
}

}  // namespace

const std::vector<BenchmarkCase>& benchmark_cases() {
  static const std::vector<BenchmarkCase> cases{
      {"res12-w16-b128", kImage, 128, [] { return resnet_graph(res12(16)); },
       [](uint64_t seed) { return resnet_parameters(res12(16), seed); }},
      {"res12-w64-b32", kImage, 32, [] { return resnet_graph(res12(64)); },
       [](uint64_t seed) { return resnet_parameters(res12(64), seed); }},
      {"unet-w16-b64", kImage, 64, [] { return unet_graph(unet16()); },
       [](uint64_t seed) { return unet_parameters(unet16(), seed); }},
  };
  return cases;
}

const BenchmarkCase& benchmark_case(const std::string& name) {
  std::vector<std::string> known;
  for (const BenchmarkCase& one : benchmark_cases()) {
    if (one.name == name) return one;
    known.push_back(one.name);
  }
  reject("there is no benchmark case '{}' (known: {}).{}", name, fmt::join(known, ", "), did_you_mean(name, known));
}

}  // namespace mdsm
