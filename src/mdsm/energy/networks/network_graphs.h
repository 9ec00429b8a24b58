#pragma once

#include <memory>

#include "mdsm/energy/graph_energy.h"
#include "mdsm/energy/networks/mlp.h"
#include "mdsm/energy/networks/resnet.h"
#include "mdsm/energy/networks/unet.h"

namespace mdsm {

/// The residual network of resnet.h as a list of ops: the same energy with the same parameters.
Graph resnet_graph(const ResNetSpec& spec);

/// The perceptron of mlp.h as a list of ops.
Graph mlp_graph(const MlpSpec& spec);

/// The energy of a network, run as a list of ops, over parameters with the names and shapes of resnet_parameters(spec,
/// ..), mlp_parameters, unet_parameters. Shares their tensors.
std::shared_ptr<Energy> graph_energy_from(const ResNetSpec& spec, Parameters theta, const GraphOptions& options = {});
std::shared_ptr<Energy> graph_energy_from(const MlpSpec& spec, Parameters theta, const GraphOptions& options = {});
std::shared_ptr<Energy> graph_energy_from(const UNetSpec& spec, Parameters theta, const GraphOptions& options = {});

}  // namespace mdsm
