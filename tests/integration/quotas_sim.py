#!/usr/bin/env python3
"""`hostmaster quotas` beside what boto3 counts in the simulator, on SQLite and PostgreSQL: every limit that AWS tells, with what
is used of it; and where the inventory could not be read, that is said, and nothing is called free."""
import collections
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import _scan  # noqa: E402
from _sim import Sim  # noqa: E402
from _store import Store, each_store  # noqa: E402

REGIONS = ["eu-west-1", "us-east-1"]
STANDARD = set("acdhimrtz")


def everything(client, operation, member, **arguments):
    return [row for page in client.get_paginator(operation).paginate(**arguments) for row in page[member]]


def quotas_of(simulator, region):
    client = simulator.client("service-quotas", region)
    found = {}
    for service in everything(client, "list_services", "Services"):
        try:
            for quota in everything(client, "list_service_quotas", "Quotas", ServiceCode=service["ServiceCode"]):
                found[quota["QuotaCode"]] = quota["Value"]
        except client.exceptions.NoSuchResourceException:
            pass  # a service that has none in this region
    return found


def most(keys):
    """How many there are of what is most frequent."""
    return max(collections.Counter(keys).values(), default=0)


def used_in(simulator, region):
    """quota code -> what boto3 counts."""
    ec2 = simulator.client("ec2", region)
    machines = [i for r in everything(ec2, "describe_instances", "Reservations") for i in r["Instances"]]
    volumes = everything(ec2, "describe_volumes", "Volumes")
    rules = everything(ec2, "describe_security_group_rules", "SecurityGroupRules")
    subnets = everything(ec2, "describe_subnets", "Subnets")
    zone = {one["SubnetId"]: one["AvailabilityZone"] for one in subnets}
    balancers = everything(simulator.client("elbv2", region), "describe_load_balancers", "LoadBalancers")
    return {
        "L-F678F1CE": len(everything(ec2, "describe_vpcs", "Vpcs")),
        "L-0263D0A3": len(ec2.describe_addresses()["Addresses"]),
        "L-E79EC296": len(everything(ec2, "describe_security_groups", "SecurityGroups")),
        "L-0EA8095F": most((one["GroupId"], one["IsEgress"]) for one in rules),
        "L-407747CB": most(one["VpcId"] for one in subnets),
        "L-FE5A380F": most(zone[one["SubnetId"]] for one in everything(ec2, "describe_nat_gateways", "NatGateways")
                           if one["State"] in ("pending", "available", "deleting")),
        "L-309BACF6": len(everything(ec2, "describe_snapshots", "Snapshots", OwnerIds=["self"])),
        "L-7A658B76": round(sum(one["Size"] for one in volumes if one["VolumeType"] == "gp3") / 1024, 3),
        "L-1216C47A": sum(one["CpuOptions"]["CoreCount"] * one["CpuOptions"]["ThreadsPerCore"] for one in machines
                          if one["State"]["Name"] in ("pending", "running") and "InstanceLifecycle" not in one
                          and one["InstanceType"][0] in STANDARD and one["InstanceType"][1].isdigit()),
        "L-53DA6B97": sum(one["Type"] == "application" for one in balancers),
        "L-7B6409FD": len(everything(simulator.client("rds", region), "describe_db_instances", "DBInstances")),
    }


def used_of_account(simulator):
    iam = simulator.client("iam", "us-east-1")
    return {
        "L-FE177D64": len(everything(iam, "list_roles", "Roles")),
        "L-F55AF5E4": len(everything(iam, "list_users", "Users")),
        "L-E95E4862": len(everything(iam, "list_policies", "Policies", Scope="Local")),
        "L-DC2B2D3D": len(simulator.client("s3", "us-east-1").list_buckets()["Buckets"]),
    }


def by_code(rows, account, region):
    return {row["quota_code"]: row for row in rows if row["account_id"] == account and row["region"] == region}


def equals_what_boto3_counts(checks, store, simulator, name):
    account = simulator.accounts[0]["account_id"]
    code, rows, said = store.rows("quotas", "--all")
    checks.check(code == 0, f"{name}: everything is known", code, said)
    for region in REGIONS:
        told = by_code(rows, account, region)
        limits = quotas_of(simulator, region)
        checks.check({key: row["value"] for key, row in told.items()} == limits, f"{name}: the limits in {region}", told, limits)
        wanted = used_in(simulator, region)
        if region == "us-east-1":
            wanted.update(used_of_account(simulator))
        for quota, used in wanted.items():
            checks.check(told[quota]["used"] == used, f"{name}: the use of {quota} in {region}", told[quota], used)
    # Nobody counts concurrent executions of functions: that is another thing than none.
    lambdas = by_code(rows, account, "eu-west-1")["L-B99A9384"]
    checks.check(lambdas["used"] is None and "not counted" in lambdas["unknown"], f"{name}: what is not counted is not zero", lambdas)
    shares = [row["used"] / row["value"] for row in rows if row["used"] is not None]
    checks.check(shares == sorted(shares, reverse=True) and shares[0] > 0, f"{name}: the fullest first", shares)


def narrowed(checks, store, name):
    code, rows, said = store.rows("quotas", "--service", "vpc", "--region", "eu-west-1")
    checks.check(code == 0 and rows and {(row["service_code"], row["region"]) for row in rows} == {("vpc", "eu-west-1")},
                 f"{name}: of one service and region", code, rows, said)
    _, every, _ = store.rows("quotas")
    _, near, _ = store.rows("quotas", "--near", "20")
    checks.check(0 < len(near) < len(every) and all(row["used"] * 100 >= row["value"] * 20 for row in near),
                 f"{name}: those nearly used up", len(near), len(every))
    for wrong in (["--near", "-1"], ["--near", "soon"], ["--nosuch"], ["extra"]):
        code, _, said = store.run("quotas", *wrong)
        checks.check(code == 2 and said, f"{name}: a wrong argument is refused", wrong, code, said)


def unknown_where_it_was_refused(checks, stores, simulator, name):
    account, other = (one["account_id"] for one in simulator.accounts[:2])
    simulator.fault(f"denied:{account}:ec2:DescribeVpcs", f"denied:{other}:service-quotas:ListServices")
    for store in stores:
        store.scan("--types", "ec2/vpc", "--types", "servicequotas/service_quota")
    code, rows, said = store.rows("quotas")
    told = by_code(rows, account, "eu-west-1")
    checks.check(code == 3, f"{name}: the exit code says that something is unknown", code, said)
    checks.check(told["L-F678F1CE"]["used"] is None and "denied" in told["L-F678F1CE"]["unknown"],
                 f"{name}: VPCs that could not be listed are not none", told["L-F678F1CE"])
    checks.check(told["L-0263D0A3"]["used"] is not None, f"{name}: what rests on other lists is known", told["L-0263D0A3"])
    checks.check(f"the quotas of account {other} in eu-west-1: denied" in said and "what was known at" in said,
                 f"{name}: old limits are said to be old", said)
    checks.check(by_code(rows, other, "eu-west-1")["L-F678F1CE"]["used"] is not None, f"{name}: and still shown", rows[:2])
    simulator.admin("faults", "DELETE")


def main():
    checks = _scan.Checks()
    for name, url in each_store("quotas"):
        with Sim("--accounts", "2", "--resources", "600", "--seed", "21", "--regions", ",".join(REGIONS)) as simulator, \
                tempfile.TemporaryDirectory() as folder:
            data_dir = str(pathlib.Path(folder) / "data")
            store, other = (Store(simulator, data_dir, url, account) for account in (0, 1))
            code, _, said = store.rows("quotas")
            checks.check(code in (1, 3) and said, f"{name}: before the first scan there is no answer", code, said)
            for one in (store, other):
                code, _, said = one.scan()
                checks.check(code == 0, f"{name}: a scan is complete", code, said)
            equals_what_boto3_counts(checks, store, simulator, name)
            narrowed(checks, store, name)
            unknown_where_it_was_refused(checks, (store, other), simulator, name)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
