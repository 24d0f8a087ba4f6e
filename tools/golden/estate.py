"""A small estate on moto, with at least one of everything that the catalog knows."""
import io
import json
import zipfile

from golden import estate_data, estate_network, estate_services

# Types whose operations moto has not got.
MOTO_LACKS = {"ec2/reserved_instance", "health/event", "servicequotas/service_quota"}
TAGS = [{"Key": "Name", "Value": "golden"}, {"Key": "Owner", "Value": "platform"}]
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
READ_ONLY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]})


def tagged(kind):
    return [{"ResourceType": kind, "Tags": TAGS}]


def network(client):
    ec2 = client("ec2")
    made = {}
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]["VpcId"]
    made["vpc"] = vpc
    made["subnets"] = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.7.{n}.0/24", AvailabilityZone=f"eu-west-1{zone}",
                          TagSpecifications=tagged("subnet"))["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")]
    gateway = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway"))
    gateway = gateway["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=tagged("route-table"))["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=made["subnets"][0])
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))["AllocationId"]
    ec2.create_nat_gateway(SubnetId=made["subnets"][0], AllocationId=address, TagSpecifications=tagged("natgateway"))
    group = ec2.create_security_group(GroupName="web", Description="web servers", VpcId=vpc,
                                      TagSpecifications=tagged("security-group"))["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": group}]}])
    made["group"] = group
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Protocol="6", RuleAction="allow", Egress=False,
                                 CidrBlock="10.0.0.0/8", PortRange={"From": 443, "To": 443})
    return made


def compute(client, made):
    ec2 = client("ec2")
    image = ec2.register_image(Name="golden-image", Description="made by hand", Architecture="x86_64",
                               RootDeviceName="/dev/sda1", VirtualizationType="hvm")["ImageId"]
    ec2.create_tags(Resources=[image], Tags=TAGS)
    ec2.create_key_pair(KeyName="golden-key", TagSpecifications=tagged("key-pair"))
    instance = ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, KeyName="golden-key",
        SubnetId=made["subnets"][0], SecurityGroupIds=[made["group"]],
        TagSpecifications=tagged("instance"))["Instances"][0]["InstanceId"]
    made["instance"] = instance
    volume = ec2.create_volume(Size=20, VolumeType="gp3", AvailabilityZone="eu-west-1a", Encrypted=True,
                               TagSpecifications=tagged("volume"))["VolumeId"]
    ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdf")
    ec2.create_volume(Size=8, VolumeType="gp2", AvailabilityZone="eu-west-1b")
    ec2.create_snapshot(VolumeId=volume, Description="before the upgrade", TagSpecifications=tagged("snapshot"))
    ec2.create_network_interface(SubnetId=made["subnets"][1], Description="spare", Groups=[made["group"]])
    template = ec2.create_launch_template(
        LaunchTemplateName="golden-template", TagSpecifications=tagged("launch-template"),
        LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro", "SecurityGroupIds": [made["group"]],
                            "UserData": "ZXhwb3J0IFBBU1NXT1JEPWh1bnRlcjI="})["LaunchTemplate"]["LaunchTemplateId"]
    client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="golden-group", MinSize=1, MaxSize=2, DesiredCapacity=1,
        LaunchTemplate={"LaunchTemplateId": template, "Version": "$Latest"}, VPCZoneIdentifier=made["subnets"][0],
        Tags=[{"Key": "Owner", "Value": "platform", "PropagateAtLaunch": True}])


def databases(client, made):
    rds = client("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="golden", DBSubnetGroupDescription="g", SubnetIds=made["subnets"])
    rds.create_db_instance(DBInstanceIdentifier="golden-db", DBInstanceClass="db.t3.micro", Engine="postgres",
                           AllocatedStorage=20, MasterUsername="root", MasterUserPassword="hunter2hunter2",
                           DBSubnetGroupName="golden", StorageEncrypted=True, Tags=TAGS)
    rds.create_db_snapshot(DBInstanceIdentifier="golden-db", DBSnapshotIdentifier="golden-db-copy", Tags=TAGS)
    rds.create_db_cluster(DBClusterIdentifier="golden-cluster", Engine="aurora-postgresql", MasterUsername="root",
                          MasterUserPassword="hunter2hunter2", Tags=TAGS)


def balancers(client, made):
    elbv2 = client("elbv2")
    group = elbv2.create_target_group(Name="golden-targets", Protocol="HTTP", Port=80, VpcId=made["vpc"],
                                      Tags=TAGS)["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": made["instance"]}])
    for kind in ("application", "network", "gateway"):
        balancer = elbv2.create_load_balancer(Name=f"golden-{kind}", Subnets=made["subnets"], Type=kind,
                                              Tags=TAGS)["LoadBalancers"][0]["LoadBalancerArn"]
        if kind == "application":
            elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80,
                                  DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
    elb = client("elb")
    elb.create_load_balancer(LoadBalancerName="golden-classic", Tags=TAGS, Subnets=made["subnets"][:1], Listeners=[
        {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}])
    elb.register_instances_with_load_balancer(LoadBalancerName="golden-classic",
                                              Instances=[{"InstanceId": made["instance"]}])


def buckets(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="golden-full", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client("s3", "us-east-1").create_bucket(Bucket="golden-empty")
    s3.put_bucket_versioning(Bucket="golden-full", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_encryption(Bucket="golden-full", ServerSideEncryptionConfiguration={"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
    s3.put_bucket_policy(Bucket="golden-full", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::golden-full/*"}]}))
    s3.put_public_access_block(Bucket="golden-full", PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False})
    s3.put_bucket_lifecycle_configuration(Bucket="golden-full", LifecycleConfiguration={"Rules": [
        {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}]})
    s3.put_bucket_tagging(Bucket="golden-full", Tagging={"TagSet": TAGS})
    s3.put_bucket_ownership_controls(Bucket="golden-full", OwnershipControls={"Rules": [
        {"ObjectOwnership": "BucketOwnerEnforced"}]})


def people(client):
    iam = client("iam")
    policy = iam.create_policy(PolicyName="golden-read", PolicyDocument=READ_ONLY, Tags=TAGS)["Policy"]["Arn"]
    iam.create_group(GroupName="golden-team")
    iam.attach_group_policy(GroupName="golden-team", PolicyArn=policy)
    iam.put_group_policy(GroupName="golden-team", PolicyName="inline", PolicyDocument=READ_ONLY)
    iam.create_user(UserName="golden-user", Tags=TAGS)
    iam.create_login_profile(UserName="golden-user", Password="Hunter2!hunter2")
    iam.create_access_key(UserName="golden-user")
    iam.put_user_policy(UserName="golden-user", PolicyName="inline", PolicyDocument=READ_ONLY)
    iam.add_user_to_group(UserName="golden-user", GroupName="golden-team")
    iam.create_user(UserName="golden-robot")
    role = iam.create_role(RoleName="golden-role", AssumeRolePolicyDocument=TRUST, Description="runs functions",
                           Tags=TAGS)["Role"]["Arn"]
    iam.attach_role_policy(RoleName="golden-role", PolicyArn=policy)
    iam.put_role_policy(RoleName="golden-role", PolicyName="inline", PolicyDocument=READ_ONLY)
    iam.create_account_alias(AccountAlias="golden-company")
    return role


def the_rest(client, role):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return 1\n")
    client("lambda").create_function(
        FunctionName="golden-function", Runtime="python3.12", Role=role, Handler="main.handler",
        Code={"ZipFile": code.getvalue()}, Tags={"Owner": "platform"},
        Environment={"Variables": {"LOG_LEVEL": "debug", "DB_PASSWORD": "hunter2-in-a-variable"}})
    client("cloudwatch").put_metric_alarm(
        AlarmName="golden-alarm", Namespace="AWS/EC2", MetricName="CPUUtilization", Statistic="Average", Period=300,
        EvaluationPeriods=2, Threshold=80.5, ComparisonOperator="GreaterThanThreshold", Tags=TAGS)
    kms = client("kms")
    key = kms.create_key(Description="golden key", Tags=[{"TagKey": "Owner", "TagValue": "platform"}])
    kms.create_alias(AliasName="alias/golden", TargetKeyId=key["KeyMetadata"]["KeyId"])


def make(client):
    """`client(service, region=…)` gives a boto3 client of the moto server."""
    made = network(client)
    compute(client, made)
    databases(client, made)
    balancers(client, made)
    buckets(client)
    the_rest(client, people(client))
    for part in (estate_network, estate_data, estate_services):
        for step in part.STEPS:
            step(client, made)
