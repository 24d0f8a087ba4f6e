#!/usr/bin/env python3
"""Fails on what the rules of the house forbid and no other tool sees: sizes, coroutines, tests that assert
nothing, notes without an owner, and sentences about the place where the project was developed."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE_LINES = 600
FUNCTION_LINES = 70
SOURCES = {".cc", ".h", ".py", ".ts", ".tsx", ".sh", ".mjs"}
GENERATED = re.compile(r"(\.lock|package-lock\.json|schema\.d\.ts|\.golden/.*)$")

ASSERTION = re.compile(r"\b(EXPECT|ASSERT)_\w+|\bFAIL\(\)|\bADD_FAILURE|GTEST_SKIP")
TEST_START = re.compile(r"^(TEST|TEST_F|TEST_P|TYPED_TEST)\(", re.M)
NOTE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))")
COROUTINE = re.compile(r"\bco_(await|return|yield)\b")
# The project speaks of itself alone. (The names are put together here so that this file passes too.)
PLACES = re.compile("|".join(["/" + "work/", "registry\\.npm" + "js", "py" + "pi\\.org", "files\\.python" + "hosted",
                              "deb\\.deb" + "ian", "proxy\\.go" + "lang"]))


def tracked():
    out = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                         capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in out.split("\0") if name and (ROOT / name).is_file()]


def long_functions(name, text):
    """Top-level C++ definitions by their braces: crude, but the same for everybody. clang-tidy is exact."""
    lines = text.split("\n")
    start = None
    for number, line in enumerate(lines, 1):
        opens = line.endswith("{") and not line.startswith((" ", "namespace", "extern", "}", "#"))
        if opens and "(" in line and not re.match(r"(struct|class|enum|union|const|constexpr|static const)\b", line):
            start = number
        elif line == "}" and start is not None:
            if number - start > FUNCTION_LINES:
                yield f"{name}:{start}: function of {number - start} lines; {FUNCTION_LINES} is the limit"
            start = None


def empty_tests(name, text):
    starts = [match.start() for match in TEST_START.finditer(text)] + [len(text)]
    helpers = ASSERTION.search(text[: starts[0]]) is not None
    for begin, end in zip(starts, starts[1:]):
        body = text[begin:end].split("\n}\n")[0]
        # A body that only calls a helper of this file is fine when that helper asserts.
        if not ASSERTION.search(body) and not helpers:
            line = text.count("\n", 0, begin) + 1
            yield f"{name}:{line}: a test without an assertion"


def faults_in(path):
    name = path.relative_to(ROOT).as_posix()
    if GENERATED.search(name) or path.stat().st_size > 2_000_000:
        return
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return
    for match in PLACES.finditer(text):
        yield f"{name}:{text.count(chr(10), 0, match.start()) + 1}: names a place outside the project: {match.group()}"
    if path.suffix not in SOURCES:
        return
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"{name}: {lines} lines; {FILE_LINES} is the limit"
    if name != "tools/check_house.py":
        for match in NOTE.finditer(text):
            yield f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()} without an owner issue"
    if path.suffix in (".cc", ".h"):
        if COROUTINE.search(text):
            yield f"{name}: coroutines are not used here (docs/decisions)"
        yield from long_functions(name, text)
        if name.endswith("_test.cc"):
            yield from empty_tests(name, text)


def main():
    faults = [fault for path in tracked() for fault in faults_in(path)]
    print("\n".join(faults) if faults else "house rules: ok")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
