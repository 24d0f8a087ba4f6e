#!/usr/bin/env python3
"""Creates an estate on moto, and holds the scan to what is there: exactly these are listed; some are deleted, and
exactly these are gone, with both in their history. What is there is asked of moto by botocore and jmespath."""
import base64
import os
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="eu-west-1",
                  MOTO_EC2_LOAD_DEFAULT_AMIS="false", AWS_CONFIG_FILE="/dev/null",
                  AWS_SHARED_CREDENTIALS_FILE="/dev/null")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tools"))

import logging  # noqa: E402  (the environment must be set before)

import boto3  # noqa: E402
import yaml  # noqa: E402
from botocore import xform_name  # noqa: E402
from golden import estate, evaluate  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

import _scan  # noqa: E402

RESOURCES = _scan.ROOT / "catalog" / "resources"
SECRETS = ["hunter2-in-a-variable", "hunter2hunter2", "PASSWORD=hunter2", "Hunter2!hunter2", "Hunter2hunter2",
           "hunter2-header", "hunter2-stage", "hunter2-api-key", "hunter2-parameter", "hunter2-secret",
           "hunter2-argument", "hunter2-in-a-model", "hunter2-in-ecs", "hunter2-in-batch", "hunter2-in-build",
           base64.b64encode(b"export PASSWORD=hunter2").decode()]


def everything(clients, account_id):
    """(type, id) of all that the catalog knows, as moto has it."""
    def call(service, operation, params, region):
        client = clients(service, region)
        method = xform_name(operation)
        if client.can_paginate(method):
            return client.get_paginator(method).paginate(**params).build_full_result()
        return getattr(client, method)(**params)

    found = set()
    for path in RESOURCES.glob("*/*.yaml"):
        type_id = str(path.relative_to(RESOURCES))[:-5]
        if type_id in estate.MOTO_LACKS:
            continue
        spec = yaml.safe_load(path.read_text())
        spec["details"] = []
        facts = {"partition": "aws", "region": "eu-west-1", "account_id": account_id}
        evaluator = evaluate.Evaluator(spec, call, facts)
        evaluator.described = lambda item, known, unknown: {"id": known["key"]}
        found |= {(type_id, row["id"]) for row in evaluator.rows()}
    return found


def delete_some(clients):
    """Deletes one each of several kinds."""
    ec2 = clients("ec2")
    spare = ec2.describe_volumes(Filters=[{"Name": "status", "Values": ["available"]}])["Volumes"][0]["VolumeId"]
    ec2.delete_volume(VolumeId=spare)
    ec2.delete_key_pair(KeyName="golden-key")
    clients("s3", "us-east-1").delete_bucket(Bucket="golden-empty")
    clients("iam").delete_user(UserName="golden-robot")
    clients("lambda").delete_function(FunctionName="golden-function")
    clients("cloudwatch").delete_alarms(AlarmNames=["golden-alarm"])
    clients("rds").delete_db_snapshot(DBSnapshotIdentifier="golden-db-copy")
    balancer = clients("elbv2").describe_load_balancers(Names=["golden-network"])["LoadBalancers"][0]
    clients("elbv2").delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    clients("elb").delete_load_balancer(LoadBalancerName="golden-classic")


def versions(inventory):
    """All versions but of what moto shows with another time or state whenever it is asked."""
    return {tuple(row.values()) for row in inventory.rows(
        "select r.type, r.key, v.version from resource_version v join resource r on r.id = v.resource_id "
        "where r.type not in ('athena/workgroup', 'ecs/task')")}


def listed(resources):
    return {(one["type"], one["id"]) for one in resources}


def first_scan(checks, data_dir, endpoint, there):
    code, resources, said = _scan.scan(data_dir, "--endpoint-url", endpoint, "--region", "eu-west-1")
    # moto knows no function URLs: that one detail is a gap, and named as one.
    checks.check(code == 3, "the first scan ends with a gap", code, said)
    checks.check(all(lacking in said for lacking in estate.MOTO_LACKS), "types that moto lacks are gaps, each named", said)
    checks.check("unknown: UrlConfigs" in said and "1 item" in said, "the gap is named", said)
    checks.check(listed(resources) == there, "exactly these are listed", listed(resources) ^ there)
    function = next(one for one in resources if one["type"] == "lambda/function")
    checks.check(function["unknown"] == ["UrlConfigs"], "only what could not be read is unknown", function)
    bucket = next(one for one in resources if one["id"] == "golden-full")
    checks.check(bucket["region"] == "eu-west-1" and bucket["tags"].get("Owner") == "platform",
                 "a bucket lives in its region and has its tags", bucket)
    return listed(resources)


def no_secret(checks, data_dir):
    inventory = _scan.Inventory(data_dir)
    documents = list(inventory.documents())
    checks.check(len(documents) > 50, "documents are stored", len(documents))
    checks.check(any("DB_PASSWORD" in one and "password_like" in one for one in documents),
                 "the variable's name is kept, and what its value looks like")
    texts = documents + [path.read_bytes().decode("latin-1") for path in pathlib.Path(data_dir).iterdir()]
    for secret in SECRETS:
        checks.check(not any(secret in text for text in texts), "a secret is stored", secret)


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    checks = _scan.Checks()
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    made = {}

    def clients(service, region="eu-west-1"):
        if (service, region) not in made:
            made[service, region] = boto3.client(service, region_name=region, endpoint_url=endpoint)
        return made[service, region]

    with tempfile.TemporaryDirectory() as data_dir:
        estate.make(clients)
        account_id = clients("sts").get_caller_identity()["Account"]
        before = first_scan(checks, data_dir, endpoint, everything(clients, account_id))
        no_secret(checks, data_dir)
        inventory = _scan.Inventory(data_dir)
        changes = versions(inventory)
        _, again, said = _scan.scan(data_dir, "--endpoint-url", endpoint, "--region", "eu-west-1")
        checks.check(listed(again) == before, "a second scan lists the same", listed(again) ^ before)
        checks.check(versions(inventory) == changes, "what did not change has no new version", said,
                     versions(inventory) - changes)

        delete_some(clients)
        there = everything(clients, account_id)
        # Twice: what cannot be asked for by id is gone when it was missing from two scans.
        _scan.scan(data_dir, "--endpoint-url", endpoint, "--region", "eu-west-1")
        _, after, said = _scan.scan(data_dir, "--endpoint-url", endpoint, "--region", "eu-west-1")
        checks.check(listed(after) == there, "what is left is listed", listed(after) ^ there, said)
        deleted = before - there
        checks.check(len(deleted) >= 9, "something was deleted", deleted)
        checks.check(inventory.gone() == deleted, "exactly the deleted are gone", inventory.gone() ^ deleted)
        for type_id, key in sorted(deleted):
            kinds = inventory.kinds(type_id, key)
            checks.check(kinds[:1] == ["created"] and kinds[-1:] == ["gone"], "history shows both", type_id, key, kinds)
    server.stop()
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
