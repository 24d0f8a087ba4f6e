#!/usr/bin/env python3
"""Runs the benchmarks that are named, or all of them. Each prints ratios against something run beside it.

usage: run.py [scan] [search] [series] [pages] [scale] [custodian] [as-of] [documents] [--OPTION ...]

Options go to the one benchmark that is named.
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
    "scale": [sys.executable, "bench/scale.py"],
    "custodian": [sys.executable, "bench/custodian.py"],
    "as-of": ["build/release/bench_as_of"],
    "documents": [sys.executable, "bench/documents.py"],
}


def main():
    first = next((at for at, word in enumerate(sys.argv) if at > 0 and word.startswith("-")), len(sys.argv))
    names, options = sys.argv[1:first], sys.argv[first:]
    if options and len(names) != 1:
        sys.exit(f"options are of one benchmark: name it before {options[0]}")
    for name in names or list(BENCHMARKS):
        if name not in BENCHMARKS:
            sys.exit(f"there is no benchmark '{name}'; there are {', '.join(BENCHMARKS)}")
        print(f"== {name}", flush=True)
        environment = dict(os.environ, HM_ROOT=str(ROOT), PYTHONDONTWRITEBYTECODE="1")
        if subprocess.run([*BENCHMARKS[name], *options], cwd=ROOT, env=environment).returncode != 0:
            sys.exit(f"the benchmark '{name}' failed")


if __name__ == "__main__":
    main()
