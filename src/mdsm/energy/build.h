#pragma once

#include <memory>
#include <string>

#include "mdsm/base/named.h"
#include "mdsm/base/options.h"
#include "mdsm/energy/composed/tiles.h"
#include "mdsm/energy/energy.h"
#include "mdsm/energy/networks/heads.h"
#include "mdsm/energy/precision.h"
#include "mdsm/engine/kernels/conv_choice.h"
#include "mdsm/engine/ops/pointwise.h"

namespace mdsm {

/// Names of the networks that build_energy knows.
const std::vector<std::string>& energy_kinds();
/// Of ScaleOf, in its order.
const std::vector<std::string>& scale_names();
/// Of UNetOutput, in its order.
const std::vector<std::string>& output_names();

/// The table [energy] of an experiment.
struct EnergyOptions {
  static constexpr int64_t kMaxWidth = 4096;
  static constexpr int64_t kMaxDepth = 1000;

  std::string kind = "resnet";
  int64_t width = 64;
  int64_t depth = 12;
  std::string head = "auto";
  std::string activation = "auto";
  std::vector<int64_t> multipliers = {1, 2, 4, 8};
  int64_t blocks = 1;
  double floor = 0.1;
  std::string scale = "contents";
  std::string output = "image";

  template <class Option> void visit(Option&& option) {
    option("kind", kind,
           "network: a residual network for images (the paper's), a U-Net for images, or a multi-layer perceptron",
           one_of(energy_kinds()));
    option("width", width, "filters of the stem of a residual network or U-Net; units of a perceptron's layer",
           between(1, kMaxWidth));
    option("depth", depth, "6, 12, 18 or 34 for a residual network; layers or residual blocks of a perceptron",
           between(1, kMaxDepth));
    option("multipliers", multipliers, "U-Net: filters of each level over those of the stem; a level halves the sides",
           between(1, 64));
    option("blocks", blocks, "U-Net: residual blocks a level", between(1, 100));
    option("head", head,
           "how a network becomes an energy: 'quadratic' or 'linear' in features, or 'denoising', s^2/(2 sigma0^2) "
           "||z - f(z)||^2 (unet, mlp); 'auto': quadratic for a residual network, else denoising",
           one_of(with_auto(head_names())));
    option("activation", activation, "pointwise function between layers; 'auto': elu for a residual network, else silu",
           one_of(with_auto(names_of(pointwise_functions()))));
    option("floor", floor,
           "of s^2 = mean(x^2) + floor in a denoising energy, in squared units of the data; for vectors, about the "
           "data's own mean square; for scale 'detail', that of the least noise",
           above(0));
    option(
        "scale", scale,
        "U-Net: what is s^2 of: 'contents', the image itself, or 'detail', its second differences, so that the network "
        "sees noise of any size at a size near 1: for photographs",
        one_of(scale_names()));
    option("output", output, "U-Net: what it gives: the denoised 'image', or the 'noise' to take away",
           one_of(output_names()));
  }

 private:
  static std::vector<std::string> with_auto(std::vector<std::string> names) {
    names.insert(names.begin(), "auto");
    return names;
  }
};

/// What an energy needs to know beside its network.
struct BuildOptions {
  /// The objective's sigma0: the unit of a denoising energy. Networks with a head on features learn it.
  double sigma0 = 1;
  Precision precision = Precision::automatic;
  /// How convolutions run (graph_energy.h); null: as LibTorch does them. Give machine_conv_choice() for speed.
  std::shared_ptr<ConvChoice> conv_choice = nullptr;
};

/// A network of these options for data of this shape, run as a list of ops, with first weights drawn from the seed.
/// \throws Error for an unknown name, a depth, head or image size that the kind does not have, or more than 2^32
/// parameters
std::shared_ptr<Energy> build_energy(const EnergyOptions& options, const Shape& datum_shape, uint64_t seed,
                                     const BuildOptions& build = {});

/// Whether networks of these options take images of any size with the same parameters.
bool takes_any_size(const EnergyOptions& options);

/// The energy of images of another size than the one that `theta` was made for, computed by tiles (composed/tiled.h).
/// \param theta  parameters of such an energy; shared, not copied
/// \throws Error unless takes_any_size(options); as build_energy; if the image cannot be cut into such tiles
std::shared_ptr<Energy> build_energy_of_size(const EnergyOptions& options, const Shape& image, const Parameters& theta,
                                             const BuildOptions& build = {}, const TileOptions& tiles = {});

/// The list of ops behind it. Throws as build_energy does.
Graph energy_graph(const EnergyOptions& options, const Shape& datum_shape, double sigma0 = 1);

/// fp32 or bf16: what `wanted` means for this network on this CPU.
Precision resolved_precision(Precision wanted, const EnergyOptions& options);

/// Number of scalar parameters, without building the network. Throws as build_energy does.
int64_t energy_parameter_count(const EnergyOptions& options, const Shape& datum_shape);

}  // namespace mdsm
