#!/usr/bin/env bash
# What there is for a card, checked on one. Here: `tools/gpu_check.sh pack` puts the built program, libraries, tests and the Debian
# libraries that they need into gpu-check/ (ignored by git, 40 MiB at most). On a machine with a card, PyTorch 2.11 for CUDA 13
# and none of these: gpu-check/run.sh, some minutes, which writes results.json and log.txt into $OUT, or beside itself.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "${1:-}" = pack ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }

build=build/release
out=gpu-check
tests="system engine energy"
[ -e "$build/src/mdsm/libmdsm_cuda.so" ] || { echo "gpu_check: $build has no libmdsm_cuda.so: make build (cmake says why)" >&2; exit 1; }
rm -rf "$out"
mkdir -p "$out/lib" "$out/bin"
cp -L "$build/mdsm" "$out/bin/"
for room in $tests; do cp "$build/tests/${room}_tests" "$out/bin/"; done
cp -L "$build"/src/mdsm/libmdsm.so.? "$build/src/mdsm/libmdsm_cuda.so" "$out/lib/"
# All but glibc's, the compiler's and those that PyTorch brings.
ldd "$out"/bin/* "$out/lib/libmdsm.so".? | awk '/=> \//{print $3}' | sort -u |
  grep -vE '/(libtorch|libc10|libgomp|libcudart|libcupti|libmdsm|libc|libm|libdl|librt|libpthread|libstdc\+\+|libgcc_s|ld-linux)[^/]*$' |
  xargs -I{} cp -L {} "$out/lib/"
strip --strip-unneeded "$out"/bin/* "$out"/lib/*
cp -r data/models "$out/models" 2>/dev/null || true
cp tools/gpu_check_run.py "$out/run.py"
cat > "$out/run.sh" <<'RUN'
#!/usr/bin/env bash
# Written by tools/gpu_check.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ -e "$here/pack.tar.xz" ]; then
  python3 -m tarfile -e "$here/pack.tar.xz" "$here" && rm "$here/pack.tar.xz"
fi
torch=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))')
libraries=$here/lib:$torch/lib
for folder in "$torch"/../nvidia/*/lib; do libraries=$libraries:$folder; done
export LD_LIBRARY_PATH=$libraries:${LD_LIBRARY_PATH:-}
export MDSM_CACHE=${MDSM_CACHE:-$(mktemp -d)}
exec python3 "$here/run.py" "$here" "${OUT:-$here}" "$torch"
RUN
chmod +x "$out/run.sh"
tar -C "$out" -cJf "$out/pack.tar.xz" bin lib models run.py
rm -r "$out/bin" "$out/lib" "$out/models" "$out/run.py"
size=$(du -sm "$out" | cut -f 1)
echo "gpu_check: $out/ has $size MiB"
[ "$size" -le 40 ] || { echo "gpu_check: more than 40 MiB" >&2; exit 1; }
