#!/usr/bin/env python3
"""The same fifty queries on SQLite and on PostgreSQL, after the same scans of one simulator: the same answers now, and the same
as of a time between two scans, which are those that were given then. A type that was not swept by then is unknown."""
import contextlib
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import _scan  # noqa: E402
from _sim import Sim  # noqa: E402
from _store import Store, each_store  # noqa: E402

# Each is ordered in full, so that the rows can be compared one by one. None speaks of when something was seen: that is
# each store's own.
QUERIES = """
select count(*) from resource
select type, count(*) from resource group by type order by type
select region, count(*) from resource group by region order by region
select type, state, count(*) from resource group by type, state order by type, state
select name, type, arn from resource where name like '%web%' order by arn, type
select key, count(*), count(distinct value) from tag group by key order by key
select value, count(*) from tag where key = 'team' group by value order by value
select type, name, count(*) from relation group by type, name order by type, name
select name, target, count(*) from relation group by name, target order by count(*) desc, name, target limit 40
select r.type, count(*) from resource r where not exists (select 1 from tag t where t.resource_id = r.id) group by r.type order by r.type
select instance_id, instance_type, instance_state, vpc_id, subnet_id from aws_ec2_instance order by instance_id
select instance_type, count(*), sum(cpu_options_core_count) from aws_ec2_instance group by instance_type order by instance_type
select instance_id, tags ->> '$.Name' from aws_ec2_instance order by instance_id
select instance_id, json_array_length(security_groups) from aws_ec2_instance order by instance_id
select i.instance_id, count(v.volume_id) from aws_ec2_instance i left join aws_ebs_volume v on exists (select 1 from json_each(v.attachments) a where a.value ->> '$.InstanceId' = i.instance_id) group by i.instance_id order by i.instance_id
select volume_id, size, volume_type, encrypted, state from aws_ebs_volume order by volume_id
select volume_type, sum(size), avg(size), min(size), max(size) from aws_ebs_volume group by volume_type order by volume_type
select volume_id from aws_ebs_volume where state = 'available' order by volume_id
select encrypted, count(*) from aws_ebs_volume group by encrypted order by encrypted
select snapshot_id, volume_id, volume_size from aws_ebs_snapshot order by snapshot_id
select s.snapshot_id from aws_ebs_snapshot s left join aws_ebs_volume v on v.volume_id = s.volume_id where v.volume_id is null order by s.snapshot_id
select vpc_id, cidr_block, is_default from aws_vpc order by vpc_id, region
select v.vpc_id, count(s.subnet_id) from aws_vpc v left join aws_vpc_subnet s on s.vpc_id = v.vpc_id group by v.vpc_id order by v.vpc_id
select subnet_id, availability_zone, available_ip_address_count from aws_vpc_subnet order by subnet_id
select group_id, group_name, vpc_id from aws_vpc_security_group order by group_id
select group_id, is_egress, count(*) from aws_vpc_security_group_rule group by group_id, is_egress order by group_id, is_egress
select group_id, from_port, cidr_ipv4 from aws_vpc_security_group_rule where cidr_ipv4 = '0.0.0.0/0' and not is_egress order by group_id, from_port
select route_table_id, json_array_length(routes) from aws_vpc_route_table order by route_table_id
select t.route_table_id, r.value ->> '$.DestinationCidrBlock', r.value ->> '$.GatewayId' from aws_vpc_route_table t, json_each(t.routes) r order by 1, 2, 3
select allocation_id, public_ip, association_id is null from aws_vpc_eip order by allocation_id
select nat_gateway_id, state, subnet_id from aws_vpc_nat_gateway order by nat_gateway_id
select network_interface_id, status, interface_type from aws_ec2_network_interface order by network_interface_id
select db_instance_identifier, class, engine, status, multi_az from aws_rds_db_instance order by db_instance_identifier
select engine, count(*), sum(allocated_storage) from aws_rds_db_instance group by engine order by engine
select db_instance_identifier from aws_rds_db_instance where backup_retention_period = 0 order by 1
select name, region from aws_s3_bucket order by name
select region, count(*) from aws_s3_bucket group by region order by region
select name, json_extract(tags, '$.team') from aws_s3_bucket order by name
select name, runtime, memory_size from aws_lambda_function order by arn
select runtime, count(*) from aws_lambda_function group by runtime order by runtime
select name, user_id from aws_iam_user order by name
select name, json_array_length(attached_policy_arns) from aws_iam_role order by name
select p.name from aws_iam_policy p where p.attachment_count = 0 order by p.name
select name, type, scheme, state_code from aws_ec2_application_load_balancer order by name
select target_group_name, protocol, port from aws_ec2_target_group order by target_group_arn
select name, min_size, max_size, desired_capacity from aws_ec2_autoscaling_group order by autoscaling_group_arn
select name, metric_name, state_value from aws_cloudwatch_alarm order by arn
select account_id, region, type, outcome from sweep order by account_id, region, type
with recursive n(i) as (select 1 union all select i + 1 from n where i < 5) select i, (select count(*) from aws_ec2_instance where length(instance_type) % 5 = i - 1) from n order by i
select type, count(*) over (partition by service_code), quota_code, value from (select 'quota' as type, service_code, quota_code, value from aws_servicequotas_service_quota where region = 'eu-west-1') order by quota_code
select id, type, key from resource where unknown <> '[]' order by id
""".strip().splitlines()

ARGUMENTS = ("--accounts", "1", "--resources", "400", "--seed", "21", "--regions", "eu-west-1,us-east-1")
LATER = "rds/db_instance"  # not swept before the second scan


def change_much(simulator):
    """Something new, something gone, something changed, something changed back by the time of the second scan."""
    ec2, s3 = simulator.client("ec2"), simulator.client("s3")
    machines = [i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    ec2.create_tags(Resources=machines[:3], Tags=[{"Key": "team", "Value": "changed"}])
    ec2.stop_instances(InstanceIds=machines[:1])
    ec2.terminate_instances(InstanceIds=machines[3:4])
    free = ec2.describe_volumes(Filters=[{"Name": "status", "Values": ["available"]}])["Volumes"]
    ec2.delete_volume(VolumeId=free[0]["VolumeId"])
    ec2.create_vpc(CidrBlock="10.99.0.0/16")
    s3.create_bucket(Bucket="queries-proof", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    simulator.client("iam").create_user(UserName="queries-proof")
    simulator.advance(120)


class Answers:
    """What a store answers to every query: rows, or why not."""

    def __init__(self, checks, store, name, *arguments):
        self.codes, self.rows, self.said = [], [], []
        for sql in QUERIES:
            code, out, said = store.run("query", sql, "--output", "json", *arguments)
            checks.check(code in (0, 3), f"{name}: a query is answered", sql, code, said)
            self.codes.append(code)
            self.rows.append(json.loads(out) if out.strip() else None)
            self.said.append(said)


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()


def same(checks, what, left, right):
    for sql, a, b in zip(QUERIES, left.rows, right.rows):
        checks.check(a == b, f"{what}: {sql}", a, b)


def main():
    checks = _scan.Checks()
    checks.check(len(QUERIES) >= 50 and len(set(QUERIES)) == len(QUERIES), "there are fifty queries", len(QUERIES))
    with contextlib.ExitStack() as ends:
        simulator = ends.enter_context(Sim(*ARGUMENTS))
        stores = {name: Store(simulator, str(pathlib.Path(ends.enter_context(tempfile.TemporaryDirectory())) / "data"), url)
                  for name, url in each_store("queries")}
        answers = {name: {} for name in stores}
        for name, store in stores.items():
            code, _, said = store.scan(*types_but_later())
            checks.check(code == 0, f"{name}: the first scan is complete", code, said)
            answers[name]["first"] = Answers(checks, store, name)
            answers[name]["moment"] = now()
        change_much(simulator)
        for name, store in stores.items():
            # What is missing from a list is asked for by id, or must be missing twice.
            for _ in range(2):
                code, _, said = store.scan()
                checks.check(code == 0, f"{name}: the later scan is complete", code, said)
            answers[name]["second"] = Answers(checks, store, name)
            answers[name]["then"] = Answers(checks, store, name, "--at", answers[name]["moment"])
        for name in stores:
            judge(checks, name, answers[name])
        if len(stores) == 2:
            one, other = answers.values()
            for moment in ("first", "second", "then"):
                same(checks, f"both stores, {moment}", one[moment], other[moment])
    return checks.end()


def types_but_later():
    listed = subprocess.run([_scan.BUILD / "hostmaster", "catalog", "list", "--output", "json"], capture_output=True, text=True,
                            check=True).stdout
    return [word for row in json.loads(listed) if row["type"] != LATER for word in ("--types", row["type"])]


def judge(checks, name, answers):
    """The past is what was answered then, and the present is another."""
    for sql, then, first, second in zip(QUERIES, answers["then"].rows, answers["first"].rows, answers["second"].rows):
        if "from sweep" not in sql:
            checks.check(then == first, f"{name}: as of then: {sql}", then, first)
    changed = sum(a != b for a, b in zip(answers["first"].rows, answers["second"].rows))
    checks.check(changed >= 15, f"{name}: the changes are in the answers", changed)
    for sql, code, said in zip(QUERIES, answers["then"].codes, answers["then"].said):
        if "aws_rds_db_instance" in sql:
            checks.check(code == 3 and LATER in said, f"{name}: what was not swept by then is unknown: {sql}", code, said)


if __name__ == "__main__":
    sys.exit(main())
