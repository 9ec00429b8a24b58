#!/usr/bin/env bash
# The benchmarks that exist: convolution kernels, layer by layer. Usage: tools/bench.sh BUILD_DIR
set -euo pipefail
"$1/bench/bench_conv_kernels"
