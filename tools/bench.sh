#!/usr/bin/env bash
# A training step and a gradient of three networks against this machine's peak, then convolutions layer by layer.
# Usage: tools/bench.sh BUILD_DIR
set -euo pipefail
"$1/mdsm" bench
"$1/bench/bench_conv_kernels"
echo "bench/compare runs the same work in PyTorch beside it (tools/setup_peers.sh installs that)."
