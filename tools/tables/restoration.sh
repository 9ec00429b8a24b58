#!/usr/bin/env bash
# PSNR and SSIM of three restorations of 100 MNIST test images, as docs/restoration.md, with a picture of each.
# Usage: tools/tables/restoration.sh [PROGRAM [RUN [PAGE [N]]]]
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:-build/release/mdsm}
run=${2:-mnist}
page=${3:-docs/restoration.md}
n=${4:-100}
samples=4
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
pictures=$(dirname "$page")/$(basename "$page" .md)
mkdir -p "$pictures"

tasks=(
  "right-half|the right half is missing|--task inpaint --mask right-half"
  "superres-4x|4x super-resolution|--task superres --factor 4"
  "random-10|10 % of the pixels, at random|--task inpaint --mask random --fraction 0.1"
)
solvers=("ancestral|" "fast|--solver fast" "Kadkhodaie-Simoncelli|--solver kadkhodaie-simoncelli")

for task in "${tasks[@]}"; do
  IFS='|' read -r key title options <<<"$task"
  # shellcheck disable=SC2086  # options are words
  "$program" restore "$run" mnist/test -q --n 8 --samples 4 $options --grid "$pictures/$key.png"
  for i in "${!solvers[@]}"; do
    # shellcheck disable=SC2086
    "$program" restore "$run" mnist/test -q --n "$n" --samples $samples --json $options ${solvers[$i]#*|} >"$scratch/$key-$i.json"
    printf '%s' "${solvers[$i]%%|*}" >"$scratch/$key-$i.name"
  done
  printf '%s' "$title" >"$scratch/$key.title"
  printf '%s' "$options" >"$scratch/$key.options"
done

python3 - "$scratch" "$(basename "$pictures")" "$program restore $run" "$0 $*" "$scratch/page.md" <<'PYTHON'
import json, pathlib, platform, sys, time
scratch, pictures, program, command, page = sys.argv[1:]
scratch = pathlib.Path(scratch)


def cells(row):
    ssim = "-" if row["ssim"] is None else f"{row['ssim']:.3f}"
    return f"{row['psnr']:.2f} | {ssim}"


lines = ["# Restoration of MNIST test images", ""]
first = json.loads((scratch / "right-half-0.json").read_text())
run = first["run"].split("/")
lines += [
    f"Made by `{command.strip()}` on {time.strftime('%Y-%m-%d')} ({platform.machine()}), energy `{'/'.join(run[-2:])}`. "
    f"The first {first['n']} test images; {first['convention']}, on the 28 x 28 pixels of the images, means over images. "
    f"'One' is the mean over {first['samples']} restorations of each image, 'mean of {first['samples']}' is their pixelwise "
    "mean. The pseudo-inverse leaves missing pixels black and repeats coarse ones.",
]
for file in ("right-half", "superres-4x", "random-10"):
    results = [json.loads(path.read_text()) for path in sorted(scratch.glob(file + "-[0-9].json"))]
    names = [path.read_text() for path in sorted(scratch.glob(file + "-[0-9].name"))]
    options = (scratch / (file + ".options")).read_text()
    title = (scratch / (file + ".title")).read_text()
    lines += ["", f"## {title[0].upper() + title[1:]}", "", f"    {program} mnist/test {options} --n {first['n']}", ""]
    lines += ["| restoration | gradients | PSNR, dB | SSIM |", "|---|---|---|---|"]
    lines += [f"| pseudo-inverse | 0 | {cells(results[0]['pseudo_inverse'])} |"]
    lines += [f"| classical: {results[0]['baseline']} | 0 | {cells(results[0]['classical'])} |"]
    for name, result in zip(names, results):
        count = f"{result['gradients']:.0f}"
        lines += [f"| {name}: one | {count} | {cells(result['ours'])} |"]
        lines += [f"| {name}: mean of {result['samples']} | {result['samples']} x {count} | {cells(result['ours_mean'])} |"]
    lines += ["", f"![{title}]({pictures}/{file}.png)", "",
              "From the left: truth, measurement, classical, four restorations, their mean, their spread."]
pathlib.Path(page).write_text("\n".join(lines) + "\n")
PYTHON
mv "$scratch/page.md" "$page"
echo "$page"
