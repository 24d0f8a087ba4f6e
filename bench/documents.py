#!/usr/bin/env python3
"""Scans a simulated company and measures how its documents, and recorded ones, are best stored (documents.cc)."""
import os
import pathlib
import subprocess
import sys
import tempfile

from scan import BUILD, ROOT, Simulator, measure, write_inputs


def run():
    recorded = pathlib.Path(os.environ.get("HM_CONFORMANCE_DIR", ROOT / "../shared/conformance"))
    with tempfile.TemporaryDirectory() as name, Simulator("--accounts", "5") as simulator:
        folder = pathlib.Path(name)
        environment = write_inputs(folder, simulator.company)
        measure([BUILD / "hostmaster", "scan", "--quiet", "--no-rules", "--config", folder / "accounts.yaml",
                 "--endpoint-url", simulator.url, "--data-dir", folder / "data"], environment)
        command = [BUILD / "bench_documents", folder / "data" / "hostmaster.db"]
        return subprocess.run(command + ([recorded] if recorded.is_dir() else [])).returncode


if __name__ == "__main__":
    sys.exit(run())
