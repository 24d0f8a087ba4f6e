#!/usr/bin/env python3
"""What changes in the simulator by boto3 between two scans, as `hostmaster diff` tells it, on SQLite and PostgreSQL: member by
member, with who made it and by which call; what nobody can know is said as unknown, with the reason. The past ends at its
horizon."""
import datetime
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import _scan  # noqa: E402
from _sim import Sim  # noqa: E402
from _store import Store, each_store  # noqa: E402

# What a call says and no resource bears: only CloudTrail has it.
SECRET = "never-to-be-kept-0815"


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()


def change_something(simulator):
    """By boto3: gives the ids of what changed."""
    ec2 = simulator.client("ec2")
    running = ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running"]}])
    machines = [i["InstanceId"] for r in running["Reservations"] for i in r["Instances"]]
    ec2.create_tags(Resources=[machines[0]], Tags=[{"Key": "history", "Value": "proof"}])
    ec2.stop_instances(InstanceIds=[machines[1]])
    group = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"][0]["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 2222, "ToPort": 2222, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}])
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    volume = ec2.create_volume(AvailabilityZone=zone, Size=3, VolumeType="gp3", ClientToken=SECRET)["VolumeId"]
    simulator.client("iam").create_user(UserName="history-proof")
    return {"tagged": machines[0], "stopped": machines[1], "group": group, "volume": volume, "user": "history-proof"}


def by_id(rows):
    return {row["id"]: row for row in rows}


def told_with_who(checks, store, simulator, name):
    code, _, said = store.scan()
    checks.check(code == 0, f"{name}: the first scan is complete", code, said)
    before = now()
    made = change_something(simulator)
    code, _, said = store.scan()
    checks.check(code == 0, f"{name}: the second scan is complete", code, said)
    code, rows, said = store.diff("--from", before)
    rows = by_id(rows)
    checks.check(code == 0, f"{name}: nothing of either moment is unknown", code, said)
    arn = simulator.client("sts").get_caller_identity()["Arn"]
    wanted = {"tagged": ("changed", "ec2:CreateTags"), "stopped": ("changed", "ec2:StopInstances"),
              "group": ("changed", "ec2:AuthorizeSecurityGroupIngress"), "volume": ("created", "ec2:CreateVolume"),
              "user": ("created", "iam:CreateUser")}
    for what, (kind, call) in wanted.items():
        row = rows.get(made[what])
        if not row:
            checks.check(False, f"{name}: {what} is in the difference", sorted(rows))
            continue
        checks.check(row["kind"] == kind, f"{name}: {what} is {kind}", row)
        caller = (row["who"]["callers"] or [{}])[0]
        checks.check(caller.get("principal") == arn and caller.get("call") == call, f"{name}: who made it, and how", what, row["who"])
        checks.check("Boto3" in caller.get("user_agent", "") and caller.get("source_ip") == "127.0.0.1",
                     f"{name}: with which program, from where", what, caller)
    tagged = rows[made["tagged"]]["differences"]
    checks.check([d["kind"] for d in tagged] == ["added"] and tagged[0]["after"] == {"Key": "history", "Value": "proof"},
                 f"{name}: the tag alone differs", tagged)
    stopped = {d["path"]: (d["before"], d["after"]) for d in rows[made["stopped"]]["differences"]}
    checks.check(stopped.get("/State/Name", ("", ""))[0] == "running", f"{name}: the state with before and after", stopped)
    return before, made


def unknown_says_why(checks, store, simulator, name, made):
    account = simulator.accounts[0]["account_id"]
    before = now()
    simulator.fault(f"denied:{account}:cloudtrail:LookupEvents")
    simulator.client("ec2").create_tags(Resources=[made["volume"]], Tags=[{"Key": "unseen", "Value": "x"}])
    code, _, said = store.scan()
    checks.check(code == 0 and "who changed things is not known" in said, f"{name}: a trail that is denied is no gap, but is said",
                 code, said)
    code, rows, said = store.diff("--from", before)
    row = by_id(rows).get(made["volume"], {}).get("who", {})
    checks.check(row.get("known") is False and row.get("code") == "denied" and "CloudTrail of eu-west-1" in row.get("reason", ""),
                 f"{name}: a denied trail is unknown with its reason", row)
    code, out, _ = store.run("diff", "--from", before, "--output", "csv")
    line = next((one for one in out.splitlines() if made["volume"] in one), "")
    checks.check("(unknown)" in line and "could not be read" in line, f"{name}: the table says so too", line)
    simulator.admin("faults", "DELETE")
    store.scan()
    code, rows, said = store.diff("--from", before)
    who = by_id(rows).get(made["volume"], {}).get("who", {})
    # The volume may have been made within the same second, and CloudTrail tells no finer: then both calls fit.
    checks.check(who.get("known") and "ec2:CreateTags" in [caller["call"] for caller in who["callers"]],
                 f"{name}: who becomes known when it can be read", who)


def what_changed_back_is_said(checks, store, simulator, name, made):
    # A security group, since nothing but these calls changes it: a young volume or machine changes its state by itself.
    ec2 = simulator.client("ec2")
    tag = {"Key": "for-a-while", "Value": "x"}
    before = now()
    ec2.create_tags(Resources=[made["group"]], Tags=[tag])
    store.scan("--types", "ec2/security_group")
    ec2.delete_tags(Resources=[made["group"]], Tags=[tag])
    store.scan("--types", "ec2/security_group")
    code, rows, said = store.diff("--from", before, "--type", "ec2/security_group")
    checks.check(code == 0 and not rows and "1 more changed in between and are as they were" in said,
                 f"{name}: what changed and changed back is said", code, rows, said)


def what_nobody_asked_is_unknown(checks, store, name, before):
    for elsewhere in (["--account", "999999999999"], ["--region", "ap-south-1"], ["--account", "999999999999", "service:s3"]):
        code, rows, said = store.diff("--from", before, *elsewhere)
        checks.check(code == 3 and not rows and "unknown" in said, f"{name}: what nobody asked is not empty", elsewhere, code, said)


def arguments_are_checked(checks, store, name, before):
    for wrong in (["--from", "tomorrowish"], ["--from", before, "--to", "2020-01-01"], ["--from", before, "--type", "ec2/nothing"]):
        code, _, said = store.run("diff", *wrong)
        checks.check(code == 2 and said.count("\n") == 1, f"{name}: a wrong argument is one clear line", wrong, code, said)
    code, rows, said = store.diff("--from", before, "--type", "aws_ebs_volume", "--region", "eu-west-1", "tag:unseen=x")
    checks.check(code == 0 and [row["type"] for row in rows] == ["ec2/volume"], f"{name}: types, regions and words narrow it", code, rows, said)
    code, _, said = store.diff("--from", "2020-01-01", "--type", "ec2/volume")
    checks.check(code == 3 and "unknown, not empty" in said, f"{name}: before anything was read is unknown", code, said)


def horizon_is_told(checks, store, simulator, name):
    code, _, said = store.run("scan", "--endpoint-url", store.endpoint, "--quiet", "--no-rules", "--types", "ec2/vpc",
                              "--set", "history_retention_days=0")
    checks.check(code == 0, f"{name}: for ever is a setting", code, said)
    code, _, said = store.run("scan", "--endpoint-url", store.endpoint, "--set", "history_retention_days=-1")
    checks.check(code == 1 and "history_retention_days" in said, f"{name}: nonsense is refused", code, said)


def no_secret_is_kept(checks, simulator, data_dir, name):
    told = simulator.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateVolume"}])["Events"]
    checks.check(any(SECRET in event["CloudTrailEvent"] for event in told), f"{name}: CloudTrail tells the secret", told)
    store = _scan.Inventory(data_dir)
    tables = [row["name"] for row in store.rows("select name from sqlite_master where type = 'table' and name like 'trail_%'")]
    kept = {table: store.rows(f"select * from {table}") for table in tables}
    checks.check(kept.get("trail_event") and kept.get("trail_target"), f"{name}: calls are kept", tables)
    for table, rows in kept.items():
        checks.check(SECRET not in repr(rows), f"{name}: and nothing of what they said, in {table}")
    checks.check(not any(SECRET in document for document in store.documents()), f"{name}: nor in a payload")
    files = sorted(pathlib.Path(data_dir).glob("hostmaster.db*"))
    checks.check(files, f"{name}: the store is there")
    for file in files:
        checks.check(SECRET.encode() not in file.read_bytes(), f"{name}: nor in any byte of {file.name}")


def main():
    checks = _scan.Checks()
    for name, url in each_store("history"):
        with Sim("--accounts", "1", "--resources", "300", "--seed", "21", "--regions", "eu-west-1,us-east-1") as simulator, \
                tempfile.TemporaryDirectory() as folder:
            data_dir = str(pathlib.Path(folder) / "data")
            store = Store(simulator, data_dir, url)
            before, made = told_with_who(checks, store, simulator, name)
            unknown_says_why(checks, store, simulator, name, made)
            what_changed_back_is_said(checks, store, simulator, name, made)
            what_nobody_asked_is_unknown(checks, store, name, before)
            arguments_are_checked(checks, store, name, before)
            horizon_is_told(checks, store, simulator, name)
            if url is None:
                no_secret_is_kept(checks, simulator, data_dir, name)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
