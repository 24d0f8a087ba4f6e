#!/usr/bin/env python3
"""Runs every check that needs no running program, all of them even when one fails.

usage: lint.py [--all] [--preset release]

clang-tidy reads the files that changed since main (with --all: the whole tree, as the workflow does).
"""
import argparse
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def git(*args):
    return subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True).stdout.split()


def sources(*patterns):
    return [name for name in git("ls-files", *patterns) if (ROOT / name).is_file()]


def changed_since_main():
    base = git("merge-base", "HEAD", "origin/main") or git("merge-base", "HEAD", "main")
    names = set(git("diff", "--name-only", *base[:1])) if base else set()
    return [name for name in sources("*.cc") if name in names]


def in_database(names, preset):
    """Only what CMake compiles can be read by clang-tidy: fuzzers are built by another preset."""
    import json
    commands = ROOT / "build" / preset / "compile_commands.json"
    if not commands.exists():
        return []
    known = {os.path.relpath(entry["file"], ROOT) for entry in json.loads(commands.read_text())}
    return [name for name in names if name in known]


def checks(arguments):
    cxx = sources("*.cc", "*.h")
    tidy = in_database(sources("*.cc") if arguments.all else changed_since_main(), arguments.preset)
    binary = ROOT / "build" / arguments.preset / "hostmaster"
    yield "module order", [sys.executable, "tools/check_order.py"]
    yield "house rules", [sys.executable, "tools/check_house.py"]
    yield "clang-format", ["clang-format", "--dry-run", "-Werror", *cxx]
    yield "shellcheck", ["shellcheck", "-x", "-S", "warning", "dev", ".ci/run", *sources("*.sh")]
    if tidy:
        yield f"clang-tidy ({len(tidy)} files)", [
            "xargs", "-P", str(os.cpu_count() or 1), "-n", "4", "-a", write_list(tidy, arguments.preset), "clang-tidy",
            "--quiet", "--extra-arg=-Wno-unknown-warning-option", "-p", f"build/{arguments.preset}"]
    if (ROOT / "web" / "node_modules").exists():
        yield "web lint", ["npm", "run", "--silent", "--prefix", "web", "lint"]
        yield "web types", ["npm", "run", "--silent", "--prefix", "web", "typecheck"]
    if binary.exists():
        yield "catalog", [str(binary), "catalog", "check", "catalog"]


def write_list(names, preset):
    path = ROOT / "build" / preset / "tidy-files.txt"
    path.write_text("\n".join(names) + "\n")
    return str(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--all", action="store_true", help="clang-tidy on the whole tree")
    parser.add_argument("--preset", default="release")
    arguments = parser.parse_args()
    tally = {True: 0, False: 0}
    for name, command in checks(arguments):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        good = done.returncode == 0
        tally[good] += 1
        print(f"{'ok  ' if good else 'FAIL'} {name}")
        if not good:
            print((done.stdout + done.stderr).strip()[-8000:])
    print(f"{tally[True]} passed, {tally[False]} failed, 0 skipped")
    return 1 if tally[False] else 0


if __name__ == "__main__":
    sys.exit(main())
