"""What the scan tests share: running the program, and looking into the inventory that it leaves."""
import ctypes
import ctypes.util
import json
import os
import pathlib
import sqlite3
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("HM_BUILD_DIR", ROOT / "build" / "dev"))

_zstd = ctypes.CDLL(ctypes.util.find_library("zstd"))
_zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
_zstd.ZSTD_getDictID_fromFrame.restype = ctypes.c_uint
_zstd.ZSTD_createDCtx.restype = ctypes.c_void_p
_zstd.ZSTD_decompress_usingDict.restype = ctypes.c_size_t
_context = ctypes.c_void_p(_zstd.ZSTD_createDCtx())


def unpack(blob, dictionaries):
    """Of the dictionaries, by id, the one is used that the frame names, if it names one."""
    size = _zstd.ZSTD_getFrameContentSize(blob, ctypes.c_size_t(len(blob)))
    name = _zstd.ZSTD_getDictID_fromFrame(blob, ctypes.c_size_t(len(blob)))
    dictionary = dictionaries[name] if name else b""
    out = ctypes.create_string_buffer(size)
    got = _zstd.ZSTD_decompress_usingDict(_context, out, ctypes.c_size_t(size), blob, ctypes.c_size_t(len(blob)),
                                          dictionary, ctypes.c_size_t(len(dictionary)))
    assert got == size, "a stored document is damaged"
    return out.raw


class Checks:
    """Counts what holds, and says what does not."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, holds, what, *seen):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED:", what, *(str(one)[:2000] for one in seen), flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed, 0 skipped")
        return 1 if self.failed or not self.passed else 0


def environment(key="testing", secret="testing"):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return dict(clean, AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret, AWS_DEFAULT_REGION="eu-west-1",
                AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null",
                AWS_EC2_METADATA_DISABLED="true")


def scan(data_dir, *arguments, env=None, limit_s=600):
    """(exit code, the resources, what was said on standard error)"""
    done = subprocess.run([BUILD / "hostmaster", "scan", "--data-dir", data_dir, "--output", "json", "--quiet",
                           *arguments], env=env or environment(), capture_output=True, text=True, timeout=limit_s)
    resources = json.loads(done.stdout) if done.stdout.strip() else []
    return done.returncode, resources, done.stderr


class Inventory:
    """The SQLite file that a scan leaves, read apart from the program."""

    def __init__(self, data_dir):
        self.path = pathlib.Path(data_dir) / "hostmaster.db"

    def rows(self, sql, *parameters):
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(sql, parameters)]

    def gone(self):
        return {(row["type"], row["key"]) for row in self.rows("select * from resource where gone_at is not null")}

    def kinds(self, type_id, key):
        """The kinds of its versions, oldest first."""
        return [row["kind"] for row in self.rows(
            "select v.kind from resource_version v join resource r on r.id = v.resource_id "
            "where r.type = ? and r.key = ? order by v.version", type_id, key)]

    def documents(self):
        dictionaries = {row["id"]: row["bytes"] for row in self.rows("select id, bytes from document_dictionary")}
        for row in self.rows("select payload from resource_version where payload is not null"):
            if row["payload"]:
                yield unpack(row["payload"], dictionaries).decode()
