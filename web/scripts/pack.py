#!/usr/bin/env python3
"""Packs web/dist into the one file that is embedded in the binary (the format is told in web/CMakeLists.txt)."""
import pathlib
import sys

TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
         ".json": "application/json", ".woff2": "font/woff2", ".png": "image/png"}


def content_type(path):
    plain = path.with_suffix("") if path.suffix in (".br", ".gz") else path
    return TYPES[plain.suffix]


def main():
    dist, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    files = sorted(path for path in dist.rglob("*") if path.is_file() and ".vite" not in path.parts)
    lines, blobs, offset = [], [], 0
    for path in files:
        blob = path.read_bytes()
        lines.append(f"/{path.relative_to(dist).as_posix()}\t{content_type(path)}\t{offset}\t{len(blob)}\n")
        blobs.append(blob)
        offset += len(blob)
    out.write_bytes("".join(lines).encode() + b"\n" + b"".join(blobs))


if __name__ == "__main__":
    main()
