#!/usr/bin/env bash
# Trains a little, then lets PyTorch rebuild the network from the checkpoint alone and compares energies and gradients with
# `mdsm score`, to 1e-5 relative. Usage: run.sh PROGRAM PYTHON
set -euo pipefail
program=$1 python=$2
here=$(cd "$(dirname "$0")" && pwd)
if [ ! -x "$python" ]; then
  echo "no $python: run tools/setup_peers.sh (make test-peers does)" >&2
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$program" train "$here/../../experiments/paper/mnist.toml" --quiet --out "$work/run" --set energy.width=16 --set train.steps=40 \
  --set train.batch=32 --set train.learning_rate=1e-3 --set train.sample_every=0
"$python" - "$work" <<'PYTHON'
import sys
import numpy as np
pixels = np.random.default_rng(0).integers(0, 256, (16, 32, 32), dtype=np.uint8)
np.save(sys.argv[1] + "/pixels.npy", pixels)
np.save(sys.argv[1] + "/x.npy", pixels[:, None].astype(np.float32) / np.float32(255))
PYTHON
"$program" score "$work/run" "$work/pixels.npy" --by energy --precision fp32 --out "$work/e.npy" --quiet
"$program" score "$work/run" "$work/pixels.npy" --by gradient --precision fp32 --out "$work/g.npy" --quiet
"$python" "$here/rebuild_resnet.py" "$work/run/checkpoint-000040.safetensors" "$work/x.npy" --energy "$work/e.npy" \
  --gradient "$work/g.npy" --tolerance 1e-5
