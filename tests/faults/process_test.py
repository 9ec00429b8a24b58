#!/usr/bin/env python3
"""What users see, and what is on disk, when processes meet, signals come, and the system gives little.

Usage: process_test.py BUILD_DIR [-v] [CASE ...]
"""
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import training
from case import PROGRAM, Case, shim


def limited(which: int, least: int, most: int | None = None):
    return lambda: resource.setrlimit(which, (least, least if most is None else most))


class Processes(Case):
    # --- two at once, signals

    def test_two_trainings_in_one_directory(self):
        run = self.run_of("two")
        process = self.started(run)
        done = training.call(training.command(PROGRAM, run, 100000))
        self.said(done, 2, f"is being trained by process {process.pid} on ")
        process.kill()
        process.communicate()
        done = training.call([*training.command(PROGRAM, run, 100000), "--stop-at", "4"])
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_request_to_stop_saves(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                run = self.run_of("stopped")
                process = self.started(run)
                process.send_signal(number)
                _, said = process.communicate(timeout=300)
                self.assertEqual(process.returncode, 130, said)
                self.assertIn("saved. Go on with", said)
                self.nothing_half_written(run)

    def test_a_second_request_leaves_at_once(self):
        slow = Path(self.folder.name) / "slow"
        process = self.started(self.run_of("twice"), env=shim(SLOW=slow))
        slow.touch()  # so that the first is not answered before the second comes
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)

    def test_a_limit_of_cpu_time(self):
        process = self.started(self.run_of("cpu"), preexec_fn=limited(resource.RLIMIT_CPU, 20, 40))
        _, said = process.communicate(timeout=600)
        self.assertEqual(process.returncode, 130, said)
        self.assertIn("saved. Go on with", said)

    def test_output_that_nobody_reads(self):
        with subprocess.Popen([PROGRAM, "data", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.close()
            said = process.stderr.read().decode()
            self.assertIn(process.wait(60), (0, 1, -signal.SIGPIPE), said)
            self.assertNotIn("a mistake of this program", said)
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "data", "list"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        self.said(done, 1, "standard output")
        done = self.mdsm("data", "list", preexec_fn=lambda: os.close(1))
        self.said(done, 1, "standard output (Bad file descriptor)")
        done = self.mdsm("score", self.reference, "mnist/test", "-n", 400, "-q", preexec_fn=self.into_a_full_disk)
        self.said(done, 1, "standard output (No space left on device)")

    @staticmethod
    def into_a_full_disk():
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)

    def test_standard_descriptors_that_are_closed(self):
        """Else the first files that are opened would get their numbers, and with them what is meant for people."""
        for name, action in (("closed", lambda: [os.close(each) for each in (0, 1, 2)]),
                             ("full", lambda: os.dup2(os.open("/dev/full", os.O_WRONLY), 2))):
            run = self.run_of(name)
            words = [word for word in self.train_words(run) if word != "-q"]
            done = training.call(words, preexec_fn=action)
            self.assertEqual(done.returncode, 1 if name == "closed" else 0)  # 1: the run's name could not be printed
            self.assertEqual(training.differences(run, self.reference), [])
            self.assertEqual(self.mdsm("sample", "/nowhere", preexec_fn=action).returncode, 2)

    def test_a_reader_of_the_progress_that_leaves(self):
        """As in `mdsm train ... 2>&1 | head`."""
        run = self.run_of("piped")
        words = [word for word in self.train_words(run) if word != "-q"]
        process = subprocess.Popen(words, cwd=training.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        process.stderr.readline()
        process.stderr.close()
        self.assertEqual(process.wait(300), 0)
        self.assertEqual(training.differences(run, self.reference), [])

    # --- what the system gives

    def test_few_file_descriptors(self):
        few = {"preexec_fn": limited(resource.RLIMIT_NOFILE, 16)}
        done = self.mdsm("sample", self.reference, "-n", 4, "--steps", 2, "--out", self.run_of("few"), "-q", **few)
        self.assertEqual(done.returncode, 0, done.stderr)
        run = self.run_of("trained")
        done = training.call(self.train_words(run), **few)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(training.differences(run, self.reference), [])

    def test_a_limit_of_memory_names_the_pieces_that_fit(self):
        run, large = self.run_of("large"), ["--set", "train.batch=2000", "--set", "train.steps=1"]
        limit = {"preexec_fn": limited(resource.RLIMIT_AS, 1200 << 20)}
        done = training.call([*self.train_words(run), *large], **limit)
        self.said(done, 2, "training needs about", "are free. Set train.micro_batch = ")
        self.assertFalse(run.exists())
        fits = re.search(r"train\.micro_batch = (\d+)", done.stderr)[1]
        done = training.call([*self.train_words(run), *large, "--set", f"train.micro_batch={fits}"], **limit)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_languages(self):
        languages = Path(self.folder.name) / "languages"
        languages.mkdir(exist_ok=True)
        for language in ("de_DE", "tr_TR"):
            made = subprocess.run(["localedef", "-i", language, "-f", "UTF-8", languages / f"{language}.UTF-8"], capture_output=True)
            if made.returncode not in (0, 1):  # 1: with warnings
                self.skipTest("no localedef and languages here (Debian: the package locales)")
        for language in ("de_DE.UTF-8", "tr_TR.UTF-8", "xx_YY"):
            spoken = os.environ | {"LC_ALL": language, "LANG": language, "LOCPATH": str(languages)}
            done = self.mdsm("score", self.reference, "mnist/test", "-n", 2, "--json", "-q", env=spoken)
            self.assertEqual(done.returncode, 0, done.stderr)
            json.loads(done.stdout)
            self.assertNotRegex(done.stdout, r"\d,\d{2,}[^\d]")
            run = self.run_of("abroad")
            done = training.call(self.train_words(run), spoken)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(training.differences(run, self.reference), [])
            self.assertEqual((run / "experiment.toml").read_text(), (self.reference / "experiment.toml").read_text())

    def test_one_core_and_more_threads_than_processors(self):
        one = {min(os.sched_getaffinity(0))}
        for name, threads, extra in (("one", "64", {"preexec_fn": lambda: os.sched_setaffinity(0, one)}), ("all", "1024", {})):
            begun = time.monotonic()
            words = self.train_words(self.run_of(name))
            words[words.index("--threads") + 1] = threads
            done = training.call(words, os.environ | {"OMP_NUM_THREADS": threads}, **extra)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertLess(time.monotonic() - begun, 300)

    def test_no_home_and_folders_that_cannot_be_written(self):
        folder, nobody = self.folder_of_nobody("home")
        locked = folder / "locked"
        locked.mkdir()
        locked.chmod(0o555)
        bare = {name: value for name, value in os.environ.items() if name not in ("HOME", "TMPDIR", "MDSM_CACHE", "XDG_CACHE_HOME")}
        for number, more in enumerate(({}, {"HOME": str(locked), "TMPDIR": str(locked)}, {"HOME": "/nowhere", "TMPDIR": "/nowhere"},
                                       {"MDSM_CACHE": str(locked)})):
            with self.subTest(str(more)):
                run = folder / f"run{number}"
                done = training.call(self.train_words(run), bare | more, **nobody)
                self.assertEqual(done.returncode, 0, done.stderr)
                # Nothing remembers which methods of convolution were fastest (docs/adr/0006): the bytes may differ, not the files.
                self.assertEqual(sorted(path.name for path in run.glob("*.safetensors")),
                                 sorted(path.name for path in self.reference.glob("*.safetensors")))
                done = self.mdsm("sample", run, "-n", 2, "--steps", 2, "--out", run / "out", "-q", env=bare | more, **nobody)
                self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(list(locked.iterdir()), [])

    def test_a_clock_that_goes_backwards(self):
        run, back = self.run_of("back"), shim(CLOCK="back")
        done = training.call(self.train_words(run), back)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(training.differences(run, self.reference), [])
        rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        times = [line[:19] for line in (run / "log.txt").read_text().splitlines()]
        self.assertGreater(times[0], times[-1], "the clock went on as usual: this case tries nothing")
        seconds = [row["seconds"] for row in rows if "seconds" in row]
        self.assertEqual([each for each in seconds if each < 0], [])
        for words in (["report", run, "--out", f"{run}.html", "-q"], ["evaluate", run, "noise-levels", "-n", 16, "-q"]):
            self.said(self.mdsm(*words, env=back), 0)

    def test_a_processor_that_can_do_less(self):
        expected = training.losses(self.reference)
        for simd, aten, onednn in (("avx2", "avx2", "AVX2"), ("sse4", "default", "SSE41")):
            run = self.run_of(simd)
            less = {"MDSM_SIMD": simd, "ATEN_CPU_CAPABILITY": aten, "ONEDNN_MAX_CPU_ISA": onednn}
            done = training.call(self.train_words(run), os.environ | less)
            self.assertEqual(done.returncode, 0, done.stderr)
            for (step, loss), (_, other) in zip(expected, training.losses(run), strict=True):
                self.assertAlmostEqual(loss, other, delta=1e-4 * abs(loss), msg=f"{simd}, step {step}")
        self.said(self.mdsm("data", "list", env=os.environ | {"MDSM_SIMD": "sse5"}), 2, "MDSM_SIMD = 'sse5'", "Did you mean 'sse4'?")


if __name__ == "__main__":
    unittest.main()
