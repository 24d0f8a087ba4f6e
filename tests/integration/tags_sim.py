#!/usr/bin/env python3
"""Tags of a simulated company, on SQLite and PostgreSQL: shares are what the simulator says it planted, what is denied is
unknown and not untagged, owners and shares sum up to all resources, and the commands of a plan are what the AWS CLI
understands as meant, whatever the value holds."""
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import _scan  # noqa: E402
from _sim import Sim  # noqa: E402
from hard_times import Server, run, sim_environment  # noqa: E402

ESTATE = ["--resources", "500", "--accounts", "1", "--seed", "11", "--regions", "eu-west-1,us-east-1"]
NASTY = "it's $(touch pwned) `touch pwned` \"x\" \\ ${HOME}\nsecond line; é"
# Which list of EC2 tells of what a type's resources bear, as botocore asks.
LISTS = {"ec2/volume": ("describe_volumes", "Volumes"), "ec2/vpc": ("describe_vpcs", "Vpcs"),
         "ec2/security_group": ("describe_security_groups", "SecurityGroups")}


class Recorder:
    """Stands in for AWS's Tagging API and keeps what the AWS CLI sends."""

    def __enter__(self):
        seen = self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                region = self.headers["Authorization"].split("/")[2]
                seen.append((self.headers["X-Amz-Target"], region, json.loads(body)))
                answer = b'{"FailedResourcesMap": {}}'
                self.send_response(200)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def rescan(server, folder, options):
    """Asks for everything anew, as an operator would."""
    made = run("key", "create", "scan", "--owner", "judge", "--role", "operator", "--data-dir", str(folder), *options,
               env=server.env)
    key = re.search(r"hm_\S+", made.stdout).group(0)
    request = urllib.request.Request(server.url + "/api/v1/scan", data=b"{}", method="POST",
                                     headers={"Authorization": "Bearer " + key, "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def without(sim, type_id, key):
    """How many of a type do not bear the key, as botocore sees it."""
    operation, member = LISTS[type_id]
    bare = 0
    for region in ("eu-west-1", "us-east-1"):
        pages = sim.client("ec2", region).get_paginator(operation).paginate()
        for item in pages.build_full_result()[member]:
            bare += not any(tag["Key"].lower() == key.lower() and tag["Value"].strip() for tag in item.get("Tags", []))
    return bare


def share(coverage, type_id, key):
    row = next(row for row in coverage["types"] if row["type"] == type_id)
    return next(one for one in row["keys"] if one["key"] == key)


def shares_are_true(checks, server, key, sim):
    coverage = json.loads(server.get("/api/v1/tags/coverage", key))
    planted = [row for row in sim.admin("planted") if row["kind"] == "untagged"]
    checks.check(planted, "the simulator forgets tags now and then")
    for type_id in LISTS:
        told = share(coverage, type_id, "Environment")
        checks.check(told["untagged"] == without(sim, type_id, "Environment"), "untagged is what botocore sees", type_id, told)
        mine = [row for row in planted if row["type"] == type_id]
        checks.check(told["untagged"] >= len(mine), "and what was planted is among it", type_id, told, len(mine))
        checks.check(told["unknown"] == 0, "all of it is known", type_id, told)
        checks.check(share(coverage, type_id, "Owner")["tagged"] == 0, "nobody has an Owner", type_id)
    for one in coverage["keys"]:
        checks.check(one["tagged"] + one["untagged"] + one["unknown"] == coverage["resources"], "they sum up", one)
    left = {row["type"] for row in coverage["left_out"]}
    checks.check("iam/group" in left and not left & {row["type"] for row in coverage["types"]},
                 "what cannot be tagged counts in no share", left)
    owners = json.loads(server.get("/api/v1/tags/owners?limit=1000", key))
    parts = ("by_tag", "through", "by_creator", "none", "creator_unknown", "unknown")
    checks.check(sum(owners[part] for part in parts) == coverage["resources"], "so do owners", owners)
    checks.check({row["name"] for row in owners["items"] if row["via"] == "tag"} ==
                 {"payments", "platform", "growth", "data", "core"}, "the teams own what bears their tag", owners["items"])
    return coverage


def denied_is_unknown(checks, server, key, sim, before, folder, options):
    sim.fault(f"denied:{sim.accounts[0]['account_id']}:ec2:DescribeVolumes")
    rescan(server, folder, options)
    coverage = server.wait_for("/api/v1/tags/coverage", key,
                               lambda seen: share(seen, "ec2/volume", "Environment")["unknown"] > 0 and
                               share(seen, "ec2/volume", "Environment")["tagged"] == 0)
    now, then = (share(one, "ec2/volume", "Environment") for one in (coverage, before))
    checks.check(now["untagged"] == 0 and now["unknown"] == then["tagged"] + then["untagged"],
                 "what is denied is neither tagged nor untagged", now, then)
    sim.fault()
    rescan(server, folder, options)
    server.wait_for("/api/v1/tags/coverage", key,
                    lambda seen: share(seen, "ec2/volume", "Environment")["unknown"] == 0)


def plan_is_understood(checks, server, key, folder):
    wish = urllib.parse.urlencode({"filter": "type:ec2/volume", "key": "Owner", "value": NASTY})
    plan = json.loads(server.get(f"/api/v1/tags/plan?{wish}", key))
    checks.check(plan["proposed"] == plan["total"] > 20 and plan["beyond"] == 0, "all volumes get it", plan["proposed"])
    script = pathlib.Path(folder) / "tags.sh"
    script.write_text(plan["commands"])
    with Recorder() as aws:
        path = str(pathlib.Path(sys.executable).parent) + ":" + os.environ["PATH"]
        env = dict(_scan.environment(), AWS_ENDPOINT_URL=aws.url, PATH=path)
        done = subprocess.run(["sh", str(script)], env=env, cwd=folder, capture_output=True, text=True, timeout=300)
        checks.check(done.returncode == 0, "the AWS CLI takes each command", done.stderr)
        checks.check(not (pathlib.Path(folder) / "pwned").exists(), "nothing of a value is run")
        checks.check(len(aws.seen) == plan["calls"], "as many calls as were told", len(aws.seen), plan["calls"])
        arns = [arn for _, _, body in aws.seen for arn in body["ResourceARNList"]]
        checks.check(len(arns) == len(set(arns)) == plan["proposed"], "each volume once", len(arns))
        for target, region, body in aws.seen:
            checks.check(target.endswith(".TagResources") and body["Tags"] == {"Owner": NASTY}, "the value arrives as it is", body)
            checks.check(len(body["ResourceARNList"]) <= 20 and all(f":{region}:" in arn for arn in body["ResourceARNList"]),
                         "at most twenty, of the call's region", region, body)


def the_command_says_the_same(checks, folder, store, coverage):
    arguments = ["tags", "--by", "key", "--output", "json", "--data-dir", folder, *store]
    done = subprocess.run([_scan.BUILD / "hostmaster", *arguments], env=_scan.environment(), capture_output=True, text=True,
                          timeout=120)
    rows = {row["key"]: row for row in json.loads(done.stdout)}
    checks.check(done.returncode == 3 and "unknown" in done.stderr, "some types' tags are not read", done.returncode, done.stderr)
    for one in coverage["keys"]:
        checks.check(rows[one["key"]] == one, "the command counts as the page does", rows[one["key"]], one)


def owners_filter(checks, server, key):
    owners = json.loads(server.get("/api/v1/tags/owners?limit=1000", key))
    for name in ("payments", "core"):
        counted = sum(row["resources"] for row in owners["items"] if row["name"] == name)
        found = json.loads(server.get(f"/api/v1/resources?filter=owner:{name}&limit=1", key))
        checks.check(found["total"] == counted > 0, "owner: finds what the owners count", name, found["total"], counted)
        sample = json.loads(server.get(f"/api/v1/resources/{found['items'][0]['id']}", key))
        checks.check(sample["owner"]["name"] == name, "and each says so", sample["owner"])
    everything = json.loads(server.get("/api/v1/resources?limit=1", key))["total"]
    owned, others = (json.loads(server.get(f"/api/v1/resources?filter={term}&limit=1", key))["total"]
                     for term in ("owner:*", "-owner:*"))
    checks.check(owned + others == everything, "what is nobody's or unknown is the rest", owned, others, everything)


def plan_of_the_command(checks, server, key, folder, store):
    def plan(*words):
        arguments = ["tags", "plan", *words, "--data-dir", folder, *store]
        return subprocess.run([_scan.BUILD / "hostmaster", *arguments], env=_scan.environment(), capture_output=True, text=True,
                              timeout=120)

    wish = urllib.parse.urlencode({"filter": "type:ec2/volume owner:payments", "key": "Owner", "from": "owner"})
    told = json.loads(server.get(f"/api/v1/tags/plan?{wish}", key))
    words = ["--key", "Owner", "--from", "owner", "type:ec2/volume", "owner:payments"]
    done = plan(*words, "--output", "json")
    mine = json.loads(done.stdout)
    checks.check(told["proposed"] > 0 and {**mine, "as_of": None} == {**told, "as_of": None}, "the command proposes the same",
                 done.returncode, done.stderr, mine["proposed"], told["proposed"])
    checks.check(plan(*words).stdout == told["commands"], "as commands of the AWS CLI")
    checks.check(plan(*words, "--output", "terraform").stdout == told["terraform"], "as Terraform")
    for words in (["--value", "x"], ["--key", "Owner"], ["--key", "Owner", "--value", "x", "--output", "csv"],
                  ["--key", "Owner", "--value", "x", "nonsense:1"]):
        refused = plan(*words)
        checks.check(refused.returncode == 2 and not refused.stdout, "wrong arguments are refused", words, refused.stderr)
    wrong = subprocess.run([_scan.BUILD / "hostmaster", "tags", "owners", "--key", "x"], env=_scan.environment(),
                           capture_output=True, text=True, timeout=60)
    checks.check(wrong.returncode == 2 and "tags plan" in wrong.stderr, "what a plan takes is for a plan", wrong.stderr)


def main():
    checks = _scan.Checks()
    stores = [None]
    if os.environ.get("HM_TEST_POSTGRES"):
        stores.append(os.environ["HM_TEST_POSTGRES"])
    for store in stores:
        with Sim(*ESTATE) as sim, tempfile.TemporaryDirectory() as folder:
            options = ["--database-url", store] if store else []
            server = Server(folder, sim_environment(sim), "--endpoint-url", sim.url, "--set", "aws_rate_share=0",
                            *options).start()
            try:
                key = server.key(*options)
                server.wait_for("/api/v1/scan", key, lambda seen: seen["ended_at"] is not None and not seen["running"])
                coverage = shares_are_true(checks, server, key, sim)
                the_command_says_the_same(checks, folder, options, coverage)
                plan_is_understood(checks, server, key, folder)
                owners_filter(checks, server, key)
                plan_of_the_command(checks, server, key, folder, options)
                denied_is_unknown(checks, server, key, sim, coverage, folder, options)
            finally:
                server.stop()
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
