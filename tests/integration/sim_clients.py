#!/usr/bin/env python3
"""boto3, the AWS CLI and AWS's JavaScript SDK, unchanged, against the simulator: lists to the last page, filters,
wrong parameters, errors, credentials, faults. Ends with `N passed, N failed, N skipped`."""
import datetime
import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from unittest import mock

import boto3
import botocore.auth
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from _sim import ROOT, Checks, Sim, aws_cli
from _sim_metrics import metrics

# List operations whose rows are the documents of one type, as /_sim/resources counts it.
LISTS = {
    ("ec2", "DescribeInstances"): ("ec2/instance", "Reservations"),
    ("ec2", "DescribeVolumes"): ("ec2/volume", "Volumes"),
    ("ec2", "DescribeVolumeStatus"): ("ec2/volume", "VolumeStatuses"),
    ("ec2", "DescribeSnapshots"): ("ec2/snapshot", "Snapshots"),
    ("ec2", "DescribeImages"): ("ec2/image", "Images"),
    ("ec2", "DescribeVpcs"): ("ec2/vpc", "Vpcs"),
    ("ec2", "DescribeSubnets"): ("ec2/subnet", "Subnets"),
    ("ec2", "DescribeSecurityGroups"): ("ec2/security_group", "SecurityGroups"),
    ("ec2", "DescribeRouteTables"): ("ec2/route_table", "RouteTables"),
    ("ec2", "DescribeInternetGateways"): ("ec2/internet_gateway", "InternetGateways"),
    ("ec2", "DescribeNatGateways"): ("ec2/nat_gateway", "NatGateways"),
    ("ec2", "DescribeNetworkAcls"): ("ec2/network_acl", "NetworkAcls"),
    ("ec2", "DescribeAddresses"): ("ec2/elastic_ip", "Addresses"),
    ("ec2", "DescribeNetworkInterfaces"): ("ec2/network_interface", "NetworkInterfaces"),
    ("ec2", "DescribeKeyPairs"): ("ec2/key_pair", "KeyPairs"),
    ("ec2", "DescribeLaunchTemplates"): ("ec2/launch_template", "LaunchTemplates"),
    ("ec2", "DescribeLaunchTemplateVersions"): ("ec2/launch_template", "LaunchTemplateVersions"),
    ("autoscaling", "DescribeAutoScalingGroups"): ("autoscaling/group", "AutoScalingGroups"),
    ("rds", "DescribeDBInstances"): ("rds/db_instance", "DBInstances"),
    ("rds", "DescribeDBClusters"): ("rds/db_cluster", "DBClusters"),
    ("rds", "DescribeDBSnapshots"): ("rds/db_snapshot", "DBSnapshots"),
    ("elbv2", "DescribeLoadBalancers"): ("elbv2/load_balancer", "LoadBalancers"),
    ("elbv2", "DescribeTargetGroups"): ("elbv2/target_group", "TargetGroups"),
    ("elb", "DescribeLoadBalancers"): ("elb/load_balancer", "LoadBalancerDescriptions"),
    ("s3", "ListBuckets"): ("s3/bucket", "Buckets"),
    ("iam", "ListUsers"): ("iam/user", "Users"),
    ("iam", "ListRoles"): ("iam/role", "Roles"),
    ("iam", "ListGroups"): ("iam/group", "Groups"),
    ("iam", "ListPolicies"): ("iam/policy", "Policies"),
    ("lambda", "ListFunctions"): ("lambda/function", "Functions"),
    ("cloudwatch", "DescribeAlarms"): ("cloudwatch/alarm", "MetricAlarms"),
    ("kms", "ListKeys"): ("kms/key", "Keys"),
    ("kms", "ListAliases"): ("kms/alias", "Aliases"),
}
GLOBAL = {"s3", "iam"}


def wanted_count(resources, kind, region, service):
    place = "global" if service in GLOBAL else region
    return sum(1 for row in resources if row["type"] == kind and row["region"] == place)


def lists_by_boto3(check, sim):
    account = sim.accounts[0]["account_id"]
    resources = sim.admin(f"resources?account={account}")
    for region in ("eu-west-1", "us-east-1"):
        for (service, operation), (kind, rows) in LISTS.items():
            with check.group(f"boto3 {service} {operation} {region}"):
                client, method = sim.client(service, region), xform_name(operation)
                pages, seen = 0, []
                if client.can_paginate(method):
                    # Small pages, so that there are several wherever there is anything to list.
                    size = 100 if service == "rds" else 5
                    for page in client.get_paginator(method).paginate(PaginationConfig={"PageSize": size}):
                        pages += 1
                        seen += page.get(rows, [])
                else:
                    pages, seen = 1, getattr(client, method)()[rows]
                wanted = wanted_count(resources, kind, region, service)
                check.equal(f"boto3 {service} {operation} {region}: rows", len(seen), wanted)
                unique = {json.dumps(row, default=str, sort_keys=True) for row in seen}
                check.equal(f"boto3 {service} {operation} {region}: each once", len(unique), wanted)
                if wanted > 100:
                    check.that(f"boto3 {service} {operation} {region}: pages", pages > 1, pages)


def other_lists(check, sim):
    """Lists whose rows are no documents of their own type."""
    balancer = sim.client("elbv2").describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    for row in sim.admin("operations"):
        service, operation = row["service"], row["operation"]
        if row["list"] and (service, operation) not in LISTS:
            params = {"LoadBalancerArn": balancer} if operation == "DescribeListeners" else {}
            client, method = sim.client(service), xform_name(operation)
            pages = client.get_paginator(method).paginate(**params) if client.can_paginate(method) else [getattr(client, method)()]
            check.that(f"boto3 {service} {operation}", all(page["ResponseMetadata"]["HTTPStatusCode"] == 200 for page in pages))
    for method, rows in (("describe_tags", "Tags"), ("describe_security_group_rules", "SecurityGroupRules")):
        ec2, seen, count = sim.client("ec2"), [], 0
        for page in ec2.get_paginator(method).paginate(PaginationConfig={"PageSize": 50}):
            count += 1
            seen += page[rows]
        check.that(f"boto3 {method}", count > 1 and len(seen) == len({json.dumps(r, sort_keys=True) for r in seen}), count)
    s3, found = sim.client("s3"), None
    found = s3.list_objects_v2(Bucket=next(b["Name"] for b in s3.list_buckets()["Buckets"] if b["BucketRegion"] == "eu-west-1"))
    check.equal("a bucket is empty inside", found["KeyCount"], 0)


def lists_by_cli(check, sim):
    account = sim.accounts[0]["account_id"]
    resources = sim.admin(f"resources?account={account}")
    with mock.patch.dict(os.environ, sim.environment()):
        for (service, operation), (kind, rows) in LISTS.items():
            name = {"ListBuckets": "s3api"}.get(operation, service)
            command = xform_name(operation, "-")
            code, out, err = aws_cli([name, command, "--output", "json"])
            if check.equal(f"cli {name} {command}: exit code {err}", code, 0):
                found = json.loads(out or "{}").get(rows, [])
                check.equal(f"cli {name} {command}: rows", len(found), wanted_count(resources, kind, "eu-west-1", service))
        code, out, _ = aws_cli(["ec2", "describe-volumes", "--filters", "Name=encrypted,Values=false", "--page-size", "5",
                                "--output", "json"])
        check.that("cli filter", code == 0 and all(not v["Encrypted"] for v in json.loads(out)["Volumes"]), out)
        code, out, err = aws_cli(["ec2", "describe-instances", "--instance-ids", "i-0123456789abcdef0"])
        check.that("cli error", code in (254, 255) and "InvalidInstanceID.NotFound" in err, (code, err))
        code, out, err = aws_cli(["s3api", "get-bucket-policy", "--bucket", "no-such-bucket-here"])
        check.that("cli s3 error", code in (254, 255) and "NoSuchBucket" in err, (code, err))
        code, out, err = aws_cli(["ec2", "describe-vpcs", "--no-such-option"])
        check.that("cli usage", code in (2, 252, 255), (code, err))


def details(check, sim):
    """Every modelled operation about one thing answers for a thing that is there."""
    ec2, iam, s3 = sim.client("ec2"), sim.client("iam"), sim.client("s3")
    user, role = iam.list_users()["Users"][0]["UserName"], "HostMasterReadOnly"
    policy = iam.list_policies(Scope="Local")["Policies"][0]["Arn"]
    bucket = next(b["Name"] for b in s3.list_buckets()["Buckets"] if b["BucketRegion"] == "eu-west-1")
    function = sim.client("lambda").list_functions()["Functions"][0]
    balancer = sim.client("elbv2").describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    group = sim.client("elbv2").describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    classic = sim.client("elb").describe_load_balancers()["LoadBalancerDescriptions"][0]["LoadBalancerName"]
    alarm = sim.client("cloudwatch").describe_alarms()["MetricAlarms"][0]["AlarmArn"]
    key = sim.client("kms").list_keys()["Keys"][0]["KeyId"]
    database = sim.client("rds").describe_db_instances()["DBInstances"][0]["DBInstanceArn"]
    known = {"UserName": user, "RoleName": role, "GroupName": "developers", "PolicyArn": policy, "VersionId": "v1",
             "Bucket": bucket, "FunctionName": function["FunctionName"], "Resource": function["FunctionArn"],
             "LoadBalancerArn": balancer, "ResourceArns": [balancer, group], "TargetGroupArn": group,
             "LoadBalancerName": classic, "LoadBalancerNames": [classic], "ResourceARN": alarm, "KeyId": key,
             "ResourceName": database, "InstanceId": ec2.describe_instances(MaxResults=5)["Reservations"][0]["Instances"][0]["InstanceId"],
             "ServiceCode": "vpc", "VpcId": ec2.describe_vpcs()["Vpcs"][0]["VpcId"], "SnapshotId": ec2.describe_snapshots(MaxResults=5)["Snapshots"][0]["SnapshotId"],
             "ImageId": ec2.describe_images()["Images"][0]["ImageId"], "AccessKeyId": sim.accounts[0]["access_key_id"],
             "DBSnapshotIdentifier": sim.client("rds").describe_db_snapshots()["DBSnapshots"][0]["DBSnapshotIdentifier"],
             "LaunchTemplateId": ec2.describe_launch_templates()["LaunchTemplates"][0]["LaunchTemplateId"]}
    chosen = {"DescribeVpcAttribute": "enableDnsSupport", "DescribeInstanceAttribute": "instanceType",
              "DescribeSnapshotAttribute": "createVolumePermission", "DescribeImageAttribute": "launchPermission"}
    absent = {"NoSuchBucketPolicy", "NoSuchCORSConfiguration", "NoSuchWebsiteConfiguration", "NoSuchTagSet",
              "ReplicationConfigurationNotFoundError", "ObjectLockConfigurationNotFoundError", "NoSuchEntity",
              "NoSuchLifecycleConfiguration", "NoSuchPublicAccessBlockConfiguration", "ResourceNotFoundException",
              "ServerSideEncryptionConfigurationNotFoundError"}
    for row in sim.admin("operations"):
        name = row["operation"]
        if row["list"] or not name.startswith(("Get", "Describe", "List", "Head")) or name == "GetSessionToken":
            continue
        if name.startswith("GetMetric"):  # _sim_metrics.py asks for these
            continue
        if row["service"] == "sqs":  # queues() makes one and asks for these
            continue
        client = sim.client(row["service"])
        shape = client.meta.service_model.operation_model(name).input_shape
        required = shape.required_members if shape else []
        params = {member: known.get(member, "inline") for member in required}
        if name in chosen:
            params["Attribute"] = chosen[name]
        if name in ("GetLoginProfile", "ListMFADevices"):
            params["UserName"] = user
        try:
            getattr(client, xform_name(name))(**params)
            check.that(f"detail {row['service']} {name}", True)
        except ClientError as failure:
            code = failure.response["Error"]["Code"]
            check.that(f"detail {row['service']} {name}", code in absent, failure)


def filters(check, sim):
    ec2 = sim.client("ec2")
    every = ec2.describe_instances()["Reservations"]
    every = [i for r in every for i in r["Instances"]]

    def ids(*given):
        found = ec2.describe_instances(Filters=[{"Name": n, "Values": v} for n, v in given])["Reservations"]
        return sorted(i["InstanceId"] for r in found for i in r["Instances"])

    def wanted(test):
        return sorted(i["InstanceId"] for i in every if test(i))

    def tag(instance, key):
        return next((t["Value"] for t in instance.get("Tags", []) if t["Key"] == key), None)

    check.equal("filter state", ids(("instance-state-name", ["stopped"])), wanted(lambda i: i["State"]["Name"] == "stopped"))
    check.equal("filter wildcard", ids(("instance-type", ["m?i.*"])), wanted(
        lambda i: len(i["InstanceType"].split(".")[0]) == 3 and i["InstanceType"][0] == "m" and i["InstanceType"][2] == "i"))
    check.equal("filter tag", ids(("tag:Team", ["data", "core"])), wanted(lambda i: tag(i, "Team") in ("data", "core")))
    check.equal("filter tag-key", ids(("tag-key", ["CostCenter"])), wanted(lambda i: tag(i, "CostCenter") is not None))
    subnet = every[0]["SubnetId"]
    check.equal("filters together", ids(("subnet-id", [subnet]), ("instance-state-name", ["running"])),
                wanted(lambda i: i["SubnetId"] == subnet and i["State"]["Name"] == "running"))
    group = every[0]["SecurityGroups"][0]["GroupId"]
    check.equal("filter in a list", ids(("instance.group-id", [group])),
                wanted(lambda i: any(g["GroupId"] == group for g in i["SecurityGroups"])))
    check.error("filter unknown", "InvalidParameterValue", lambda: ids(("no-such-filter", ["x"])))
    some = [every[0]["InstanceId"], every[1]["InstanceId"]]
    check.equal("ids", len(ec2.describe_instances(InstanceIds=some)["Reservations"]), 2)
    open_groups = ec2.describe_security_groups(Filters=[{"Name": "ip-permission.cidr", "Values": ["0.0.0.0/0"]}])
    check.that("filter nested twice", len(open_groups["SecurityGroups"]) > 0)


def wrong_parameters(check, sim):
    quiet = dict(config={"parameter_validation": False})
    ec2, iam, rds = sim.client("ec2", **quiet), sim.client("iam", **quiet), sim.client("rds", **quiet)
    elb, kms, lam, s3 = (sim.client(name, **quiet) for name in ("elbv2", "kms", "lambda", "s3"))
    table = [
        ("ec2 missing", "MissingParameter", lambda: ec2.delete_volume()),
        ("ec2 enum", "InvalidParameterValue", lambda: ec2.describe_instance_attribute(InstanceId="i-1", Attribute="nonsense")),
        ("ec2 page size", "InvalidParameterValue", lambda: ec2.describe_volumes(MaxResults=2)),
        ("ec2 token", "InvalidNextToken", lambda: ec2.describe_volumes(NextToken="nonsense")),
        ("ec2 ids with pages", "InvalidParameterCombination", lambda: ec2.describe_instances(InstanceIds=["i-1"], MaxResults=5)),
        ("ec2 type", "InvalidParameterValue", lambda: ec2.describe_volumes(MaxResults="many")),
        ("ec2 dry run", "DryRunOperation", lambda: ec2.describe_vpcs(DryRun=True)),
        ("ec2 region", "InvalidParameterValue", lambda: ec2.describe_regions(RegionNames=["mars-1"])),
        ("iam missing", "ValidationError", lambda: iam.get_role()),
        ("iam enum", "ValidationError", lambda: iam.list_policies(Scope="Nobody")),
        ("iam marker", "ValidationError", lambda: iam.list_users(Marker="nonsense")),
        ("rds missing", "MissingParameter", lambda: rds.delete_db_instance()),
        ("kms missing", "ValidationException", lambda: kms.describe_key()),
        ("kms type", "SerializationException", lambda: kms.list_keys(Limit="many")),
        ("lambda none", "ResourceNotFoundException", lambda: lam.get_function(FunctionName="no-such-function")),
        ("iam none", "NoSuchEntity", lambda: iam.get_user(UserName="no.body")),
        ("role none", "NoSuchEntity", lambda: iam.list_attached_role_policies(RoleName="no-role")),
        ("rds none", "DBInstanceNotFound", lambda: rds.describe_db_instances(DBInstanceIdentifier="no-db")),
        ("elb none", "LoadBalancerNotFound", lambda: elb.describe_load_balancers(LoadBalancerArns=["arn:aws:x:y"])),
        ("kms none", "NotFoundException", lambda: kms.describe_key(KeyId="00000000-0000-4000-8000-000000000000")),
        ("s3 none", "NoSuchBucket", lambda: s3.get_bucket_versioning(Bucket="no-such-bucket-here")),
        ("s3 head none", "404", lambda: s3.head_bucket(Bucket="no-such-bucket-here")),
        ("instance malformed", "InvalidInstanceID.Malformed", lambda: ec2.describe_instances(InstanceIds=["machine"])),
        ("vpc malformed", "InvalidVpcID.Malformed", lambda: ec2.describe_vpcs(VpcIds=["vpc-xyz"])),
        ("volume none", "InvalidVolume.NotFound", lambda: ec2.describe_volumes(VolumeIds=["vol-0123456789abcdef0"])),
        ("group none", "InvalidGroup.NotFound", lambda: ec2.describe_security_groups(GroupIds=["sg-0123456789abcdef0"])),
        ("key pair none", "InvalidKeyPair.NotFound", lambda: ec2.describe_key_pairs(KeyPairIds=["key-0123456789abcdef0"])),
        ("rule none", "InvalidSecurityGroupRuleId.NotFound",
         lambda: ec2.describe_security_group_rules(SecurityGroupRuleIds=["sgr-0123456789abcdef0"])),
        ("rds page size", "InvalidParameterValue", lambda: rds.describe_db_instances(MaxRecords=5)),
        ("iam page size", "ValidationError", lambda: iam.list_users(MaxItems=1001)),
        ("kms page size", "ValidationException", lambda: kms.list_keys(Limit=2000)),
        ("s3 page size", "InvalidArgument", lambda: s3.list_buckets(MaxBuckets=0)),
        ("region not enabled", "AuthFailure", lambda: sim.client("ec2", "ap-south-2").describe_vpcs()),
        ("not served", "NotImplemented", lambda: ec2.create_default_vpc()),
    ]
    for name, code, call in table:
        check.error(name, code, call)
    words = {"ec2": "AWS was not able to validate the provided access credentials",
             "sts": "The security token included in the request is invalid.",
             "s3": "The AWS Access Key Id you provided does not exist in our records."}
    for service, text in words.items():
        stranger = sim.client(service, aws_access_key_id="no-such-key", aws_secret_access_key="x")
        try:
            {"ec2": lambda c: c.describe_vpcs(), "sts": lambda c: c.get_caller_identity(),
             "s3": lambda c: c.list_buckets()}[service](stranger)
        except ClientError as refused:
            check.equal(f"{service}: AWS's own words", refused.response["Error"]["Message"], text)
    check.equal("a list nobody modelled is empty", sim.client("sqs").list_queues().get("QueueUrls", []), [])
    check.equal("another one", sim.client("ecs").list_clusters()["clusterArns"], [])


def credentials(check, sim):
    good = sim.accounts[0]
    wrong = {"ec2": ("AuthFailure", "AuthFailure"), "iam": ("InvalidClientTokenId", "SignatureDoesNotMatch"),
             "sts": ("InvalidClientTokenId", "SignatureDoesNotMatch"), "s3": ("InvalidAccessKeyId", "SignatureDoesNotMatch"),
             "kms": ("UnrecognizedClientException", "InvalidSignatureException"),
             "lambda": ("UnrecognizedClientException", "InvalidSignatureException")}
    calls = {"ec2": lambda c: c.describe_vpcs(), "iam": lambda c: c.list_users(), "sts": lambda c: c.get_caller_identity(),
             "s3": lambda c: c.list_buckets(), "kms": lambda c: c.list_keys(), "lambda": lambda c: c.list_functions()}
    for service, (unknown, mismatch) in wrong.items():
        check.error(f"{service} unknown key", unknown, lambda: calls[service](
            sim.client(service, aws_access_key_id="no-such-key", aws_secret_access_key="x")))
        check.error(f"{service} wrong secret", mismatch, lambda: calls[service](
            sim.client(service, aws_access_key_id=good["access_key_id"], aws_secret_access_key="x" * 40)))
    for service, code in {"ec2": "AuthFailure", "sts": "MissingAuthenticationToken", "s3": "AccessDenied"}.items():
        unsigned = boto3.client(service, region_name="eu-west-1", endpoint_url=sim.url,
                                config=Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}))
        # Nothing says which service an unsigned EC2 call means; it is refused in STS's words.
        check.error(f"{service} unsigned", code if service != "ec2" else "MissingAuthenticationToken", lambda: calls[service](unsigned))
    skewed = {"ec2": "RequestExpired", "s3": "RequestTimeTooSkewed", "iam": "SignatureDoesNotMatch",
              "kms": "InvalidSignatureException"}
    early = lambda *_, **__: datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - datetime.timedelta(minutes=20)
    with mock.patch.object(botocore.auth, "get_current_datetime", early):
        for service, code in skewed.items():
            check.error(f"{service} skewed", code, lambda: calls[service](sim.client(service)))


def sessions(check, sim):
    sts, other = sim.client("sts"), sim.accounts[1]
    role = dict(RoleArn=other["role_arn"], RoleSessionName="proof")
    check.error("role without external id", "AccessDenied", lambda: sts.assume_role(**role))
    check.error("role with a wrong one", "AccessDenied", lambda: sts.assume_role(ExternalId="guess", **role))
    check.error("role from a stranger", "AccessDenied",
                lambda: sim.client("sts", account=2).assume_role(ExternalId=other["external_id"], **role))
    check.error("role that is not there", "AccessDenied", lambda: sts.assume_role(
        RoleArn=f"arn:aws:iam::{other['account_id']}:role/nobody", RoleSessionName="proof"))
    check.error("role in no account", "AccessDenied", lambda: sts.assume_role(
        RoleArn="arn:aws:iam::000000000000:role/HostMasterReadOnly", RoleSessionName="proof"))
    given = sts.assume_role(ExternalId=other["external_id"], DurationSeconds=900, **role)["Credentials"]
    keys = dict(aws_access_key_id=given["AccessKeyId"], aws_secret_access_key=given["SecretAccessKey"],
                aws_session_token=given["SessionToken"])
    identity = sim.client("sts", **keys).get_caller_identity()
    check.equal("assumed account", identity["Account"], other["account_id"])
    check.that("assumed arn", ":assumed-role/HostMasterReadOnly/proof" in identity["Arn"], identity)
    owned = sim.client("ec2", **keys).describe_vpcs()["Vpcs"][0]["OwnerId"]
    check.equal("the other account's network", owned, other["account_id"])
    forged = dict(keys, aws_session_token=given["SessionToken"][:-6] + "AAAAAA")
    check.error("forged token", "InvalidClientTokenId", lambda: sim.client("sts", **forged).get_caller_identity())
    own = sts.get_session_token()["Credentials"]
    mine = sim.client("sts", aws_access_key_id=own["AccessKeyId"], aws_secret_access_key=own["SecretAccessKey"],
                      aws_session_token=own["SessionToken"])
    check.equal("session token", mine.get_caller_identity()["Account"], sim.accounts[0]["account_id"])
    sim.advance(901)
    for service, code in {"sts": "ExpiredToken", "ec2": "RequestExpired", "s3": "ExpiredToken",
                          "kms": "ExpiredTokenException", "lambda": "ExpiredTokenException"}.items():
        client = sim.client(service, **keys)
        call = {"sts": "get_caller_identity", "ec2": "describe_vpcs", "s3": "list_buckets", "kms": "list_keys",
                "lambda": "list_functions"}[service]
        check.error(f"{service} expired session", code, getattr(client, call))


def addresses(check, sim):
    """Virtual hosts, presigned URLs and the redirect to a bucket's own region."""
    s3 = sim.client("s3")
    buckets = s3.list_buckets()["Buckets"]
    here = next(b["Name"] for b in buckets if b["BucketRegion"] == "eu-west-1")
    away = next(b for b in buckets if b["BucketRegion"] != "eu-west-1")
    plain = socket.getaddrinfo
    with mock.patch.object(socket, "getaddrinfo", lambda host, *rest, **more: plain(
            "127.0.0.1" if str(host).endswith("localhost") else host, *rest, **more)):
        virtual = boto3.client("s3", region_name="eu-west-1", endpoint_url=sim.url.replace("127.0.0.1", "localhost"),
                               aws_access_key_id=sim.accounts[0]["access_key_id"],
                               aws_secret_access_key=sim.accounts[0]["secret_access_key"],
                               config=Config(s3={"addressing_style": "virtual"}))
        hosts = []
        virtual.meta.events.register("before-send.s3", lambda request, **_: hosts.append(request.url))
        check.equal("virtual host", virtual.head_bucket(Bucket=here)["BucketRegion"], "eu-west-1")
        check.that("virtual host in the address", here + ".localhost" in hosts[0], hosts)
    check.equal("region redirect", s3.get_bucket_location(Bucket=away["Name"]).get("LocationConstraint") or "us-east-1",
                away["BucketRegion"])
    stranger = sim.client("s3", account=1)
    check.error("another account's bucket", "AccessDenied", lambda: stranger.get_bucket_policy(Bucket=here))
    s3 = sim.client("s3", config={"signature_version": "s3v4"})  # boto3 would still presign in the old way
    url = s3.generate_presigned_url("get_bucket_versioning", Params={"Bucket": here}, ExpiresIn=60)
    with urllib.request.urlopen(url) as answer:
        check.that("presigned", b"VersioningConfiguration" in answer.read() or answer.status == 200)
    for name, broken in {"presigned and bent": url.replace(here, here[:-1] + "x"), "presigned and late": None}.items():
        if broken is None:
            early = lambda *_, **__: datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - datetime.timedelta(hours=2)
            with mock.patch.object(botocore.auth, "get_current_datetime", early):
                broken = s3.generate_presigned_url("get_bucket_versioning", Params={"Bucket": here}, ExpiresIn=60)
        try:
            urllib.request.urlopen(broken)
            check.that(name, False, "was answered")
        except urllib.error.HTTPError as refused:
            check.that(name, refused.code in (403, 404), refused.code)


def faults(check, sim):
    account = sim.accounts[1]["account_id"]
    ec2, other = sim.client("ec2"), sim.client("ec2", account=1)
    sim.fault(f"denied:{account}")
    check.error("denied account", "UnauthorizedOperation", other.describe_vpcs)
    check.error("denied account, s3", "AccessDenied", sim.client("s3", account=1).list_buckets)
    check.error("denied account, kms", "AccessDeniedException", sim.client("kms", account=1).list_keys)
    check.that("identity is never denied", sim.client("sts", account=1).get_caller_identity())
    check.that("the others are not", ec2.describe_vpcs()["Vpcs"])
    sim.fault(f"denied:{account}:ec2:DescribeVolumes")
    check.error("denied operation", "UnauthorizedOperation", other.describe_volumes)
    check.that("its neighbour is not", other.describe_vpcs()["Vpcs"])
    s3 = sim.client("s3")
    names = [b["Name"] for b in s3.list_buckets()["Buckets"] if b["BucketRegion"] == "eu-west-1"][:2]
    sim.fault(f"deny-resource:s3:GetBucketVersioning:{names[0]}")
    check.error("denied resource", "AccessDenied", lambda: s3.get_bucket_versioning(Bucket=names[0]))
    check.that("the other bucket is not", "ResponseMetadata" in s3.get_bucket_versioning(Bucket=names[1]))
    sim.fault("throttle:ec2")
    check.error("throttled", "RequestLimitExceeded", ec2.describe_vpcs)
    sim.fault("expired")
    check.error("expired", "ExpiredToken", sim.client("sts").get_caller_identity)
    sim.fault("fail:30%")
    stubborn = sim.client("ec2", retries=12)
    before = sum(row["type"] == "ec2/volume" and row["region"] == "eu-west-1"
                 for row in sim.admin(f"resources?account={sim.accounts[0]['account_id']}"))
    with mock.patch("time.sleep"), mock.patch("botocore.endpoint.time.sleep"):
        pages = stubborn.get_paginator("describe_volumes").paginate(PaginationConfig={"PageSize": 50})
        check.equal("complete through failures", sum(len(p["Volumes"]) for p in pages), before)
    sim.fault("blackhole:us-east-1")
    try:
        sim.client("ec2", "us-east-1", config={"read_timeout": 1}).describe_vpcs()
        check.that("black hole", False, "was answered")
    except Exception as failure:
        check.that("black hole", "Read timeout" in str(failure), failure)
    check.that("elsewhere is answered", ec2.describe_vpcs()["Vpcs"])
    for bad in ("nonsense", "fail:lots", "denied", "deny-resource:s3:X"):
        try:
            sim.admin("faults", "POST", {"fault": bad})
            check.that(f"bad fault {bad}", False, "was taken")
        except urllib.error.HTTPError as refused:
            check.equal(f"bad fault {bad}", refused.code, 400)
    sim.fault()


def estate(check, sim):
    state = sim.admin("state")
    check.equal("exactly as many resources as asked for", state["resources"], 3000)
    planted = sim.admin("planted")
    check.that("plenty is planted", len({row["kind"] for row in planted}) >= 20, {row["kind"] for row in planted})
    account = sim.accounts[0]["account_id"]
    loose = {r["id"] for r in planted if r["kind"] == "volume_unattached" and (r["account_id"], r["region"]) == (account, "eu-west-1")}
    found = sim.client("ec2").describe_volumes(Filters=[{"Name": "status", "Values": ["available"]}])["Volumes"]
    check.equal("planted volumes are the loose ones", {v["VolumeId"] for v in found}, loose)
    exposed = {r["id"] for r in planted if r["kind"] == "bucket_public" and r["account_id"] == account}
    s3, open_buckets = sim.client("s3"), set()
    for bucket in s3.list_buckets()["Buckets"]:
        try:
            status = sim.client("s3", bucket["BucketRegion"]).get_bucket_policy_status(Bucket=bucket["Name"])
            if status["PolicyStatus"]["IsPublic"]:
                open_buckets.add(bucket["Name"])
        except ClientError:
            continue
    check.equal("planted public buckets are the public ones", open_buckets, exposed)
    meter = sim.admin("meter")
    check.that("calls are metered", meter["calls"] > 100 and float(meter["usd"]) > 0, meter["usd"])


def determinism(check):
    with Sim("--seed", "7", "--resources", "400") as one, Sim("--seed", "7", "--resources", "400") as two, \
            Sim("--seed", "8", "--resources", "400") as third:
        # Asked in another order, the second must still be the same company.
        for index in (3, 1, 0):
            two.client("ec2", "us-west-2", account=index).describe_instances()
        first, second = one.admin("resources"), two.admin("resources")
        check.equal("the same seed is the same company", first, second)
        check.that("another seed is another", first != third.admin("resources"))
        check.equal("400 are 400", one.admin("state")["resources"], 400)


def javascript(check, sim):
    folder = ROOT / "tests" / "integration" / "sdk-js"
    if not shutil.which("node") or not (folder / "node_modules").exists():
        check.skip("JavaScript SDK", "npm ci --prefix tests/integration/sdk-js has not run")
        return
    environment = dict(os.environ, **sim.environment(), SIM_OTHER=json.dumps(sim.accounts[1]))
    result = subprocess.run(["node", str(folder / "sim.mjs")], env=environment, capture_output=True, text=True, timeout=120)
    counts = json.loads(result.stdout.strip().split("\n")[-1]) if result.stdout.strip() else {"passed": 0, "failed": 1}
    check.passed += counts["passed"]
    if counts["failed"] or result.returncode:
        check.that("JavaScript SDK", False, result.stdout + result.stderr)


def queues(check, sim):
    sqs, events = sim.client("sqs"), sim.client("events")
    url = sqs.create_queue(QueueName="read", Attributes={"VisibilityTimeout": "7"})["QueueUrl"]
    check.equal("a queue by its name", sqs.get_queue_url(QueueName="read")["QueueUrl"], url)
    check.error("one that is not there", "AWS.SimpleQueueService.NonExistentQueue", lambda: sqs.get_queue_url(QueueName="nowhere"))
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    check.equal("its attributes", (attributes["VisibilityTimeout"], attributes["ApproximateNumberOfMessages"]), ("7", "0"))
    pattern = {"source": ["aws.ec2"]}
    arn = events.put_rule(Name="read", EventPattern=json.dumps(pattern), Description="of the test")["RuleArn"]
    events.put_targets(Rule="read", Targets=[{"Id": "1", "Arn": attributes["QueueArn"]}])
    rule = events.describe_rule(Name="read")
    check.equal("a rule", (rule["Arn"], json.loads(rule["EventPattern"]), rule["State"]), (arn, pattern, "ENABLED"))
    check.equal("its targets", [one["Arn"] for one in events.list_targets_by_rule(Rule="read")["Targets"]], [attributes["QueueArn"]])
    check.equal("the rules of a target", events.list_rule_names_by_target(TargetArn=attributes["QueueArn"])["RuleNames"], ["read"])
    check.error("a rule that is not there", "ResourceNotFoundException", lambda: events.describe_rule(Name="nowhere"))
    check.equal("another region knows nothing of it",
                sim.client("events", "us-east-1").list_rule_names_by_target(TargetArn=attributes["QueueArn"])["RuleNames"], [])
    events.remove_targets(Rule="read", Ids=["1"])
    events.delete_rule(Name="read")


def main():
    check = Checks()
    with Sim("--seed", "42", "--resources", "3000", "--accounts", "3", "--regions", "eu-west-1,us-east-1") as sim:
        for part in (lists_by_boto3, other_lists, details, filters, wrong_parameters, credentials, addresses, faults, estate, javascript,
                     lists_by_cli, sessions, metrics, queues):
            with check.group(part.__name__):
                part(check, sim)
        check.equal("every reading operation was called", sim.never_called(reading=True), [])
    with check.group("determinism"):
        determinism(check)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
