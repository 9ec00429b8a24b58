#!/usr/bin/env bash
# Samples the MNIST energy that ships, then trains a new one from nothing for some minutes and samples that.
# Usage: tools/demo.sh PROGRAM
set -euo pipefail
cd "$(dirname "$0")/.."
program=$1
run=demo/mnist
mkdir -p demo
"$program" sample mnist -n 64 --grid demo/shipped.png
echo "demo/shipped.png: 64 samples of the energy that ships (data/models/mnist.safetensors), 20 gradients each."
if [ -e "$run/training-state.safetensors" ]; then
  "$program" train "$run" --resume
else
  "$program" train experiments/mnist-quick.toml --out "$run" --set train.steps=2000
fi
"$program" sample "$run" -n 64 --grid demo/samples.png
echo "demo/samples.png: 64 samples of the energy that was just trained; the run is $run (metrics.jsonl, log.txt, samples/)."
