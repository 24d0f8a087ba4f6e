#!/usr/bin/env python3
"""Runs the benchmarks that are named, or all of them. Each prints ratios against something run beside it.

usage: run.py [scan] [search] [series] [pages]
"""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCHMARKS = {
    "scan": [sys.executable, "bench/scan.py"],
    "search": ["build/release/bench_search"],
    "series": ["build/release/bench_series"],
    "pages": ["env", "HM_E2E_PROGRAM=bench.mjs", "tests/e2e/run.sh"],
}


def main():
    names = sys.argv[1:] or list(BENCHMARKS)
    for name in names:
        if name not in BENCHMARKS:
            sys.exit(f"there is no benchmark '{name}'; there are {', '.join(BENCHMARKS)}")
        print(f"== {name}", flush=True)
        environment = dict(os.environ, HM_ROOT=str(ROOT))
        if subprocess.run(BENCHMARKS[name], cwd=ROOT, env=environment).returncode != 0:
            sys.exit(f"the benchmark '{name}' failed")


if __name__ == "__main__":
    main()
