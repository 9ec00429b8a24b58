#!/usr/bin/env python3
"""What a libFuzzer log says in a line: executions, edges covered, corpus, and what was found. Usage: fuzz_summary.py LOG"""
import re
import sys
from pathlib import Path

text = Path(sys.argv[1]).read_text(errors="replace")
statistics = re.findall(r"^#(\d+)\s.*?cov: (\d+) .*?corp: (\d+)", text, re.MULTILINE)
executions = re.search(r"number_of_executed_units: (\d+)", text)
edges, corpus = (statistics[-1][1], statistics[-1][2]) if statistics else ("?", "?")
found = re.search(r"SUMMARY: (.*)|ERROR: (.*)", text)
print(f"{executions[1] if executions else '?':>9} executions  {edges:>6} edges  {corpus:>5} inputs  {(found[1] or found[2]) if found else 'nothing found'}")
