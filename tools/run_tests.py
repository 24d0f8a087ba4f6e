#!/usr/bin/env python3
"""Runs the test groups side by side and ends with one line: N passed, N failed, N skipped.

A group is a program that prints GoogleTest's summary or a line `N passed, N failed, N skipped`. A group that
exits non-zero without counting a failure counts as one, and so does a group that ran nothing.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMIT_S = 1500  # for one group; a hanging test must not hang everything


def groups(preset):
    """(name, command, [paths that must exist]) in the order of starting: the longest first."""
    build = ROOT / "build" / preset
    python = os.environ["HM_PYTHON"]
    vectors = os.environ.get("HM_CONFORMANCE_DIR", "../shared/conformance")
    yield "lint", [sys.executable, "tools/lint.py", "--preset", preset], []
    for suite in sorted((ROOT / "tests" / "e2e" / "suites").iterdir(), reverse=True):
        yield f"e2e {suite.name}", ["env", f"HM_E2E_SUITE={suite.name}", "tests/e2e/run.sh"], ["tests/e2e/run.sh"]
    for script in sorted((ROOT / "tests").glob("*/run.py")):
        yield script.parent.name, [python, str(script.relative_to(ROOT))], []
    for script in sorted((ROOT / "tests" / "integration").glob("*.py")):
        if not script.name.startswith("_"):
            yield script.stem, [python, str(script.relative_to(ROOT))], []
    yield "conformance", [str(build / "hm_conformance"), vectors], [str(build / "hm_conformance")]
    for program in sorted(build.rglob("test_*")):
        if program.is_file() and os.access(program, os.X_OK) and program.suffix == "":
            yield f"unit {program.name[5:]}", [str(program)], []
    yield "web unit", ["npm", "run", "--silent", "--prefix", "web", "test"], ["web/node_modules"]


CLOSING = re.compile(r"^(?:\w+: ?)?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$", re.M)
GTEST = {"passed": re.compile(r"^\[  PASSED  \] (\d+) tests?", re.M),
         "failed": re.compile(r"^\[  FAILED  \] (\d+) tests?", re.M),
         "skipped": re.compile(r"^\[  SKIPPED \] (\d+) tests?", re.M)}
VITEST = re.compile(r"^\s*Tests\s+(?:(\d+) failed)?[ |]*(?:(\d+) passed)?[ |]*(?:(\d+) skipped)?", re.M)


def tally(output, code):
    """(passed, failed, skipped) as the output of a group states them."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    if closing := CLOSING.findall(plain):
        passed, failed, skipped = (int(number or 0) for number in closing[-1])
    elif "[==========]" in plain:
        passed, failed, skipped = (int(found.group(1)) if (found := GTEST[key].search(plain)) else 0
                                   for key in ("passed", "failed", "skipped"))
    elif found := VITEST.search(plain):
        failed, passed, skipped = (int(number or 0) for number in found.groups())
    else:
        return 0, 1, 0
    if (code != 0 and failed == 0) or passed + failed + skipped == 0:
        failed += 1
    return passed, failed, skipped


def run(name, command, logs, environment):
    log = logs / (name.replace(" ", "_") + ".log")
    began = time.monotonic()
    with open(log, "wb") as out:
        try:
            code = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                  env=environment, timeout=LIMIT_S).returncode
        except subprocess.TimeoutExpired:
            code = 124
        except OSError as failure:
            out.write(str(failure).encode())
            code = 127
    output = log.read_text(errors="replace")
    return name, tally(output, code), code, time.monotonic() - began, output


FAILING = re.compile(r"^(?:FAIL|not ok|\[  FAILED  \]|Traceback|\S+: error:| *(?:✗|×|❯ FAIL)).*$", re.M)


def told(output):
    """What a person needs of a group that failed: first the lines that say so, wherever they stand, then how it ended."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output).strip()
    lines = plain.split("\n")
    failing = [line[:1000] for line in FAILING.findall("\n".join(lines[:-30]))][:30]
    return failing + ["…"] * (len(lines) > 30) + [line[:1000] for line in lines[-30:]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--preset", default="release")
    parser.add_argument("--accept", action="store_true", help="run only the groups that rewrite golden files")
    parser.add_argument("names", nargs="*", help="groups to run; all when none are named")
    arguments = parser.parse_args()
    os.environ.setdefault("HM_PYTHON", str(ROOT / ".cache" / "requirements" / "bin" / "python"))
    environment = dict(os.environ, HM_BUILD_DIR=str(ROOT / "build" / arguments.preset), HM_ROOT=str(ROOT),
                       PYTHONDONTWRITEBYTECODE="1", TZ="UTC")
    wanted = [group for group in groups(arguments.preset)
              if not arguments.names or any(name in group[0] for name in arguments.names)]
    if arguments.accept:
        wanted = [group for group in wanted if group[0].startswith("unit")]
    logs = ROOT / "build" / "test-logs"
    logs.mkdir(parents=True, exist_ok=True)
    total = [0, 0, 0]
    missing = [name for name, _, needs in wanted if not all((ROOT / need).exists() for need in needs)]
    for name in missing:
        print(f"FAIL {name}: not there to run")
        total[1] += 1
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        running = [pool.submit(run, name, command, logs, environment)
                   for name, command, _ in wanted if name not in missing]
        for done in concurrent.futures.as_completed(running):
            name, counts, code, seconds, output = done.result()
            total = [a + b for a, b in zip(total, counts)]
            good = counts[1] == 0
            print(f"{'ok  ' if good else 'FAIL'} {name}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped"
                  f" ({seconds:.0f} s)", flush=True)
            if not good:
                print("\n".join("     | " + line for line in told(output)), flush=True)
                print(f"     | exit code {code}; the whole log is in build/test-logs", flush=True)
            skips = sorted(set(re.findall(r"^.*(?:Skipped|SKIPPED|skipped:).*$", output, re.M)))
            for line in skips[:10] if counts[2] else []:
                print(f"     | {line.strip()[:200]}", flush=True)
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] or total[0] == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
