#!/usr/bin/env bash
# Trains an energy on real MNIST for some minutes and draws 64 samples. Usage: tools/demo.sh PROGRAM
set -euo pipefail
cd "$(dirname "$0")/.."
program=$1
run=demo/mnist
if [ -e "$run/training-state.safetensors" ]; then
  "$program" train "$run" --resume
else
  "$program" train experiments/mnist-quick.toml --out "$run"
fi
"$program" sample "$run" -n 64 --grid demo/samples.png
echo "The picture is demo/samples.png; the run is $run (metrics.jsonl, log.txt, samples/)."
