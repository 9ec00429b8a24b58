#pragma once

#include "mdsm/parallel/launch.h"
#include "mdsm/parallel/transport.h"

namespace mdsm {

// What libmdsm_mpi.so and libmdsm_gloo.so have under this name; the caller owns what it gives.
inline constexpr const char* kMakeTransport = "mdsm_make_transport_1";
using MakeTransport = Transport*(const Launch& launch);

}  // namespace mdsm
