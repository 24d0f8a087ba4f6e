#!/usr/bin/env python3
"""What changes in the simulator by boto3 and the AWS CLI, unchanged: instances, volumes, networks, groups, databases,
buckets and people, through their states. Ends with `N passed, N failed, N skipped`."""
import datetime
import json
import os
import sys
from unittest import mock

from _sim import Checks, Sim, aws_cli


def state_of(ec2, instance):
    found = ec2.describe_instances(InstanceIds=[instance])["Reservations"]
    return found[0]["Instances"][0]["State"]["Name"]


def instances(check, sim):
    ec2 = sim.client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "proof"}]}]
    wanted = dict(ImageId=image, InstanceType="t3.micro", MinCount=2, MaxCount=2, ClientToken="once", TagSpecifications=tags)
    run = ec2.run_instances(**wanted)
    check.equal("two came", len(run["Instances"]), 2)
    check.equal("the token again makes none", ec2.run_instances(**wanted)["ReservationId"], run["ReservationId"])
    one, two = (i["InstanceId"] for i in run["Instances"])
    check.equal("pending", state_of(ec2, one), "pending")
    check.error("stopping what is pending", "IncorrectInstanceState", lambda: ec2.stop_instances(InstanceIds=[one]))
    sim.advance(10)
    check.equal("running", state_of(ec2, one), "running")
    found = ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": ["proof"]}])["Reservations"]
    check.equal("found by tag", sum(len(r["Instances"]) for r in found), 2)
    row = ec2.stop_instances(InstanceIds=[one])["StoppingInstances"][0]
    check.equal("stopping", (row["PreviousState"]["Name"], row["CurrentState"]["Name"]), ("running", "stopping"))
    sim.advance(16)
    check.equal("stopped", state_of(ec2, one), "stopped")
    ec2.modify_instance_attribute(InstanceId=one, InstanceType={"Value": "t3.small"})
    check.error("resizing what runs", "IncorrectInstanceState",
                lambda: ec2.modify_instance_attribute(InstanceId=two, InstanceType={"Value": "t3.small"}))
    ec2.start_instances(InstanceIds=[one])
    sim.advance(10)
    kind = ec2.describe_instances(InstanceIds=[one])["Reservations"][0]["Instances"][0]["InstanceType"]
    check.equal("resized and running", (kind, state_of(ec2, one)), ("t3.small", "running"))
    ec2.reboot_instances(InstanceIds=[one])
    ec2.modify_instance_attribute(InstanceId=two, DisableApiTermination={"Value": True})
    check.error("protected", "OperationNotPermitted", lambda: ec2.terminate_instances(InstanceIds=[one, two]))
    check.equal("and nothing went", state_of(ec2, one), "running")
    ec2.modify_instance_attribute(InstanceId=two, DisableApiTermination={"Value": False})
    disk = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [one]}])["Volumes"][0]["VolumeId"]
    ec2.terminate_instances(InstanceIds=[one, two])
    check.equal("shutting down", state_of(ec2, one), "shutting-down")
    sim.advance(16)
    check.equal("terminated", state_of(ec2, one), "terminated")
    check.error("its disk went with it", "InvalidVolume.NotFound", lambda: ec2.describe_volumes(VolumeIds=[disk]))
    check.error("starting the dead", "IncorrectInstanceState", lambda: ec2.start_instances(InstanceIds=[one]))
    sim.advance(3601)
    check.error("forgotten after an hour", "InvalidInstanceID.NotFound", lambda: state_of(ec2, one))
    check.error("no such image", "InvalidAMIID.NotFound",
                lambda: ec2.run_instances(ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1))


def volumes(check, sim):
    ec2 = sim.client("ec2")
    running = ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running"]}])
    machine = running["Reservations"][0]["Instances"][0]
    zone = machine["Placement"]["AvailabilityZone"]

    def state(volume):
        return ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["State"]

    made = ec2.create_volume(AvailabilityZone=zone, Size=10, VolumeType="gp3")
    volume = made["VolumeId"]
    check.equal("creating", made["State"], "creating")
    sim.advance(4)
    check.equal("available", state(volume), "available")
    ec2.attach_volume(VolumeId=volume, InstanceId=machine["InstanceId"], Device="/dev/sdx")
    check.equal("in use", state(volume), "in-use")
    check.error("deleting what is used", "VolumeInUse", lambda: ec2.delete_volume(VolumeId=volume))
    check.error("attaching twice", "VolumeInUse",
                lambda: ec2.attach_volume(VolumeId=volume, InstanceId=machine["InstanceId"], Device="/dev/sdy"))
    again = ec2.describe_instances(InstanceIds=[machine["InstanceId"]])["Reservations"][0]["Instances"][0]
    check.that("the instance shows it", any(m["Ebs"]["VolumeId"] == volume for m in again["BlockDeviceMappings"]))
    ec2.modify_volume(VolumeId=volume, Size=20)
    sim.advance(5)
    check.equal("larger", ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["Size"], 20)
    check.equal("optimizing", ec2.describe_volumes_modifications(VolumeIds=[volume])["VolumesModifications"][0]["ModificationState"],
                "optimizing")
    check.error("twice within six hours", "VolumeModificationRateExceeded", lambda: ec2.modify_volume(VolumeId=volume, Size=30))
    sim.advance(6 * 3600)
    check.error("smaller", "InvalidParameterValue", lambda: ec2.modify_volume(VolumeId=volume, Size=5))
    snapshot = ec2.create_snapshot(VolumeId=volume, Description="proof")["SnapshotId"]
    check.equal("snapshot pending", ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"], "pending")
    sim.advance(31)
    check.equal("snapshot completed", ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"], "completed")
    ec2.detach_volume(VolumeId=volume)
    sim.advance(4)
    ec2.delete_volume(VolumeId=volume)
    check.error("gone", "InvalidVolume.NotFound", lambda: state(volume))
    ec2.delete_snapshot(SnapshotId=snapshot)
    check.error("snapshot gone", "InvalidSnapshot.NotFound", lambda: ec2.describe_snapshots(SnapshotIds=[snapshot]))
    check.error("zone of another region", "InvalidZone.NotFound", lambda: ec2.create_volume(AvailabilityZone="mars-1a", Size=1))


def networks(check, sim):
    ec2 = sim.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.250.0.0/16")["Vpc"]["VpcId"]
    check.error("a network too large", "InvalidVpc.Range", lambda: ec2.create_vpc(CidrBlock="10.0.0.0/8"))
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.250.1.0/24")["Subnet"]["SubnetId"]
    check.error("vpc in use", "DependencyViolation", lambda: ec2.delete_vpc(VpcId=vpc))
    group = ec2.create_security_group(GroupName="proof", Description="proof", VpcId=vpc)["GroupId"]
    check.error("group twice", "InvalidGroup.Duplicate",
                lambda: ec2.create_security_group(GroupName="proof", Description="proof", VpcId=vpc))
    rule = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule)
    check.error("rule twice", "InvalidPermission.Duplicate",
                lambda: ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule))
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    check.equal("rule is listed", [r["CidrIpv4"] for r in rules if not r["IsEgress"]], ["10.0.0.0/8"])
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rule)
    check.error("rule gone", "InvalidPermission.NotFound",
                lambda: ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rule))
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=rule)
    check.equal("egress", len(ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]), 2)
    ec2.create_tags(Resources=[vpc, subnet, group], Tags=[{"Key": "proof", "Value": "1"}, {"Key": "other", "Value": "2"}])
    found = ec2.describe_tags(Filters=[{"Name": "key", "Values": ["proof"]}])["Tags"]
    check.equal("tags", sorted(t["ResourceId"] for t in found), sorted([vpc, subnet, group]))
    ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "proof"}])
    check.equal("one tag less", len(ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Tags"]), 1)
    check.error("tag of AWS", "InvalidParameterValue", lambda: ec2.create_tags(Resources=[vpc], Tags=[{"Key": "aws:x", "Value": "1"}]))
    check.error("tag on nothing", "InvalidVpcID.NotFound",
                lambda: ec2.create_tags(Resources=["vpc-0123456789abcdef0"], Tags=[{"Key": "x", "Value": "1"}]))
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=rule)
    check.equal("egress again", len(ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]), 1)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)
    check.error("vpc gone", "InvalidVpcID.NotFound", lambda: ec2.describe_vpcs(VpcIds=[vpc]))
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.release_address(AllocationId=address)
    check.error("address gone", "InvalidAllocationID.NotFound", lambda: ec2.describe_addresses(AllocationIds=[address]))
    ec2.create_key_pair(KeyName="proof")
    check.error("key pair twice", "InvalidKeyPair.Duplicate", lambda: ec2.create_key_pair(KeyName="proof"))
    ec2.delete_key_pair(KeyName="proof")


def groups(check, sim):
    scaling, ec2 = sim.client("autoscaling"), sim.client("ec2")
    group = scaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]
    name, size = group["AutoScalingGroupName"], len(group["Instances"])
    scaling.update_auto_scaling_group(AutoScalingGroupName=name, MaxSize=size + 5)
    scaling.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=size + 2)
    members = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]["Instances"]
    check.equal("two more", len(members), size + 2)
    sim.advance(10)
    check.equal("they run", state_of(ec2, members[-1]["InstanceId"]), "running")
    scaling.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=size)
    check.equal("and go again", state_of(ec2, members[-1]["InstanceId"]), "shutting-down")
    check.error("above the most", "ValidationError",
                lambda: scaling.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=size + 50))
    check.error("no such group", "ValidationError",
                lambda: scaling.set_desired_capacity(AutoScalingGroupName="nobody", DesiredCapacity=1))


def databases(check, sim):
    rds = sim.client("rds")

    def status(name):
        return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["DBInstanceStatus"]

    wanted = dict(DBInstanceIdentifier="proof", DBInstanceClass="db.t3.micro", Engine="postgres", MasterUsername="admin",
                  MasterUserPassword="not-a-real-one", AllocatedStorage=20)
    check.equal("creating", rds.create_db_instance(**wanted)["DBInstance"]["DBInstanceStatus"], "creating")
    check.error("twice", "DBInstanceAlreadyExists", lambda: rds.create_db_instance(**wanted))
    check.error("stopping too early", "InvalidDBInstanceState", lambda: rds.stop_db_instance(DBInstanceIdentifier="proof"))
    sim.advance(121)
    check.equal("available", status("proof"), "available")
    rds.modify_db_instance(DBInstanceIdentifier="proof", AllocatedStorage=40, ApplyImmediately=True)
    check.equal("modifying", status("proof"), "modifying")
    sim.advance(121)
    check.equal("larger", rds.describe_db_instances(DBInstanceIdentifier="proof")["DBInstances"][0]["AllocatedStorage"], 40)
    rds.reboot_db_instance(DBInstanceIdentifier="proof")
    check.equal("rebooting", status("proof"), "rebooting")
    sim.advance(121)
    for verb, between, after in (("stop", "stopping", "stopped"), ("start", "starting", "available")):
        getattr(rds, f"{verb}_db_instance")(DBInstanceIdentifier="proof")
        check.equal(between, status("proof"), between)
        sim.advance(121)
        check.equal(after, status("proof"), after)
    check.error("without a last snapshot", "InvalidParameterCombination", lambda: rds.delete_db_instance(DBInstanceIdentifier="proof"))
    rds.delete_db_instance(DBInstanceIdentifier="proof", SkipFinalSnapshot=True)
    check.equal("deleting", status("proof"), "deleting")
    sim.advance(121)
    check.error("gone", "DBInstanceNotFound", lambda: status("proof"))


def buckets(check, sim):
    s3 = sim.client("s3")
    name = "proof-of-buckets"
    place = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    check.error("mine already", "BucketAlreadyOwnedByYou", lambda: s3.create_bucket(Bucket=name, CreateBucketConfiguration=place))
    check.error("somebody's", "BucketAlreadyExists",
                lambda: sim.client("s3", account=1).create_bucket(Bucket=name, CreateBucketConfiguration=place))
    check.that("listed", name in [b["Name"] for b in s3.list_buckets()["Buckets"]])
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    check.equal("versioning", s3.get_bucket_versioning(Bucket=name)["Status"], "Enabled")
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "a", "Value": "b & <c>"}]})
    check.equal("tagging", s3.get_bucket_tagging(Bucket=name)["TagSet"], [{"Key": "a", "Value": "b & <c>"}])
    s3.delete_bucket_tagging(Bucket=name)
    check.error("no tags", "NoSuchTagSet", lambda: s3.get_bucket_tagging(Bucket=name))
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                                                                 "Resource": f"arn:aws:s3:::{name}/*"}]})
    s3.put_bucket_policy(Bucket=name, Policy=policy)
    check.equal("policy", json.loads(s3.get_bucket_policy(Bucket=name)["Policy"]), json.loads(policy))
    check.equal("public", s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"], True)
    s3.delete_bucket_policy(Bucket=name)
    s3.delete_public_access_block(Bucket=name)
    check.error("no block", "NoSuchPublicAccessBlockConfiguration", lambda: s3.get_public_access_block(Bucket=name))
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    check.equal("block", s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]["BlockPublicAcls"], True)
    rules = {"Rules": [{"ID": "x", "Status": "Enabled", "Filter": {"Prefix": "a/"}, "Expiration": {"Days": 7}}]}
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration=rules)
    check.equal("lifecycle", s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"], rules["Rules"])
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]})
    kept = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    check.equal("encryption", kept["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "aws:kms")
    s3.delete_bucket_encryption(Bucket=name)
    check.error("no encryption", "ServerSideEncryptionConfigurationNotFoundError", lambda: s3.get_bucket_encryption(Bucket=name))
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]})
    check.equal("cors", s3.get_bucket_cors(Bucket=name)["CORSRules"][0]["AllowedMethods"], ["GET"])
    s3.delete_bucket_cors(Bucket=name)
    s3.put_bucket_website(Bucket=name, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    check.equal("website", s3.get_bucket_website(Bucket=name)["IndexDocument"], {"Suffix": "index.html"})
    s3.delete_bucket_website(Bucket=name)
    s3.delete_bucket_ownership_controls(Bucket=name)
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    check.equal("ownership", s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"][0]["ObjectOwnership"],
                "ObjectWriter")
    s3.delete_bucket_lifecycle(Bucket=name)
    check.error("no lifecycle", "NoSuchLifecycleConfiguration", lambda: s3.get_bucket_lifecycle_configuration(Bucket=name))
    s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": name, "TargetPrefix": "l/"}})
    check.equal("logging", s3.get_bucket_logging(Bucket=name)["LoggingEnabled"]["TargetPrefix"], "l/")
    check.equal("empty inside", s3.list_objects_v2(Bucket=name)["KeyCount"], 0)
    s3.delete_bucket(Bucket=name)
    check.error("gone", "404", lambda: s3.head_bucket(Bucket=name))
    check.error("bad name", "InvalidBucketName", lambda: sim.client("s3", config={"parameter_validation": False}).create_bucket(
        Bucket="Bad_Name", CreateBucketConfiguration=place))
    check.error("bad body", "IllegalLocationConstraintException",
                lambda: s3.create_bucket(Bucket="proof-elsewhere", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}))


def trail(check, sim):
    # Two calls a second are let through: whoever asks for more waits as long as it takes.
    ec2, history = sim.client("ec2"), sim.client("cloudtrail", retries=10)
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    volumes = [ec2.create_volume(AvailabilityZone=zone, Size=1, VolumeType="gp3")["VolumeId"] for _ in range(3)]
    ec2.create_tags(Resources=volumes, Tags=[{"Key": "proof", "Value": "trail"}])
    ec2.describe_volumes(VolumeIds=volumes)
    check.error("a call that is refused", "InvalidVolume.NotFound", lambda: ec2.delete_volume(VolumeId="vol-0123456789abcdef0"))

    def events(size=50, **wanted):
        pages = history.get_paginator("lookup_events").paginate(PaginationConfig={"PageSize": size}, **wanted)
        return [event for page in pages for event in page["Events"]]

    def by(key, value):
        return events(LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}])

    check.equal("what changed this volume, newest first", [e["EventName"] for e in by("ResourceName", volumes[0])],
                ["CreateTags", "CreateVolume"])
    check.equal("no call that reads", by("EventName", "DescribeVolumes"), [])
    check.equal("read only", by("ReadOnly", "true"), [])
    refused = by("EventName", "DeleteVolume")[0]
    check.equal("the refused call says so", json.loads(refused["CloudTrailEvent"])["errorCode"], "InvalidVolume.NotFound")
    made = by("EventName", "CreateTags")[0]
    record = json.loads(made["CloudTrailEvent"])
    check.equal("who", record["userIdentity"]["arn"], sim.client("sts").get_caller_identity()["Arn"])
    check.equal("with what", [i["resourceId"] for i in record["requestParameters"]["resourcesSet"]["items"]], volumes)
    check.equal("from where", record["awsRegion"], ec2.meta.region_name)
    check.that("by boto3", "Boto3" in record["userAgent"], record["userAgent"])
    everything = [e["EventId"] for e in events()]
    check.equal("each once", len(set(everything)), len(everything))
    short = [e["EventId"] for e in events(size=2, StartTime=made["EventTime"] - datetime.timedelta(seconds=1))]
    check.equal("pages go on where they ended", short, everything[:len(short)])
    check.that("there were several", len(short) > 2, short)
    check.equal("by its id", [e["EventName"] for e in by("EventId", made["EventId"])], ["CreateTags"])
    later = made["EventTime"] + datetime.timedelta(hours=1)
    check.equal("none after now", events(StartTime=later, EndTime=later + datetime.timedelta(hours=1)), [])
    check.error("a range the wrong way round", "InvalidTimeRangeException", lambda: history.lookup_events(
        StartTime=made["EventTime"], EndTime=made["EventTime"] - datetime.timedelta(hours=1)))
    first = history.lookup_events(MaxResults=2)
    check.error("a token of another question", "InvalidNextTokenException",
                lambda: history.lookup_events(MaxResults=3, NextToken=first["NextToken"]))
    check.error("a page too long", "InvalidMaxResultsException", lambda: history.lookup_events(MaxResults=51))
    check.error("two attributes", "InvalidLookupAttributesException", lambda: history.lookup_events(LookupAttributes=[
        {"AttributeKey": "ReadOnly", "AttributeValue": "false"}, {"AttributeKey": "EventName", "AttributeValue": "x"}]))
    others = sim.client("cloudtrail", account=1).lookup_events()["Events"]
    check.that("another account knows nothing of it", not {e["EventName"] for e in others} & {"CreateTags", "CreateVolume"}, others)
    key = sim.client("iam").create_user(UserName="trail")["User"] and sim.client("iam").create_access_key(UserName="trail")
    global_events = sim.client("cloudtrail", region="us-east-1").lookup_events(
        LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": record["userIdentity"]["userName"]}])["Events"]
    text = json.dumps(global_events, default=str)
    check.that("IAM is told in us-east-1", "CreateAccessKey" in text, text)
    check.that("and no secret", key["AccessKey"]["SecretAccessKey"] not in text)
    sim.client("iam").delete_access_key(UserName="trail", AccessKeyId=key["AccessKey"]["AccessKeyId"])
    sim.client("iam").delete_user(UserName="trail")
    for volume in volumes:
        ec2.delete_volume(VolumeId=volume)


def told_by_events(check, sim):
    ec2, sqs, events = sim.client("ec2"), sim.client("sqs"), sim.client("events")
    url = sqs.create_queue(QueueName="told", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["QueueArn"]
    pattern = {"detail-type": ["AWS API Call via CloudTrail"], "detail": {"eventName": [{"prefix": "Create"}, "StopInstances"],
                                                                          "errorCode": [{"exists": False}]}}
    events.put_rule(Name="told-calls", EventPattern=json.dumps(pattern))
    events.put_rule(Name="told-states", EventPattern=json.dumps({"source": ["aws.ec2"], "detail": {"state": [{"anything-but": "pending"}]}}))
    for rule in ("told-calls", "told-states"):
        events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
    check.error("a pattern that is none", "InvalidEventPatternException", lambda: events.put_rule(Name="x", EventPattern="[]"))
    check.error("a rule that is not there", "ResourceNotFoundException",
                lambda: events.put_targets(Rule="nowhere", Targets=[{"Id": "1", "Arn": arn}]))

    def taken(most=10, wait=5):
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most, WaitTimeSeconds=wait,
                                       MessageSystemAttributeNames=["All"]).get("Messages", [])
        sqs.delete_message_batch(QueueUrl=url, Entries=[
            {"Id": str(i), "ReceiptHandle": one["ReceiptHandle"]} for i, one in enumerate(messages)]) if messages else None
        return [json.loads(one["Body"]) for one in messages]

    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    volume = ec2.create_volume(AvailabilityZone=zone, Size=1, VolumeType="gp3")["VolumeId"]
    ec2.create_tags(Resources=[volume], Tags=[{"Key": "told", "Value": "x"}])
    check.error("a call that is refused", "InvalidVolume.NotFound", lambda: ec2.delete_volume(VolumeId="vol-0123456789abcdef0"))
    told = taken() + taken(wait=0)
    check.equal("the calls that the rule names", [event["detail"]["eventName"] for event in told], ["CreateVolume", "CreateTags"])
    event = told[0]
    check.that("an event as EventBridge's are", event["source"] == "aws.ec2" and event["region"] == "eu-west-1"
               and event["account"] == sim.accounts[0]["account_id"] and event["detail"]["responseElements"]["volumeId"] == volume, event)
    running = ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running"]}])
    machine = running["Reservations"][0]["Instances"][0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[machine])
    sim.advance(30)
    states, calls = [], []
    while not {"stopping", "stopped"} <= set(states) and (some := taken(wait=20)):
        states += [event["detail"]["state"] for event in some if event["detail-type"].endswith("State-change Notification")]
        calls += [event["detail"]["eventName"] for event in some if "eventName" in event["detail"]]
    check.equal("the states of an instance, also that it reaches by itself", states, ["stopping", "stopped"])
    check.equal("and the call", calls, ["StopInstances"])
    for fault, count in (("events:lose:100%", 0), ("events:twice:100%", 2), ("events:delay:100ms", 1)):
        sim.fault(fault)
        ec2.create_tags(Resources=[volume], Tags=[{"Key": "told", "Value": fault}])
        sim.admin("faults", "DELETE")
        check.equal(fault, len(taken(wait=1)), count)
    sqs.send_message(QueueUrl=url, MessageBody="again")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
    first = sqs.receive_message(QueueUrl=url)["Messages"][0]
    second = sqs.receive_message(QueueUrl=url)["Messages"][0]
    check.equal("what is not deleted comes again", (first["MessageId"], second["Body"]), (second["MessageId"], "again"))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"])
    check.equal("and what is, does not", sqs.receive_message(QueueUrl=url).get("Messages", []), [])
    for rule in ("told-calls", "told-states"):
        events.remove_targets(Rule=rule, Ids=["queue"])
        events.delete_rule(Name=rule)
    check.error("a queue that is not there", "AWS.SimpleQueueService.NonExistentQueue",
                lambda: sqs.receive_message(QueueUrl=url.replace("told", "nowhere")))
    ec2.delete_volume(VolumeId=volume)


def people(check, sim):
    iam = sim.client("iam")
    iam.create_user(UserName="proof", Tags=[{"Key": "a", "Value": "b"}])
    check.error("user twice", "EntityAlreadyExists", lambda: iam.create_user(UserName="proof"))
    check.equal("its tags", iam.list_user_tags(UserName="proof")["Tags"], [{"Key": "a", "Value": "b"}])
    key = iam.create_access_key(UserName="proof")["AccessKey"]
    mine = sim.client("sts", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    check.that("its key opens", mine.get_caller_identity()["Arn"].endswith(":user/proof"))
    check.equal("its key is listed", [k["AccessKeyId"] for k in iam.list_access_keys(UserName="proof")["AccessKeyMetadata"]],
                [key["AccessKeyId"]])
    check.error("user with a key", "DeleteConflict", lambda: iam.delete_user(UserName="proof"))
    iam.delete_access_key(UserName="proof", AccessKeyId=key["AccessKeyId"])
    check.error("its key is dead", "InvalidClientTokenId", mine.get_caller_identity)
    iam.delete_user(UserName="proof")
    check.error("user gone", "NoSuchEntity", lambda: iam.get_user(UserName="proof"))
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": sim.accounts[0]["account_id"]}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "agreed"}}}]}
    arn = iam.create_role(RoleName="proof", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    check.equal("trust", iam.get_role(RoleName="proof")["Role"]["AssumeRolePolicyDocument"], trust)
    sts = sim.client("sts")
    check.error("role without its external id", "AccessDenied", lambda: sts.assume_role(RoleArn=arn, RoleSessionName="x1"))
    check.that("role with it", sts.assume_role(RoleArn=arn, RoleSessionName="x1", ExternalId="agreed")["Credentials"])
    check.error("bad trust", "MalformedPolicyDocument", lambda: iam.create_role(RoleName="bad", AssumeRolePolicyDocument="{"))
    iam.delete_role(RoleName="proof")
    check.error("role gone", "NoSuchEntity", lambda: iam.get_role(RoleName="proof"))


def by_cli(check, sim):
    with mock.patch.dict(os.environ, sim.environment("us-east-1")):
        def run(*arguments):
            code, out, err = aws_cli([*arguments, "--output", "json"])
            check.equal(f"cli {' '.join(arguments[:2])}: {err}", code, 0)
            return json.loads(out) if out.strip() else {}

        volume = run("ec2", "create-volume", "--availability-zone", "us-east-1a", "--size", "7", "--tag-specifications",
                     "ResourceType=volume,Tags=[{Key=Name,Value=cli}]")["VolumeId"]
        sim.advance(4)
        found = run("ec2", "describe-volumes", "--filters", "Name=tag:Name,Values=cli")["Volumes"]
        check.equal("cli found it", [(v["VolumeId"], v["State"]) for v in found], [(volume, "available")])
        run("ec2", "delete-volume", "--volume-id", volume)
        run("s3api", "create-bucket", "--bucket", "proof-by-cli")
        check.that("cli bucket", "proof-by-cli" in [b["Name"] for b in run("s3api", "list-buckets")["Buckets"]])
        run("s3api", "delete-bucket", "--bucket", "proof-by-cli")


def main():
    check = Checks()
    with Sim("--seed", "5", "--resources", "800", "--accounts", "2", "--regions", "eu-west-1,us-east-1") as sim:
        for part in (instances, volumes, networks, groups, databases, buckets, trail, told_by_events, people, by_cli):
            with check.group(part.__name__):
                part(check, sim)
        check.equal("every changing operation was called", sim.never_called(reading=False), [])
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
