#!/usr/bin/env python3
"""Scans the simulator's company and lets the rules judge it: what they find is exactly what was planted, what a denial hides
becomes unknown and stays as it was, and what people decide is kept."""
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import _scan  # noqa: E402
from _sim import Sim  # noqa: E402

# What the simulator plants, and the rule that must find it and nothing else.
PLANTED = {"volume_unattached": "ebs_volume_unattached", "address_unassociated": "elastic_ip_unassociated",
           "target_group_empty": "target_group_without_targets",
           "load_balancer_without_targets": "classic_load_balancer_without_instances"}


def hostmaster(data_dir, *arguments):
    done = subprocess.run([_scan.BUILD / "hostmaster", *arguments, "--data-dir", data_dir], env=_scan.environment(),
                          capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


def findings(data_dir, *arguments):
    code, out, said = hostmaster(data_dir, "findings", "--output", "json", *arguments)
    return code, (json.loads(out) if out.strip() else []), said


def found_is_planted(checks, simulator, data_dir):
    planted = simulator.admin("planted")
    for kind, rule in PLANTED.items():
        wanted = {(row["account_id"], row["region"], row["id"]) for row in planted
                  if row["kind"] == kind and row["account_id"] == simulator.accounts[0]["account_id"]}
        # Most rules ask that it holds for a while: the first scan's findings are pending.
        code, rows, said = findings(data_dir, "--rule", rule, "--state", "pending,open")
        checks.check(code == 0, "the rules can tell of everything", code, said)
        seen = {(row["account_id"], row["region"], next((id for _, _, id in wanted if row["arn"].endswith(id)), row["arn"]))
                for row in rows}
        checks.check(seen == wanted, "what was planted is found and nothing else", rule, seen ^ wanted)
        checks.check(all(row["saving_usd"] is None for row in rows), "a saving that is not known is not 0", rule)


def denied_is_unknown(checks, simulator, data_dir, scan):
    _, before, _ = findings(data_dir, "--rule", "required_tags", "--limit", "100000")
    checks.check(before, "resources without the required tags are found")
    simulator.fault(f"denied:{simulator.accounts[0]['account_id']}:ec2:DescribeVolumes")
    code, _, said = scan()
    checks.check(code == 3, "the scan has gaps", code, said)
    code, after, said = findings(data_dir, "--rule", "required_tags", "--limit", "100000")
    checks.check(code == 3 and "UnauthorizedOperation" in said, "what cannot be told is said with its reason", code, said)
    checks.check({row["id"] for row in after} >= {row["id"] for row in before if row["type"] == "ec2/volume"},
                 "nothing of what is unknown is resolved")
    for row in after:
        checks.check((row["unknown"] is not None) == (row["type"] == "ec2/volume"), "volumes alone are unknown", row)
    simulator.fault()
    scan()
    _, again, _ = findings(data_dir, "--rule", "required_tags", "--limit", "100000")
    checks.check({row["id"] for row in again} == {row["id"] for row in before}, "and is known again afterwards")


def decisions_are_kept(checks, data_dir, scan):
    _, rows, _ = findings(data_dir, "--rule", "required_tags", "--limit", "3")
    one = rows[0]["id"]
    code, _, said = hostmaster(data_dir, "findings", "except", one, "--until", "2099-01-01", "--reason", "x")
    checks.check(code == 1 and "at most" in said, "an exception does not last for ever", code, said)
    code, _, said = hostmaster(data_dir, "findings", "ack", one, "--note", "on it")
    checks.check(code == 0, "a finding can be acknowledged", code, said)
    scan()
    _, rows, _ = findings(data_dir, "--state", "acknowledged")
    checks.check([row["id"] for row in rows] == [one] and rows[0]["note"] == "on it", "and stays so", rows)
    code, out, _ = hostmaster(data_dir, "findings", "show", one)
    checks.check(code == 0 and "acknowledged" in out and "in Terraform" in out, "its history and its fix are shown", out)
    code, _, said = hostmaster(data_dir, "findings", "show", "0000000000000000")
    checks.check(code == 1 and "no such finding" in said, "what is not there is said so", code, said)
    code, out, _ = hostmaster(data_dir, "findings", "--output", "csv", "--state", "acknowledged")
    checks.check(len(list(csv.DictReader(io.StringIO(out)))) == 1, "CSV has a line for it", out)
    code, out, said = hostmaster(data_dir, "query", "select state, count(*) from finding group by state", "--output", "json")
    checks.check({"state": "acknowledged", "count(*)": 1} in json.loads(out), "and the table 'finding' knows it", out, said)


def own_rules(checks, data_dir, folder):
    directory = pathlib.Path(folder) / "catalog"
    rule = directory / "rules" / "security" / "mine.yaml"
    rule.parent.mkdir(parents=True)
    text = (_scan.ROOT / "catalog/rules/cost/elastic_ip_unassociated.yaml").read_text()
    rule.write_text(text.replace("for: 15m\n", ""))
    code, out, said = hostmaster(data_dir, "rules", "test", "mine", "--catalog-dir", str(directory))
    checks.check(code == 0 and "2 cases of 1 rules" in out, "a rule of one's own passes its cases", code, out, said)
    code, out, said = hostmaster(data_dir, "rules", "run", "--set", f"catalog_dirs={directory}")
    checks.check(code == 0, "and runs", code, said)
    _, rows, _ = findings(data_dir, "--rule", "mine")
    _, same, _ = findings(data_dir, "--rule", "elastic_ip_unassociated", "--state", "pending,open")
    checks.check(rows and len(rows) == len(same), "and finds what it is written for", len(rows), len(same))
    hostmaster(data_dir, "rules", "run")
    _, rows, _ = findings(data_dir, "--rule", "mine", "--state", "resolved")
    checks.check(rows, "without the directory its findings are resolved")
    rule.write_text(text.replace("association_id is null", "asociation_id is null"))
    done = subprocess.run([_scan.BUILD / "hostmaster", "catalog", "check", directory], capture_output=True, text=True,
                          timeout=60)
    checks.check(done.returncode == 1 and "mine.yaml:7: the SQL is refused: no such column: asociation_id" in done.stderr,
                 "a column that does not exist is named with its line", done.stderr)
    code, _, said = hostmaster(data_dir, "rules", "run", "--set", f"catalog_dirs={directory}")
    checks.check(code == 1 and "no such column" in said, "and nothing runs with it", code, said)


def beside_a_server(checks, data_dir, scan):
    before = findings(data_dir, "--state", "pending,open,acknowledged,resolved")[1]
    server = subprocess.Popen([_scan.BUILD / "hostmaster", "serve", "--data-dir", data_dir, "--listen", "127.0.0.1:0",
                               "--set", "roles=api"], env=_scan.environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
    try:
        checks.check(any("http://127.0.0.1:" in line for line in server.stdout), "the server starts")
        code, _, said = scan()
        checks.check(code == 0 and "a server runs on this store" in said and "findings opened" not in said,
                     "a scan beside a server leaves judging to it", code, said)
        after = findings(data_dir, "--state", "pending,open,acknowledged,resolved")[1]
        checks.check([(row["id"], row["state"]) for row in after] == [(row["id"], row["state"]) for row in before],
                     "and findings stay as they were", before, after)
        code, _, said = hostmaster(data_dir, "rules", "run")
        checks.check(code == 1 and "stop it to run others" in said, "rules are not run beside it", code, said)
    finally:
        server.terminate()
        server.communicate(timeout=60)


def main():
    checks = _scan.Checks()
    with Sim("--accounts", "1", "--resources", "500", "--seed", "11", "--regions", "eu-west-1,us-east-1") as simulator, \
            tempfile.TemporaryDirectory() as folder:
        data_dir = str(pathlib.Path(folder) / "data")
        own = simulator.accounts[0]
        env = _scan.environment(own["access_key_id"], own["secret_access_key"])

        def scan(*arguments):
            return _scan.scan(data_dir, "--endpoint-url", simulator.url, *arguments, env=env)

        code, rows, said = scan("--no-rules")
        checks.check(code == 0 and rows and "findings opened" not in said, "collecting alone judges nothing", code, said)
        code, rows, said = findings(data_dir, "--state", "pending,open")
        checks.check(code == 3 and not rows, "what was not judged is not passed", code, rows, said)
        code, _, said = scan()
        checks.check(code == 0 and "findings opened" in said, "a scan ends with the rules", code, said)
        found_is_planted(checks, simulator, data_dir)
        denied_is_unknown(checks, simulator, data_dir, scan)
        decisions_are_kept(checks, data_dir, scan)
        beside_a_server(checks, data_dir, scan)
        own_rules(checks, data_dir, folder)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
