#pragma once

#include <ATen/ATen.h>

#include "mdsm/base/error.h"
#include "mdsm/energy/networks/mlp.h"
#include "mdsm/energy/networks/resnet.h"
#include "mdsm/energy/networks/unet.h"
#include "support/second_differences.h"

/// The networks by differentiable ATen calls, E (B) of x and theta: what AutogradEnergy makes the oracles of the lists
/// of ops. x and theta share one type.
namespace mdsm::testing {

inline Tensor activate(const std::string& name, const Tensor& z) {
  if (name == "elu") return at::elu(z);
  if (name == "silu") return at::silu(z);
  if (name == "sigmoid") return at::sigmoid(z);
  if (name == "tanh") return at::tanh(z);
  if (name == "softplus") return at::softplus(z);
  if (name == "relu") return at::relu(z);
  reject("the oracle has no activation '{}'.", name);
}

/// h W' + b
inline Tensor affine(const Tensor& h, const Parameters& theta, const std::string& name) {
  return at::linear(h, theta.at(name + ".weight"), theta.at(name + ".bias"));
}

/// Convolution of stride 1 that keeps the size; with a bias where theta has one.
inline Tensor convolve(const Tensor& x, const Parameters& theta, const std::string& name) {
  const Tensor& weight = theta.at(name + ".weight");
  const std::string bias = name + ".bias";
  return at::conv2d(x, weight, theta.contains(bias) ? theta.at(bias) : Tensor(), 1, weight.size(2) / 2);
}

/// E (B) of features h (B, n).
inline Tensor head_energy(Head head, const std::string& phi, const Tensor& h, const Parameters& theta) {
  if (head == Head::linear) return affine(activate(phi, h), theta, "head.w").squeeze(1);
  return (affine(h, theta, "head.a") * affine(h, theta, "head.c") + affine(h * h, theta, "head.d")).squeeze(1);
}

/// s^2/(2 sigma0^2) ||z - f(z)||^2, z = x/s, s^2 = mean(u^2) + floor, u what it is of
template <class Network>
Tensor denoising_energy(const Tensor& x, const DenoisingScale& scale, double sigma0, const Network& network) {
  const Tensor u = scale.of == ScaleOf::detail ? second_differences(x) : x;
  const Tensor s = (u.pow(2).flatten(1).mean(1) + scale.floor).sqrt();
  const Tensor z = x / per_datum(s, x);
  return 0.5 * sum_per_datum((z - network(z)).pow(2)) * (s / sigma0).pow(2);
}

inline Tensor resnet_energy(const ResNetSpec& spec, const Tensor& x, const Parameters& theta) {
  const std::vector<ResNetBlock> blocks = resnet_blocks(spec);
  Tensor h = convolve(x, theta, "stem");
  for (size_t i = 0; i < blocks.size(); ++i) {
    const std::string name = fmt::format("blocks.{}", i);
    const bool down = blocks[i].kind == ResNetBlockKind::down;
    Tensor branch = convolve(activate(spec.activation, h), theta, name + ".conv_a");
    branch = convolve(activate(spec.activation, branch), theta, name + ".conv_b");
    if (down) branch = at::avg_pool2d(branch, 2);
    h = convolve(down ? at::avg_pool2d(h, 2) : h, theta, name + ".skip") + branch;
  }
  return head_energy(spec.head, spec.activation, h.flatten(1), theta);
}

inline Tensor mlp_energy(const MlpSpec& spec, const Tensor& x, const Parameters& theta) {
  const auto phi = [&](const Tensor& h) { return activate(spec.activation, h); };
  if (spec.head == Head::denoising) {
    return denoising_energy(x.flatten(1), {.floor = spec.floor}, spec.sigma0, [&](const Tensor& z) {
      Tensor h = affine(z, theta, "in");
      for (int64_t i = 0; i < spec.depth; ++i) {
        const std::string name = fmt::format("blocks.{}", i);
        h = h + affine(phi(affine(phi(h), theta, name + ".a")), theta, name + ".b");
      }
      return affine(phi(h), theta, "out");
    });
  }
  Tensor h = x.flatten(1);
  for (int64_t i = 0; i < spec.depth; ++i) h = affine(i > 0 ? phi(h) : h, theta, fmt::format("layers.{}", i));
  return head_energy(spec.head, spec.activation, h, theta);
}

/// f(z) of a U-Net
inline Tensor unet_denoiser(const UNetSpec& spec, const Tensor& z, const Parameters& theta) {
  const auto block = [&](const Tensor& x, const std::string& name) {
    const Tensor skip = theta.contains(name + ".skip.weight") ? convolve(x, theta, name + ".skip") : x;
    return skip + convolve(at::silu(convolve(at::silu(x), theta, name + ".conv_a")), theta, name + ".conv_b");
  };
  const int64_t count = static_cast<int64_t>(spec.multipliers.size()) * spec.blocks;
  Tensor h = convolve(z, theta, "stem");
  Tensors across;
  for (int64_t i = 0; i < count; ++i) {
    h = block(h, fmt::format("down.{}", i));
    if ((i + 1) % spec.blocks != 0) continue;
    across.push_back(h);
    if (i + 1 < count) h = at::avg_pool2d(h, 2);
  }
  h = block(h, "middle");
  for (int64_t i = 0; i < count; ++i) {
    if (i % spec.blocks == 0) {
      if (i > 0) h = h.repeat_interleave(2, 2).repeat_interleave(2, 3);
      h = at::cat({h, across.back()}, 1);
      across.pop_back();
    }
    h = block(h, fmt::format("up.{}", i));
  }
  return convolve(h, theta, "out");
}

inline Tensor unet_energy(const UNetSpec& spec, const Tensor& x, const Parameters& theta) {
  return denoising_energy(x, spec.scale, spec.sigma0, [&](const Tensor& z) {
    const Tensor out = unet_denoiser(spec, z, theta);
    return spec.output == UNetOutput::noise ? z + out : out;
  });
}

}  // namespace mdsm::testing
