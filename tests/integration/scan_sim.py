#!/usr/bin/env python3
"""Scans the simulator's company while calls fail, a region swallows packets, an account is denied and one bucket
denies one detail: the scan ends, all else is complete, each gap is named, and nothing that was not asked is gone."""
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import _scan  # noqa: E402

REGIONS = ["eu-west-1", "us-east-1", "us-west-2"]
DARK = "us-west-2"
# Actions that are not named as their operation (AWS's service authorization reference).
ACTIONS = {
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "budgets:DescribeBudgets": "budgets:ViewBudget",
}
# The prefix of a service's actions, where it is not the name of its model.
PREFIXES = {"amp": "aps", "efs": "elasticfilesystem", "elb": "elasticloadbalancing", "elbv2": "elasticloadbalancing",
            "emr": "elasticmapreduce", "opensearch": "es", "service-quotas": "servicequotas", "sesv2": "ses", "sso-admin": "sso",
            "stepfunctions": "states", "timestream-write": "timestream"}


class Simulator:
    def __init__(self):
        self.process = subprocess.Popen(
            [_scan.BUILD / "awsim", "--port", "0", "--accounts", "3", "--resources", "600", "--seed", "11",
             "--regions", ",".join(REGIONS)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        banner = ""
        while not banner.endswith("}\n") or banner.count("{") != banner.count("}"):
            line = self.process.stdout.readline()
            assert line, "the simulator did not start"
            banner += line
        self.about = json.loads(banner)
        self.endpoint = self.about["endpoint_url"]

    def admin(self, path, body=None, method=None):
        request = urllib.request.Request(self.endpoint + "/_sim/" + path, method=method,
                                         data=json.dumps(body).encode() if body is not None else None)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read().decode()
            return json.loads(text) if text.strip() else None

    def fault(self, text):
        self.admin("faults", {"fault": text})

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def write_config(simulator, path):
    accounts = [{"name": one["name"], "role_arn": one["role_arn"], "external_id": one["external_id"]}
                for one in simulator.about["accounts"]]
    path.write_text("accounts: " + json.dumps(accounts) + "\n")


def keys(resources):
    return {(one["account_id"], one["type"], one["id"]) for one in resources}


def first(checks, simulator, scan):
    code, resources, said = scan()
    checks.check(code == 0, "without faults everything is read", code, said)
    checks.check({one["account_id"] for one in resources} ==
                 {one["account_id"] for one in simulator.about["accounts"]}, "every account is there")
    for account in simulator.about["accounts"]:
        for type_id in ("ec2/volume", "ec2/instance", "s3/bucket", "iam/role", "rds/db_instance"):
            query = urllib.parse.urlencode({"account": account["account_id"], "type": type_id})
            answer = simulator.admin("resources?" + query)
            there = {one["id"] if isinstance(one, dict) else one
                     for one in (answer["resources"] if isinstance(answer, dict) else answer)}
            seen = {one["id"] for one in resources
                    if one["account_id"] == account["account_id"] and one["type"] == type_id}
            checks.check(seen == there, "all of the type are listed", type_id, seen ^ there)
    return resources


def hostmaster(*arguments):
    return subprocess.run([_scan.BUILD / "hostmaster", *arguments], capture_output=True, text=True, check=True).stdout


def action_of(service, operation):
    if service in ("apigateway", "apigatewayv2"):
        return "apigateway:GET"  # its actions are named by the method of the request
    return ACTIONS.get(f"{service}:{operation}", f"{PREFIXES.get(service, service)}:{operation}")


def permissions_of(type_id):
    _, _, listed = hostmaster("catalog", "show", type_id).partition("\npermissions\n")
    return set(listed.split())


def policy_is_what_is_called(checks, simulator, resources):
    """`hostmaster iam-policy` against the simulator's meter: nothing is called that it leaves out, and it holds
    nothing that is not called. After a first scan nothing was missing, so nothing was asked for by id; and what
    belongs to single items is not asked where there is none."""
    printed = json.loads(hostmaster("iam-policy", "--no-metrics"))  # a scan reads none
    policies = printed if isinstance(printed, list) else [printed]
    checks.check(all(len(json.dumps(one, separators=(",", ":"))) <= 6144 for one in policies), "AWS takes each policy")
    allowed = {action for policy in policies for statement in policy["Statement"] for action in statement["Action"]}
    needed = {action_of(row["service"], row["operation"]) for row in simulator.admin("meter")["operations"]}
    needed -= {"sts:GetCallerIdentity", "sts:AssumeRole"}  # the one needs no permission, the other is the caller's
    checks.check(needed <= allowed, "the policy allows all that is called", needed - allowed)
    types = {line.split()[0] for line in hostmaster("catalog", "list").splitlines() if "/" in line.split(" ")[0]}
    absent = types - {one["type"] for one in resources}
    of_items = set().union(*(permissions_of(type_id) for type_id in absent))
    by_id = {"iam:GetPolicy", "organizations:DescribeAccount"}  # for what has gone alone
    checks.check(allowed - needed <= of_items | by_id, "the policy allows nothing else",
                 allowed - needed - of_items)


def with_faults(checks, simulator, scan, inventory, before):
    denied = simulator.about["accounts"][2]["account_id"]
    for fault in ("fail:30%", f"blackhole:{DARK}", f"denied:{denied}"):
        simulator.fault(fault)
    code, after, said = scan("--timeout", "3")
    checks.check(code == 3, "the scan ends and says that there are gaps", code, said)
    checks.check(keys(after) == keys(before), "nothing is gone", keys(after) ^ keys(before))
    checks.check(not inventory.gone(), "nothing is marked gone", inventory.gone())
    checks.check(DARK in said and denied in said, "the gaps are named", said)
    for row in inventory.rows("select * from sweep"):
        place = f"{row['account_id']}/{row['region']}/{row['type']}"
        if row["account_id"] == denied and row["type"] in ("account/account", "ec2/regional_settings"):
            continue  # who one is can always be asked
        if row["account_id"] == denied:
            checks.check(row["outcome"] in ("denied", "failed"), "the denied account is not ok", place, row["outcome"])
        elif row["region"] == DARK:
            checks.check(row["outcome"] == "failed", "the dark region failed", place, row["outcome"])
        else:
            checks.check(row["outcome"] == "ok", "everything else is complete", place, row["error"])
    denials = [row for row in inventory.rows("select * from sweep") if row["outcome"] == "denied"]
    checks.check(denials, "denials are told from failures")


def strangers(checks, simulator, scan, config):
    """An account whose role asks for another external id, and a region that the company has not enabled."""
    wrong = json.loads(config.read_text().removeprefix("accounts: "))
    wrong[1]["external_id"] = "not-the-one"
    config.write_text("accounts: " + json.dumps(wrong) + "\n")
    denied = simulator.about["accounts"][1]["account_id"]
    code, resources, said = scan("--types", "ec2/vpc", "--types", "s3/bucket")
    checks.check(code == 3, "a role that cannot be assumed is a gap", code, said)
    checks.check(f"denied  {denied}" in said and "external id" in said, "what to look at is said", said)
    checks.check(denied not in {one["account_id"] for one in resources}, "nothing of it is read")
    write_config(simulator, config)
    code, resources, said = scan("--types", "ec2/vpc", "--region", "ap-south-2")
    checks.check(code == 3 and "enabled the region" in said, "a region that is not enabled is a gap", code, said)
    checks.check("missing permission" not in said, "and not for want of a permission", said)


def detail_alone(checks, simulator, scan, inventory):
    """Fresh data, so that every detail is due: one bucket denies one."""
    simulator.admin("faults", method="DELETE")
    buckets = simulator.admin("resources?type=s3/bucket")
    names = [one["id"] if isinstance(one, dict) else one
             for one in (buckets["resources"] if isinstance(buckets, dict) else buckets)]
    simulator.fault(f"deny-resource:s3:GetBucketVersioning:{names[0]}")
    code, _, said = scan("--types", "s3/bucket")
    checks.check(code == 3, "one unknown field is a gap", code, said)
    checks.check("unknown: Versioning" in said and "missing permission s3:GetBucketVersioning" in said,
                 "the gap and the missing permission are named", said)
    for row in inventory.rows("select key, unknown from resource where type = 's3/bucket'"):
        unknown = sorted(json.loads(row["unknown"]))
        wanted = ["Versioning"] if row["key"] == names[0] else []
        checks.check(unknown == wanted, "that field alone is unknown", row["key"], unknown)


def main():
    checks = _scan.Checks()
    simulator = Simulator()
    try:
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "hostmaster.yaml"
            write_config(simulator, config)
            own = simulator.about["accounts"][0]
            env = _scan.environment(own["access_key_id"], own["secret_access_key"])

            def scan_into(name):
                data_dir = pathlib.Path(folder) / name
                return data_dir, lambda *more: _scan.scan(str(data_dir), "--endpoint-url", simulator.endpoint,
                                                          "--config", str(config), *more, env=env)

            data_dir, scan = scan_into("all")
            before = first(checks, simulator, scan)
            policy_is_what_is_called(checks, simulator, before)
            with_faults(checks, simulator, scan, _scan.Inventory(data_dir), before)
            simulator.admin("faults", method="DELETE")
            _, scan = scan_into("strangers")
            strangers(checks, simulator, scan, config)
            fresh, scan = scan_into("fresh")
            detail_alone(checks, simulator, scan, _scan.Inventory(fresh))
    finally:
        simulator.stop()
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
