"""Starts the ranks of a job: by mpirun, or with the variables that torchrun sets (there is no PyTorch here to bring torchrun)."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MPIRUN = shutil.which("mpirun")


def carriers(program: Path) -> list[str]:
    """What can carry messages here: libraries that were built, and mpirun."""
    libraries = program.parent / "src/mdsm"
    there = ["mpi"] if MPIRUN and (libraries / "libmdsm_mpi.so").exists() else []
    return there + (["gloo"] if (libraries / "libmdsm_gloo.so").exists() else [])


def free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        return some.getsockname()[1]


class Job:
    """Some ranks of one command. `by_rank`: more variables for single ranks."""

    def __init__(self, carrier: str, size: int, words: list[str], env: dict[str, str] | None = None,
                 by_rank: dict[int, dict[str, str]] | None = None):
        self.carrier, self.size = carrier, size
        self.out, self.err = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+", errors="replace")
        base = os.environ | {"MDSM_RANK_TIMEOUT": "60"} | (env or {})
        by_rank = by_rank or {}
        words = [str(word) for word in words]
        if carrier == "mpi":
            line = [MPIRUN, "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-q"]
            for rank in range(size):
                line += [":"] * (rank > 0) + ["-n", "1"]
                line += [word for name, value in by_rank.get(rank, {}).items() for word in ("-x", f"{name}={value}")] + words
            self.processes = [subprocess.Popen(line, cwd=ROOT, env=base, stdout=self.out, stderr=self.err)]
        else:
            base |= {"WORLD_SIZE": str(size), "LOCAL_WORLD_SIZE": str(size), "MASTER_ADDR": "127.0.0.1",
                     "MASTER_PORT": str(free_port()), "OMP_NUM_THREADS": "1"}
            self.processes = [
                subprocess.Popen(words, cwd=ROOT, stdout=self.out, stderr=self.err,
                                 env=base | {"RANK": str(rank), "LOCAL_RANK": str(rank)} | by_rank.get(rank, {}))
                for rank in range(size)]

    def pid(self, rank: int) -> int:
        """Of a rank's process."""
        if self.carrier == "gloo":
            return self.processes[rank].pid
        for _ in range(100):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    variables = (process / "environ").read_bytes().split(b"\0")
                except OSError:
                    continue
                if parent == self.processes[0].pid and f"OMPI_COMM_WORLD_RANK={rank}".encode() in variables:
                    return int(process.name)
            time.sleep(0.1)
        raise AssertionError(f"there is no rank {rank}")

    def wait(self, seconds: float = 300) -> tuple[int, str, str]:
        """The exit code of the first that failed, stdout and stderr of all. As torchrun does, ends the others soon after."""
        end, code, left = time.monotonic() + seconds, 0, list(self.processes)
        while left:
            for process in [each for each in left if each.poll() is not None]:
                left.remove(process)
                if process.returncode != 0 and code == 0:
                    code, end = process.returncode, min(end, time.monotonic() + 10)
            if time.monotonic() > end:
                code = code or 999
                for process in left:
                    process.send_signal(signal.SIGCONT)
                    process.kill()
                    process.wait()
                break
            time.sleep(0.02)
        texts = []
        for file in (self.out, self.err):
            file.seek(0)
            texts.append(file.read())
            file.close()
        return code, texts[0], texts[1]


def run(carrier: str, size: int, words: list[str], **more) -> tuple[int, str, str]:
    return Job(carrier, size, words, **more).wait()
