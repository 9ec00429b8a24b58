#!/usr/bin/env bash
# Frechet distance, kernel distance, Inception score and the three resizes against torch-fidelity, pytorch-fid, clean-fid and
# scipy, on the photographs of CIFAR-10 (enlarged) and SqueezeNet's reference (shrunk). Usage: run.sh PROGRAM PYTHON
set -euo pipefail
program=$1 python=$2
here=$(cd "$(dirname "$0")" && pwd)
if ! "$python" -c 'import cleanfid, scipy, torch_fidelity' 2>/dev/null; then
  echo "no torch-fidelity, clean-fid and scipy in $python: pip install --no-deps -r $here/requirements.txt" >&2
  exit 1
fi
shared=${MDSM_SHARED_DIR:-$here/../../../../shared}/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for size in small large; do
  mkdir -p "$work/$size/images"
  "$python" - "$shared" "$work/$size/images" "$size" <<'PYTHON'
import io, itertools, json, struct, sys, tarfile
import numpy as np
from PIL import Image
shared, folder, size = sys.argv[1:]
if size == "small":
    with tarfile.open(shared + "/cifar10-jpeg/cifar10-jpeg.tar.gz") as archive:
        photographs = (m for m in archive if m.isfile() and m.name.endswith(".jpg"))
        for k, member in enumerate(itertools.islice(photographs, 8)):
            Image.open(io.BytesIO(archive.extractfile(member).read())).convert("RGB").save(f"{folder}/{k}.png")
else:
    # The reference's photographs side by side: 454 x 454, larger than 299, so that antialias matters.
    data = open(shared + "/squeezenet/reference.safetensors", "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    def image(name):
        begin, end = header[name]["data_offsets"]
        return np.frombuffer(data[8 + length + begin:8 + length + end], np.uint8).reshape(header[name]["shape"])
    cat, parrot = image("cat.image_rgb_hwc"), image("parrot.image_rgb_hwc")
    for k, order in enumerate(((cat, parrot, parrot, cat), (parrot, cat, cat, parrot[::-1]))):
        grid = np.vstack([np.hstack(order[:2]), np.hstack(order[2:])])
        Image.fromarray(grid).save(f"{folder}/{k}.png")
PYTHON
  "$python" "$here/compare.py" "$program" "$work/$size/images" "$work/$size"
done
