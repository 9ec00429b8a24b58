#include "mdsm/evaluate/squeezenet.h"

#include <c10/core/InferenceMode.h>

#include <array>

#include "mdsm/base/error.h"
#include "mdsm/data/transform.h"
#include "mdsm/evaluate/feature_files.h"

namespace mdsm {
namespace {

/// A fire module: 1x1 down to `squeeze`, then 1x1 and 3x3 up to `expand` each.
struct Fire {
  const char* name;
  int64_t in;
  int64_t squeeze;
  int64_t expand;
};

constexpr std::array kFires{Fire{"fire2", 96, 16, 64},   Fire{"fire3", 128, 16, 64},  Fire{"fire4", 128, 32, 128},
                            Fire{"fire5", 256, 32, 128}, Fire{"fire6", 256, 48, 192}, Fire{"fire7", 384, 48, 192},
                            Fire{"fire8", 384, 64, 256}, Fire{"fire9", 512, 64, 256}};

Tensor conv(const Tensor& x, const Parameters& theta, const std::string& name, int64_t stride, int64_t padding) {
  return at::conv2d(x, theta.at(name + ".weight"), theta.at(name + ".bias"), stride, padding).relu();
}

Tensor pool(const Tensor& x) { return at::max_pool2d(x, 3, 2, 0, 1, /*ceil_mode=*/true); }

Tensor fire(const Tensor& x, const Parameters& theta, const std::string& name) {
  const Tensor squeezed = conv(x, theta, name + ".squeeze1x1", 1, 0);
  return at::cat({conv(squeezed, theta, name + ".expand1x1", 1, 0), conv(squeezed, theta, name + ".expand3x3", 1, 1)},
                 1);
}

/// Blue, green, red minus ImageNet's means.
Tensor network_input(const Tensor& x) {
  const Tensor means = at::tensor({104.0F, 117.0F, 123.0F}).view({3, 1, 1});
  return (x.flip(1) - means).contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace

void require_any_images(at::IntArrayRef datum_shape, const std::string& network) {
  require(datum_shape.size() == 3 && (datum_shape[0] == 1 || datum_shape[0] == 3),
          "features {}: the data have shape {} (expected images of 1 or 3 channels).", network, to_text(datum_shape));
}

SqueezeNet SqueezeNet::shipped(ResizeMode mode) {
  const char* file = "squeezenet-v1.0.safetensors";
  return read(find_feature_file({fmt::format("features/{}", file), fmt::format("squeezenet/{}", file)},
                                "Put it into a folder that MDSM_DATA names, or choose features digits."),
              mode);
}

SqueezeNet SqueezeNet::read(const std::filesystem::path& path, ResizeMode mode) {
  const SafeTensors file = read_safetensors(path);
  Parameters theta;
  const auto add = [&](const std::string& name, int64_t in, int64_t out, int64_t kernel) {
    theta.add(name + ".weight", feature_tensor(file, path, name + ".weight", {out, in, kernel, kernel}));
    theta.add(name + ".bias", feature_tensor(file, path, name + ".bias", {out}));
  };
  add("conv1", 3, 96, 7);
  for (const Fire& f : kFires) {
    const std::string name = f.name;
    add(name + ".squeeze1x1", f.in, f.squeeze, 1);
    add(name + ".expand1x1", f.squeeze, f.expand, 1);
    add(name + ".expand3x3", f.squeeze, f.expand, 3);
  }
  add("conv10", 512, 1000, 1);
  return {std::move(theta), mode};
}

std::string SqueezeNet::resize_mode() const { return resize_mode_names().at(static_cast<size_t>(mode_)); }

void SqueezeNet::require_images(at::IntArrayRef datum_shape) const { require_any_images(datum_shape, name()); }

FeatureBatch SqueezeNet::run(const Tensor& pixels, FeatureOutputs /*wanted*/) const {
  const c10::InferenceMode guard;
  Tensor h = pool(conv(network_input(resample(to_channels(pixels, 3), mode_, kSize)), theta_, "conv1", 2, 0));
  for (const char* name : {"fire2", "fire3", "fire4"}) h = fire(h, theta_, name);
  h = pool(h);
  for (const char* name : {"fire5", "fire6", "fire7", "fire8"}) h = fire(h, theta_, name);
  h = fire(pool(h), theta_, "fire9");
  return {h.mean({2, 3}).contiguous(), conv(h, theta_, "conv10", 1, 1).mean({2, 3}).contiguous()};
}

}  // namespace mdsm
