"""A tiny training for the fault tests, and what must hold of it afterwards."""
import json
import struct
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TINY = ["experiments/mnist-quick.toml", "-q", "--threads", "1"] + [word for assignment in (
    "train.batch=8", "energy.width=4", "energy.depth=6", "train.sample_every=0", "train.evaluate_every=0",
    "train.checkpoint_every=2", "train.log_every=1") for word in ("--set", assignment)]


def command(program: Path, run: Path, steps: int) -> list[str]:
    """Begins the training, or goes on with it."""
    resume = ["--resume"] if (run / "training-state.safetensors").exists() else []
    return [str(program), "train", *TINY, "--set", f"train.steps={steps}", "--out", str(run), *resume]


def write_npy(path: Path, shape: tuple[int, ...], values: list[float]) -> None:
    """An array of float32 as numpy writes it."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + struct.pack(f"<{len(values)}f", *values))


def call(words: list[str], env: dict[str, str] | None = None, **more) -> subprocess.CompletedProcess:
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, errors="replace", timeout=600, **more)


def losses(run: Path) -> list[tuple[int, float]]:
    """(step, loss) of metrics.jsonl; every line of it must be whole."""
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [(row["step"], row["loss"]) for row in rows if "loss" in row]


def differences(run: Path, reference: Path) -> list[str]:
    """What a training that was disturbed has that the undisturbed one has not."""
    found = []
    for path in sorted(reference.glob("*.safetensors")):
        if path.name != "training-state-previous.safetensors" and (run / path.name).read_bytes() != path.read_bytes():
            found.append(f"{path.name} has other bytes")
    if losses(run) != losses(reference):
        found.append("metrics.jsonl has other losses")
    found += [f"{path.name} was left behind" for path in run.rglob("*.tmp-*")]
    return found
