#include "mdsm/benchmark/cases.h"

#include "mdsm/base/named.h"
#include "mdsm/energy/networks/resnet.h"
#include "mdsm/energy/networks/unet.h"

namespace mdsm {
namespace {

const Shape kImage{1, 32, 32};

ResNetSpec res12(int64_t width) { return {kImage, width, 12, Head::quadratic, "elu"}; }

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

const BenchmarkCase& benchmark_case(const std::string& name) { return find_named(benchmark_cases(), name, "case"); }

}  // namespace mdsm
