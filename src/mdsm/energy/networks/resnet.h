#pragma once

#include "mdsm/energy/networks/heads.h"
#include "mdsm/engine/parameters.h"

namespace mdsm {

/// A residual network without normalisation, as an energy: what its checkpoint must say to rebuild it.
struct ResNetSpec {
  Shape image{1, 32, 32};  ///< (C, H, W) of one datum
  int64_t width = 64;      ///< F: filters of the stem; every down block doubles them
  int64_t depth = 12;      ///< 6, 12, 18 or 34
  Head head = Head::quadratic;
  std::string activation = "elu";  ///< a row of pointwise_functions()
};

enum class ResNetBlockKind {
  plain,
  down,  ///< halves height and width, doubles the filters
};

/// block(x) = S(x) + conv_b(phi(conv_a(phi(x)))); conv_a 3x3 in -> in without bias, conv_b 3x3 in -> out with bias.
/// plain: S = conv1x1, learned.  down: conv_b is followed by a 2x2 mean pool and S(x) = conv1x1(meanpool2x2(x)).
struct ResNetBlock {
  int64_t in;
  int64_t out;
  ResNetBlockKind kind;
};

/// The blocks between stem (conv3x3, C -> F, bias) and head, in order: blocks.0, blocks.1, ...
///
///     6: 3 x down    12: 3 x (down, plain)    18: 3 x (down, 2 plain)    34: down, 2 plain, down, 3, down, 5, down, 2
///
/// Source: method.md, section 2 (Li, Chen and Sommer 2023, and the depth of Res34 from their code).
/// \throws Error for another depth, a width below 1, or an image whose sides the down blocks do not divide
std::vector<ResNetBlock> resnet_blocks(const ResNetSpec& spec);

/// The list of ops. Its parameters have names (stem.weight, blocks.0.conv_a.weight, blocks.0.skip.bias, head.a.weight,
/// ...) and shapes in PyTorch's layouts, in the order of a PyTorch module's parameters. The head's n features are h
/// flattened in the order (C, H, W).
/// \throws Error as resnet_blocks does, or for an unknown activation or Head::denoising
Graph resnet_graph(const ResNetSpec& spec);

/// First weights: PyTorch's defaults, drawn by draw_parameters.
Parameters resnet_parameters(const ResNetSpec& spec, uint64_t seed);

}  // namespace mdsm
