"""The program on one store, SQLite or PostgreSQL, looking at a simulator."""
import json
import os
import pathlib
import subprocess

import _scan


class Store:
    """The program on one store, asking AWS as the administrator of one account."""

    def __init__(self, simulator, data_dir, url=None, account=0):
        own = simulator.accounts[account]
        self.env = _scan.environment(own["access_key_id"], own["secret_access_key"])
        self.place = ["--data-dir", data_dir, *(["--database-url", url] if url else [])]
        self.endpoint = simulator.url

    def run(self, *arguments):
        done = subprocess.run([_scan.BUILD / "hostmaster", *arguments[:1], *self.place, *arguments[1:]], env=self.env,
                              capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout, done.stderr

    def scan(self, *arguments):
        return self.run("scan", "--endpoint-url", self.endpoint, "--quiet", "--no-rules", *arguments)

    def rows(self, *arguments):
        code, out, said = self.run(*arguments, "--output", "json")
        return code, (json.loads(out) if out.strip() else []), said

    def diff(self, *arguments):
        return self.rows("diff", *arguments)


def each_store(test):
    """(name, URL) of the stores that the program knows: the file in its data directory, which needs no URL, and an empty
    PostgreSQL database of this test's own."""
    yield "SQLite", None
    url = os.environ.get("HM_TEST_POSTGRES")
    if not url:
        print("skipped: PostgreSQL: there is no HM_TEST_POSTGRES (tools/with_postgres.sh)")
        return
    psql = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))[-1]
    name = f"{test}_{os.getpid()}"
    subprocess.run([psql, url, "-q", "-c", f"create database {name}"], check=True, capture_output=True)
    yield "PostgreSQL", url.replace("/postgres?", f"/{name}?")
