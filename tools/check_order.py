#!/usr/bin/env python3
"""Fails when a module includes one that stands below it, or a heavy library outside the wrapper that owns it.

The order of the modules is read from CMakeLists.txt, so it is written down once.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIBLINGS = {"cost", "health", "security"}
# What the simulator may use: it shares only the models with the client, so that one does not hide the
# other's mistakes.
SIMULATOR_MAY = re.compile(r"^(base/|catalog/|aws/model\.h$|embedded/)")
# Third-party headers that cost seconds to compile, and the files that may pay for them.
OWNERS = {
    r"boost/(beast|asio)": r"^src/base/(http_server|web_?socket|beast)\w*\.(cc|h)$",
    r"spdlog/": r"^src/base/log\.cc$",
    r"curl/": r"^src/base/(http_client|curl)\w*\.(cc|h)$",
    r"yaml-cpp/": r"^src/base/yaml\.cc$",
    r"zstd\.h|brotli/": r"^(src/base/\w+\.cc|bench/documents\.cc|web/.*)$",
    r"pugixml": r"^(src/aws/\w+\.cc|sim/wire/\w+\.cc|tests/conformance/\w+\.cc)$",
    r"valijson/": r"^src/(catalog|api)/\w+\.cc$",
    r"libpq-fe": r"^src/store/\w+\.cc$",
    r"sqlite3\.h": r"^src/(store|query)/\w+\.cc$",
    r"sodium\.h": r"^src/identity/\w+\.cc$",
    r"CLI/": r"^(src/cli/\w+\.cc|sim/main\.cc)$",
}
# Internal headers that carry such a library between the .cc files of one wrapper; nobody else includes them.
PRIVATE = re.compile(r"_(internal|impl)\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)


def modules():
    text = (ROOT / "CMakeLists.txt").read_text()
    return re.search(r"set\(HM_MODULES ([^)]+)\)", text).group(1).split()


def faults_in(path, order):
    name = path.relative_to(ROOT).as_posix()
    parts = name.split("/")
    for match in INCLUDE.finditer(path.read_text()):
        ours, theirs = match.groups()
        header = ours or theirs
        for pattern, owner in OWNERS.items():
            if re.match(pattern, header) and not re.match(owner, name) and not PRIVATE.search(name):
                yield f"{name}: includes <{header}>, which belongs to {owner.strip('^$')}"
        if not ours or "/" not in ours:
            continue
        target = ours.split("/")[0]
        if parts[0] == "sim" and target in order and not SIMULATOR_MAY.match(ours):
            yield f"{name}: includes {ours}; the simulator may use base, aws/model.h and catalog only"
        if parts[0] != "src" or len(parts) < 3 or target not in order:
            continue
        own = parts[1]
        if order.index(target) > order.index(own):
            yield f"{name}: includes {ours}, but {target} stands below {own}"
        if own in SIBLINGS and target in SIBLINGS and own != target:
            yield f"{name}: includes {ours}, but {own} and {target} are siblings"


def main():
    order = modules()
    faults = []
    for folder in ("src", "sim", "tests", "bench"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".cc", ".h") and "node_modules" not in path.parts:
                faults += faults_in(path, order)
    print("\n".join(faults) if faults else "module order: ok")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
