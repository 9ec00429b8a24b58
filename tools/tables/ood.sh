#!/usr/bin/env bash
# Writes docs/ood.md from two trained runs: MNIST's against Fashion-MNIST, notMNIST, noise and constant images, and
# Fashion-MNIST's against MNIST. Every number comes from `mdsm evaluate RUN ood --json`.
#
#     tools/tables/ood.sh MNIST_RUN FASHION_RUN [N] [MDSM_PROGRAM] > docs/ood.md
set -euo pipefail
if [ $# -lt 2 ]; then
  sed -n '2,5p' "$0" >&2
  exit 2
fi
mnist=$1 fashion=$2 n=${3:-10000} mdsm=${4:-build/release/mdsm}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$mdsm" evaluate "$mnist" ood -n "$n" --json --against fashion-mnist/test --against notmnist/test --against noise \
  --against constant > "$folder/mnist.json"
"$mdsm" evaluate "$fashion" ood -n "$n" --json --against mnist/test > "$folder/fashion.json"
python3 - "$n" "$folder/mnist.json" "$folder/fashion.json" <<'PYTHON'
import json, sys

n, *files = sys.argv[1:]
print("# Out of distribution: what each score tells\n")
print("Written by `tools/tables/ood.sh MNIST_RUN FASHION_RUN %s`. AUROC and FPR at 95 %% TPR for \"a larger score means outside\"" % n)
print("and, behind the stroke, for the opposite: energies of score-trained models may give simpler images *lower* energy.")
print("`gradient` and `residual` rank alike (one is sigma0^2 times the other).")
for file in files:
    found = json.load(open(file))
    print("\n## %s (step %d, %s weights, seed %d, %d data)\n" % (
        found["inside"], found["step"], found["weights"], found["seed"], found["n_inside"]))
    print("| against | score | AUROC | FPR at 95 % TPR |\n|---|---|---|---|")
    for row in found["detection"]:
        print("| %s | %s | %.3f / %.3f | %.3f / %.3f |" % (
            row["against"], row["score"], row["auroc"], row["auroc_reversed"], row["fpr_at_95_tpr"],
            row["fpr_at_95_tpr_reversed"]))
PYTHON
