#!/usr/bin/env python3
"""What a large company costs: a first scan, a cycle in which one resource of a hundred has changed, memory, disk, the
query database, and the API under 50 clients, with 10,000 resources and with 100,000.

usage: scale.py [--resources N]... [--database sqlite|postgres]... [--clients N] [--seconds N]

The API is asked twice: by clients who each ask about ten times a second, which the goals are about, and by clients who
never pause, which says what the machine can do at most. Before, each question is asked once by one client, and all clients
ask for WARM_S seconds: how long a server just begun takes is printed beside, and does not stand in the percentiles.
PostgreSQL, for one, makes the plan of a statement six times on each connection before it keeps one.

PostgreSQL is the empty one that HM_TEST_POSTGRES names. Beside each time of the API stands how often that of a route
which does nothing (/healthz) goes into it, so that a busy machine is seen.
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import scan
from _server import Server
from scan import BUILD, ROOT, Simulator, measure

ACCOUNTS, REGIONS = 20, "eu-west-1,us-east-1,eu-central-1,us-west-2,ap-south-1,sa-east-1"
CHANGED_SHARE = 0.01
MEMORY_GOAL_MIB = 1024
GOAL_MS = {10_000: 10, 100_000: 50}  # p99 of the API
HELD = ("list", "filter", "search", "detail")  # to the goal
WARM_S = 2
PAUSE_MS = 100  # on average, of a client between an answer and the next question: a person with an open page asks less
IDS, WORDS = 200, 50
missed = []


def judge(good, name):
    if not good:
        missed.append(name)
    return "ok  " if good else "MISS"


def say(name, text):
    print(f"  {name:<44} {text}", flush=True)


def write_config(folder, company, database):
    lines = ["aws_rate_share: 0", "metrics: false", f"aws_endpoint_url: {company['endpoint_url']}"]
    if database == "postgres":
        lines.append(f"database_url: {json.dumps(os.environ['HM_TEST_POSTGRES'])}")
    lines.append("accounts:")
    for account in company["accounts"]:
        lines += [f"  - name: {account['name']}", f"    role_arn: {account['role_arn']}",
                  f"    external_id: {account['external_id']}"]
    path = folder / "config.yaml"
    path.write_text("\n".join(lines) + "\n")
    return ["--config", path, "--data-dir", folder / "data"]


def environment_of(company):
    first = company["accounts"][0]
    return dict(os.environ, AWS_ACCESS_KEY_ID=first["access_key_id"], AWS_REGION=company["regions"][0],
                AWS_SECRET_ACCESS_KEY=first["secret_access_key"], AWS_EC2_METADATA_DISABLED="true")


def make_key(place, environment):
    """A key of a viewer, for the load."""
    def run(*words):
        return subprocess.run([BUILD / "hostmaster", *words, *place], env=environment, check=True, capture_output=True,
                              text=True).stdout
    run("user", "add", "bench", "--role", "operator")
    text = run("key", "create", "load", "--owner", "bench", "--role", "operator")
    return next(word for word in text.split() if word.startswith("hm_") and word.count("_") >= 2)


def drift(simulator, resources):
    request = urllib.request.Request(simulator.url + "/_sim/drift", data=json.dumps({"resources": resources}).encode())
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["changed"]


class Stretch:
    """Wall and CPU of the server between its beginning and end."""

    def __init__(self, server, name):
        self.server, self.name = server, name

    def __enter__(self):
        self.cpu, self.wall = self.server.cpu(), time.monotonic()
        return self

    def __exit__(self, failed, *_):
        if not failed:
            say(self.name, f"{time.monotonic() - self.wall:8.1f} s, {self.server.cpu() - self.cpu:8.1f} s of processor")


def collect(place, environment, key, simulator):
    """A first scan by the server with all its roles, then a cycle in which a part has changed."""
    with Server(place, environment, key) as server:
        with Stretch(server, "first scan"):
            server.wait_until(server.scanned, "the first scan")
        with Stretch(server, "  until followers and rules were through"):
            server.settle()
        total = server.ask("/api/v1/resources?limit=1")["total"]
        say("resources found", f"{total:8}")
        rules(server)
        changed = drift(simulator, round(total * CHANGED_SHARE))
        simulator.calls()
        with Stretch(server, f"cycle with {changed} of them changed"):
            server.ask("/api/v1/scan", {})
            server.wait_until(server.scanned, "the cycle")
            server.settle()
        say("  calls of the cycle", f"{simulator.calls():8}")
        peak = server.peak_mib()
        say(f"{judge(peak <= MEMORY_GOAL_MIB, 'peak memory')} peak memory of the server",
            f"{peak:8.0f} MiB (goal {MEMORY_GOAL_MIB})")
    return total


def rules(server):
    """A rule that looks at every pair of two things is quick in a small company alone."""
    ran = [rule for rule in server.ask("/api/v1/rules")["items"] if rule["ran_at"]]
    failed = [f"{rule['id']}: {rule['error']}" for rule in ran if rule["status"] == "failed"]
    say(f"{judge(not failed, 'rules')} rules that failed", "; ".join(failed) or "none")
    slowest = max(ran, key=lambda rule: rule["duration_ms"])
    say("  the slowest of them", f"{slowest['duration_ms'] / 1000:8.1f} s, {slowest['id']}")


def disk(data, total, database):
    if database == "postgres":
        size = int(subprocess.run(["psql", "-XAtd", os.environ["HM_TEST_POSTGRES"], "-c",
                                   "select pg_database_size(current_database())"],
                                  check=True, capture_output=True, text=True).stdout)
        files = {"store (PostgreSQL)": size}
    else:
        files = {"store": size_of(data, "hostmaster.db")}
    files["query database"] = size_of(data, "query")
    files["search index"] = size_of(data, "search")
    for name, size in files.items():
        say(f"disk: {name}", f"{size / 2**20:8.1f} MiB, {size / 2**20 / total * 100_000:.1f} for 100,000 resources")


def size_of(data, prefix):
    return sum(path.stat().st_size for path in data.iterdir() if path.name.startswith(prefix))


def query_database(place, data, environment, total):
    """Made from nothing by a command that asks one thing, which then asks it again."""
    ask = [BUILD / "hostmaster", "query", "--output", "csv", "select count(*) from aws_ebs_volume", *place]
    for path in data.glob("query*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in ("query database from nothing", "  and asked again"):
        cpu, wall, memory, _ = measure(ask, environment)
        say(name, f"{wall:8.2f} s, {cpu:8.2f} s of processor, {memory:.0f} MiB, {total / wall:,.0f} resources/s")


def paths_of(server):
    """What the clients ask, by kind."""
    page = server.ask("/api/v1/resources?limit=1000&sort=first_seen")["items"][::1000 // IDS]
    first = server.ask("/api/v1/resources?limit=1&facets=true")
    facets = {facet["key"]: [value["value"] for value in facet["values"]] for facet in first["facets"]}
    filters = [f"type:{kind} region:{region}" for kind in facets["type"][:8] for region in facets["region"][:3]]
    filters += [f"account:{account}" for account in facets["account"][:8]]
    filters += [f"{tag} type:{kind}" for tag in ("tag:env=prod", "tag:Environment=prod") for kind in facets["type"][:4]]
    words = [item["key"] for item in page[:WORDS]] + [item["name"][:8] for item in page[:WORDS]]
    quote = urllib.request.quote
    return {"trivial": ["/healthz"],
            "list": ["/api/v1/resources?limit=100", "/api/v1/resources?limit=100&sort=created_at&order=desc",
                     "/api/v1/resources?limit=100&sort=type", "/api/v1/resources?limit=100&sort=region"],
            "filter": [f"/api/v1/resources?limit=100&filter={quote(one)}" for one in filters],
            "facets": [f"/api/v1/resources?limit=1&facets=true&filter={quote(one)}" for one in ["", *filters[:8]]],
            "search": [f"/api/v1/search?q={quote(word)}" for word in words],
            "detail": [f"/api/v1/resources/{item['id']}" for item in page],
            "summary": ["/api/v1/summary"]}


def load(server, folder, paths, arguments, pause_ms, seconds=None):
    listing = folder / "paths.txt"
    listing.write_text("\n".join(paths) + "\n")
    done = subprocess.run(["wrk", "-t", "1", "-c", str(arguments.clients), "-d", f"{seconds or arguments.seconds}s", "--timeout", "30s",
                           "-H", f"Authorization: Bearer {server.key}", "-s", ROOT / "bench" / "scale.lua", server.url],
                          env=dict(os.environ, HM_BENCH_PATHS=str(listing), HM_BENCH_PAUSE_MS=str(pause_ms)), check=True, capture_output=True, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def measure_load(server, folder, paths, arguments, idle, pause_ms):
    """What the load saw, and milliseconds of the server's processor time for each request."""
    if idle:
        server.rest()
    before = server.cpu()
    found = load(server, folder, paths, arguments, pause_ms)
    return found, 1000 * (server.cpu() - before) / max(found["requests"], 1)


def seconds_of(server, path):
    began = time.monotonic()
    server.ask(path)
    return time.monotonic() - began


def api(server, folder, resources, arguments, when, idle=True):
    kinds = paths_of(server)
    trivial = kinds.pop("trivial")
    firsts = {name: max(seconds_of(server, path) for path in paths) for name, paths in kinds.items()}
    begun = {name: load(server, folder, paths, arguments, PAUSE_MS, WARM_S) for name, paths in kinds.items()}
    missed.extend(f"{name} {when}: {found['failed']} failures at the beginning" for name, found in begun.items() if found["failed"])
    for what, times in (("first answers, ms, the slowest of each", {name: 1000 * took for name, took in firsts.items()}),
                        (f"p99 of the first {WARM_S} s of all clients, ms", {name: found["p99"] for name, found in begun.items()})):
        say(what, ", ".join(f"{name} {ms:.0f}" for name, ms in times.items()))
    for pause_ms in (PAUSE_MS, 0):
        goal = GOAL_MS.get(resources) if pause_ms > 0 and idle else None
        pace = f"each about {1000 // pause_ms} a second" if pause_ms > 0 else "without a pause"
        print(f"  {arguments.clients} clients, {pace}, {when}:\n      {'':<12}{'p50 ms':>10}{'p99 ms':>10}{'a second':>10}"
              f"{'CPU ms':>8}   p99 against the trivial route's beside it")
        for name, paths in kinds.items():
            found, cpu = measure_load(server, folder, paths, arguments, idle, pause_ms)
            least, _ = measure_load(server, folder, trivial, arguments, idle, pause_ms)
            held = goal is not None and name in HELD
            mark = judge(found["p99"] <= goal, f"{name} {when}") if held else "    "
            print(f"  {mark}{name:<12}{found['p50']:>10.1f}{found['p99']:>10.1f}{found['rate']:>10.0f}{cpu:>8.2f}"
                  f"   {found['p99'] / max(least['p99'], 0.001):6.1f} x {least['p99']:.1f} ms"
                  + (f" (goal {goal} ms)" if held else ""), flush=True)
            if found["failed"]:
                missed.append(f"{name} {when}: {found['failed']} failures")


def run(resources, database, arguments):
    scan.RESOURCES = resources
    print(f"{resources} resources, {ACCOUNTS} accounts, {len(REGIONS.split(','))} regions, on {database}; "
          f"load of the machine at the beginning: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        data = folder / "data"
        with Simulator("--accounts", str(ACCOUNTS), "--regions", REGIONS) as simulator:
            environment = environment_of(simulator.company)
            place = write_config(folder, simulator.company, database)
            key = make_key(place, environment)
            total = collect(place, environment, key, simulator)
            disk(data, total, database)
            query_database(place, data, environment, total)
            # As a process of a large company that answers alone, then beside all else that one process does.
            with Server([*place, "--roles", "api"], environment, key) as server:
                server.settle()
                api(server, folder, resources, arguments, "alone")
            if arguments.busy:
                with Server(place, environment, key) as server:
                    server.settle()
                    server.ask("/api/v1/scan", {})
                    api(server, folder, resources, arguments, "while a cycle runs", idle=False)


def empty_postgres():
    subprocess.run(["psql", "-Xqd", os.environ["HM_TEST_POSTGRES"], "-c", "drop schema public cascade; create schema public"],
                   check=True, capture_output=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--resources", type=int, action="append", help="how many; may be repeated (10000 and 100000)")
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append", help="may be repeated (sqlite)")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=10, help="of load for each kind of question")
    parser.add_argument("--busy", action="store_true", help="ask the API while a cycle runs as well")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed: apt-get install wrk")
    for database in arguments.database or ["sqlite"]:
        for resources in arguments.resources or list(GOAL_MS):
            if database == "postgres":
                if "HM_TEST_POSTGRES" not in os.environ:
                    sys.exit("HM_TEST_POSTGRES names no PostgreSQL: run this by ./dev bench, or by tools/with_postgres.sh")
                empty_postgres()
            run(resources, database, arguments)
    print(f"missed: {', '.join(missed)}" if missed else "no goal was missed")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
