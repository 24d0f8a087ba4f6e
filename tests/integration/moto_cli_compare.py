#!/usr/bin/env python3
"""Runs the same calls through the AWS CLI and through `hostmaster aws` against one moto server, with
authentication on, and compares the documents. Reads are made twice, once by each; writes are made by ours and
read back by both. Ends with N passed, N failed, N skipped.
"""
import contextlib
import io
import json
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FREE_CALLS = 3  # CreateUser, PutUserPolicy, CreateAccessKey

# service, then its calls. "+" makes something (ours alone), the others are compared. {name} stands for what an
# earlier call answered, kept by "=> name:path".
CALLS = """
sts get-caller-identity
sts get-session-token --duration-seconds 900 ~ Credentials
+ ec2 create-vpc --cidr-block 10.1.0.0/16 => vpc:Vpc.VpcId
+ ec2 create-subnet --vpc-id {vpc} --cidr-block 10.1.1.0/24 => subnet:Subnet.SubnetId
+ ec2 create-security-group --group-name web --description "web & more" --vpc-id {vpc} => sg:GroupId
+ ec2 authorize-security-group-ingress --group-id {sg} --ip-permissions IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]
+ ec2 create-volume --size 8 --availability-zone us-east-1a --tag-specifications ResourceType=volume,Tags=[{Key=env,Value=prod},{Key=äö,Value=日本}] => vol:VolumeId
+ ec2 create-volume --size 9 --availability-zone us-east-1b --encrypted
+ ec2 run-instances --image-id ami-12c6146b --count 2 --instance-type t3.micro --subnet-id {subnet} --user-data "#!/bin/sh" => i:Instances.0.InstanceId
+ ec2 create-tags --resources {i} --tags Key=Name,Value=one
+ ec2 allocate-address --domain vpc
+ ec2 create-key-pair --key-name k1
+ ec2 create-launch-template --launch-template-name lt --launch-template-data InstanceType=t3.micro,ImageId=ami-12c6146b
+ ec2 create-snapshot --volume-id {vol} --description "a snapshot"
+ ec2 create-internet-gateway
+ ec2 create-flow-logs --resource-ids {vpc} --resource-type VPC --traffic-type ALL --log-destination-type s3 --log-destination arn:aws:s3:::logs
ec2 describe-instances
ec2 describe-instances --filters Name=instance-type,Values=t3.micro,t3.large Name=tag:Name,Values=one
ec2 describe-instances --instance-ids {i}
ec2 describe-instances --max-items 1
ec2 describe-instance-status --include-all-instances
ec2 describe-instance-attribute --instance-id {i} --attribute userData
ec2 describe-instance-attribute --instance-id {i} --attribute disableApiTermination
ec2 describe-volumes
ec2 describe-volumes --volume-ids {vol}
ec2 describe-volumes --filters '[{"Name": "status", "Values": ["available"]}]'
ec2 describe-snapshots --owner-ids self
ec2 describe-vpcs
ec2 describe-vpc-attribute --vpc-id {vpc} --attribute enableDnsSupport
ec2 describe-subnets --filters Name=vpc-id,Values={vpc}
ec2 describe-security-groups --group-ids {sg}
ec2 describe-security-group-rules
ec2 describe-route-tables
ec2 describe-internet-gateways
ec2 describe-nat-gateways
ec2 describe-network-acls
ec2 describe-network-interfaces
ec2 describe-addresses
ec2 describe-key-pairs
ec2 describe-launch-templates
ec2 describe-launch-template-versions --launch-template-name lt
ec2 describe-images --owners amazon --max-items 3
ec2 describe-regions
ec2 describe-availability-zones
ec2 describe-instance-types --instance-types t3.micro m5.large
ec2 describe-tags
ec2 describe-flow-logs
ec2 describe-vpc-endpoints
ec2 describe-account-attributes
ec2 describe-instances --instance-ids i-0123456789abcdef0
ec2 describe-volumes --dry-run
ec2 describe-volumes --volume-ids vol-1 --max-results x
ec2 describe-volumes --filters Name
ec2 describe-instances --no-such-option
+ s3api create-bucket --bucket hm-compare-1
+ s3api create-bucket --bucket hm-compare-2 --create-bucket-configuration LocationConstraint=eu-west-1
+ s3api put-object --bucket hm-compare-1 --key "a b/ü+1.txt" --body {file} --metadata k=v
+ s3api put-bucket-tagging --bucket hm-compare-1 --tagging TagSet=[{Key=env,Value=prod}]
+ s3api put-bucket-versioning --bucket hm-compare-1 --versioning-configuration Status=Enabled
+ s3api put-bucket-policy --bucket hm-compare-1 --policy '{"Version":"2012-10-17","Statement":[]}'
+ s3api put-bucket-lifecycle-configuration --bucket hm-compare-1 --lifecycle-configuration '{"Rules":[{"ID":"r","Status":"Enabled","Filter":{"Prefix":"x"},"Expiration":{"Days":3}}]}'
+ s3api put-bucket-encryption --bucket hm-compare-1 --server-side-encryption-configuration '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
+ s3api put-public-access-block --bucket hm-compare-1 --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
s3api list-buckets
s3api get-bucket-location --bucket hm-compare-1
s3api get-bucket-location --bucket hm-compare-2
s3api get-bucket-tagging --bucket hm-compare-1
s3api get-bucket-versioning --bucket hm-compare-1
s3api get-bucket-policy --bucket hm-compare-1
s3api get-bucket-policy --bucket hm-compare-2
s3api get-bucket-acl --bucket hm-compare-1
s3api get-bucket-lifecycle-configuration --bucket hm-compare-1
s3api get-bucket-encryption --bucket hm-compare-1
s3api get-bucket-logging --bucket hm-compare-1
s3api get-public-access-block --bucket hm-compare-1
s3api list-objects-v2 --bucket hm-compare-1
s3api list-objects --bucket hm-compare-1
s3api list-object-versions --bucket hm-compare-1
s3api head-object --bucket hm-compare-1 --key "a b/ü+1.txt"
s3api head-object --bucket hm-compare-1 --key none
s3api get-object --bucket hm-compare-1 --key "a b/ü+1.txt" {out}
s3api head-bucket --bucket no-such-bucket-here
+ iam create-role --role-name r1 --assume-role-policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
+ iam put-role-policy --role-name r1 --policy-name p1 --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}'
+ iam create-group --group-name g1
+ iam create-policy --policy-name pol --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}' => policy:Policy.Arn
iam list-users
iam list-users --max-items 1
iam get-user --user-name compare
iam list-roles
iam get-role --role-name r1
iam get-role-policy --role-name r1 --policy-name p1
iam list-role-policies --role-name r1
iam list-groups
iam list-policies --scope Local
iam get-policy-version --policy-arn {policy} --version-id v1
iam get-account-authorization-details --filter Role LocalManagedPolicy
iam get-account-summary
iam get-role --role-name missing
+ kms create-key --description "compare" => key:KeyMetadata.KeyId
kms list-keys
kms describe-key --key-id {key}
kms get-key-policy --key-id {key} --policy-name default
kms get-key-rotation-status --key-id {key}
kms list-aliases
+ sns create-topic --name t1 => topic:TopicArn
sns list-topics
sns get-topic-attributes --topic-arn {topic}
+ sqs create-queue --queue-name q1 => queue:QueueUrl
sqs list-queues
sqs get-queue-attributes --queue-url {queue} --attribute-names All
sqs get-queue-url --queue-name missing
+ dynamodb create-table --table-name t1 --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH --billing-mode PAY_PER_REQUEST
+ dynamodb put-item --table-name t1 --item '{"id":{"S":"1"},"n":{"N":"3.5"},"b":{"B":"bytes"}}'
dynamodb list-tables
dynamodb describe-table --table-name t1
dynamodb get-item --table-name t1 --key '{"id":{"S":"1"}}'
dynamodb scan --table-name t1
dynamodb describe-table --table-name missing
+ rds create-db-instance --db-instance-identifier db1 --db-instance-class db.t3.micro --engine postgres --allocated-storage 20 --master-username u --master-user-password secret99
rds describe-db-instances ~ LatestRestorableTime
rds describe-db-clusters
rds describe-db-snapshots
rds describe-db-instances --db-instance-identifier missing
+ elbv2 create-load-balancer --name lb1 --type network --subnets {subnet}
+ elbv2 create-target-group --name tg1 --protocol TCP --port 80 --vpc-id {vpc}
elbv2 describe-load-balancers
elbv2 describe-target-groups
+ elb create-load-balancer --load-balancer-name clb --listeners Protocol=HTTP,LoadBalancerPort=80,InstancePort=80 --availability-zones us-east-1a
elb describe-load-balancers
elb describe-load-balancer-attributes --load-balancer-name clb
+ autoscaling create-launch-configuration --launch-configuration-name lc --image-id ami-12c6146b --instance-type t3.micro
+ autoscaling create-auto-scaling-group --auto-scaling-group-name asg --launch-configuration-name lc --min-size 0 --max-size 2 --availability-zones us-east-1a --tags Key=a,Value=b
autoscaling describe-auto-scaling-groups
autoscaling describe-launch-configurations
+ cloudwatch put-metric-alarm --alarm-name a1 --metric-name CPU --namespace AWS/EC2 --statistic Average --period 60 --evaluation-periods 1 --threshold 1.5 --comparison-operator GreaterThanThreshold
cloudwatch describe-alarms
cloudwatch list-metrics
cloudwatch get-metric-statistics --namespace AWS/EC2 --metric-name CPU --start-time 2026-01-01T00:00:00Z --end-time 2026-01-02T00:00:00Z --period 3600 --statistics Average Maximum
+ logs create-log-group --log-group-name /a/b
logs describe-log-groups
logs describe-log-streams --log-group-name /a/b
+ events put-rule --name rule1 --schedule-expression "rate(5 minutes)"
events list-rules
events describe-rule --name rule1
+ secretsmanager create-secret --name s1 --secret-string hidden
secretsmanager list-secrets
secretsmanager describe-secret --secret-id s1
+ ssm put-parameter --name /p/1 --value v --type String
ssm get-parameter --name /p/1
ssm describe-parameters
ssm get-parameters-by-path --path /p
+ ecs create-cluster --cluster-name c1
ecs list-clusters
ecs describe-clusters --clusters c1
+ ecr create-repository --repository-name repo
ecr describe-repositories
+ route53 create-hosted-zone --name example.org --caller-reference x1 => zone:HostedZone.Id
route53 list-hosted-zones
route53 list-hosted-zones --page-size 1
route53 get-hosted-zone --id {zone}
route53 list-resource-record-sets --hosted-zone-id {zone}
+ cloudformation create-stack --stack-name st --template-body '{"AWSTemplateFormatVersion":"2010-09-09","Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}'
cloudformation list-stacks
cloudformation describe-stacks
cloudformation get-template --stack-name st
+ stepfunctions create-state-machine --name sm --role-arn arn:aws:iam::123456789012:role/r1 --definition '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}'
stepfunctions list-state-machines
+ efs create-file-system --creation-token t
efs describe-file-systems ~ Timestamp
+ kinesis create-stream --stream-name ks --shard-count 1
kinesis list-streams
kinesis describe-stream --stream-name ks
+ apigateway create-rest-api --name api
apigateway get-rest-apis
+ apigatewayv2 create-api --name api --protocol-type HTTP
apigatewayv2 get-apis
+ glue create-database --database-input Name=gdb
glue get-databases
+ athena create-work-group --name wg
athena list-work-groups ~ CreationTime
+ elasticache create-cache-cluster --cache-cluster-id cc --engine redis --num-cache-nodes 1 --cache-node-type cache.t3.micro
elasticache describe-cache-clusters
+ redshift create-cluster --cluster-identifier rs --node-type ra3.large --master-username u --master-user-password Secret99x
redshift describe-clusters
+ organizations create-organization
organizations describe-organization
organizations list-accounts
+ cloudtrail create-trail --name trail1 --s3-bucket-name hm-compare-1
cloudtrail describe-trails
acm list-certificates
+ backup create-backup-vault --backup-vault-name bv
backup list-backup-vaults
lambda list-functions
wafv2 list-web-acls --scope REGIONAL
guardduty list-detectors
configservice describe-configuration-recorders
resourcegroupstaggingapi get-resources
eks list-clusters
opensearch list-domain-names
batch describe-compute-environments
support describe-trusted-advisor-checks --language en
ce get-cost-and-usage --time-period Start=2026-10-01,End=2026-11-01 --granularity MONTHLY --metrics UnblendedCost
"""
# Chosen by the server or the clock anew for every answer.
VOLATILE = {"RequestId", "HostId", "GeneratedTime"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, log, authenticated):
        self.url = f"http://127.0.0.1:{free_port()}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        environment["INITIAL_NO_AUTH_ACTION_COUNT"] = str(FREE_CALLS if authenticated else 10**9)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", self.url.rsplit(":", 1)[1]],
            stdout=log, stderr=log, env=environment)
        for _ in range(600):
            try:
                urllib.request.urlopen(self.url + "/moto-api/data.json", timeout=5).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    sys.exit("moto_cli_compare: the moto server did not start")
                time.sleep(0.1)
        sys.exit("moto_cli_compare: the moto server does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Ours:
    def __init__(self, program):
        self.program = program

    def __call__(self, words):
        words = [*words, "--endpoint-url", os.environ["HM_COMPARE_URL"]]
        done = subprocess.run([self.program, "aws", *words], capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr


class Theirs:
    """The AWS CLI inside this process: starting it anew takes a second."""

    def __call__(self, words):
        import awscli.clidriver
        words = [*words, "--endpoint-url", os.environ["HM_COMPARE_URL"]]
        out, err = io.StringIO(), io.StringIO()
        out.buffer, err.buffer = io.BytesIO(), io.BytesIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = awscli.clidriver.create_clidriver().main(list(words))
            except SystemExit as end:
                code = end.code
        return code, out.getvalue() + out.buffer.getvalue().decode(), err.getvalue()


def steady(value, leave_out):
    if isinstance(value, dict):
        return {k: steady(v, leave_out) for k, v in value.items() if k not in VOLATILE and k not in leave_out}
    if isinstance(value, list):
        return [steady(item, leave_out) for item in value]
    return value


def same(mine, other, leave_out):
    """The documents are equal to the byte (or, where parts are volatile, without those); errors say the same."""
    if mine[1] != other[1]:
        try:
            if steady(json.loads(mine[1]), leave_out) != steady(json.loads(other[1]), leave_out):
                return False
            if list(json.loads(mine[1])) != list(json.loads(other[1])):
                return False  # the order of members counts as well
        except ValueError:
            return False
    if (mine[0] == 0) != (other[0] == 0):
        return False
    if mine[0] == 0:
        return True
    if mine[0] == 252:  # our own usage, the AWS CLI's own usage
        return tail(mine[2]) == tail(other[2])
    return mine[2].strip() == other[2].strip()


def tail(text):
    """What is wrong, without the usage before it."""
    return text.strip().split("\n")[-1].split("error: ")[-1] if "usage:" in text else text.strip()


def pick(document, path):
    for step in path.split("."):
        document = document[int(step)] if step.isdigit() else document[step]
    return document


def denied(result):
    return result[0] != 0 and any(code in result[2] for code in (
        "SignatureDoesNotMatch", "InvalidClientTokenId", "AuthFailure", "AccessDenied", "InvalidAccessKeyId"))


def credentials(ours, server):
    """A user who may do everything, made with the calls that are free of authentication."""
    os.environ.update(HM_COMPARE_URL=server.url, AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="x",
                      AWS_SECRET_ACCESS_KEY="x", AWS_CONFIG_FILE=os.environ["HM_COMPARE_CONFIG"],
                      AWS_SHARED_CREDENTIALS_FILE="/nonexistent", AWS_EC2_METADATA_DISABLED="true")
    allowed = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    ours(["iam", "create-user", "--user-name", "compare"])
    ours(["iam", "put-user-policy", "--user-name", "compare", "--policy-name", "all", "--policy-document", allowed])
    code, out, err = ours(["iam", "create-access-key", "--user-name", "compare"])
    if code:
        sys.exit(f"moto_cli_compare: no access key: {err}")
    key = json.loads(out)["AccessKey"]
    os.environ.update(AWS_ACCESS_KEY_ID=key["AccessKeyId"], AWS_SECRET_ACCESS_KEY=key["SecretAccessKey"])


def fill(line, kept):
    for name, value in kept.items():
        line = line.replace("{" + name + "}", value)
    return line


def play(ours, theirs, kept, only=None):
    """Yields (line, outcome, what differed) for each compared call."""
    for raw in CALLS.strip().split("\n"):
        line, _, keep = raw.partition(" => ")
        line, _, volatile = line.partition(" ~ ")
        makes = line.startswith("+ ")
        words = shlex.split(fill(line.removeprefix("+ "), kept))
        if only is not None and not makes and raw not in only:
            continue
        mine = ours(words)
        if keep and mine[0] == 0:
            name, path = keep.split(":")
            kept[name] = pick(json.loads(mine[1]), path)
        if makes:
            if mine[0] != 0:
                yield raw, "denied" if denied(mine) else "failed", f"ours: {mine}"
            continue
        other = theirs(words)
        if denied(mine) and other[0] != 0:  # the AWS CLI cannot read every refusal of moto's
            yield raw, "denied", mine[2].strip()
        elif same(mine, other, set(volatile.split())):
            yield raw, "same", ""
        else:
            yield raw, "failed", f"ours:   {mine}\ntheirs: {other}"


def program():
    build = os.environ.get("HM_BUILD_DIR")
    for folder in [build] if build else [ROOT / "build" / "release", ROOT / "build" / "dev"]:
        if (pathlib.Path(folder) / "hostmaster").exists():
            return str(pathlib.Path(folder) / "hostmaster")
    sys.exit("moto_cli_compare: hostmaster is not built")


def main():
    ours, theirs = Ours(program()), Theirs()
    passed = failed = 0
    services, without = set(), []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "config").write_text("[default]\ncli_timestamp_format = iso8601\noutput = json\n")
        (folder / "body").write_bytes(b"some text\n")
        os.environ["HM_COMPARE_CONFIG"] = str(folder / "config")
        files = {"file": str(folder / "body"), "out": str(folder / "out")}
        with open(folder / "moto.log", "wb") as log:
            server = Server(log, authenticated=True)
            try:
                credentials(ours, server)
                for raw, outcome, why in play(ours, theirs, dict(files)):
                    services.add(raw.removeprefix("+ ").split()[0])
                    if outcome == "denied":
                        without.append(raw)
                        continue
                    passed += outcome == "same"
                    failed += outcome == "failed"
                    if outcome == "failed":
                        print(f"FAILED {raw}\n{why[:3000]}\n")
            finally:
                server.stop()
            if without:
                print("moto rejects these from the AWS CLI as well, so they ran without authentication:")
                server = Server(log, authenticated=False)
                os.environ["HM_COMPARE_URL"] = server.url
                try:
                    for raw, outcome, why in play(ours, theirs, dict(files), only=without):
                        print(f"  {raw}: {outcome}")
                        passed += outcome == "same"
                        failed += outcome != "same"
                        if outcome != "same":
                            print(why[:3000])
                finally:
                    server.stop()
    print(f"{passed + failed} calls over {len(services)} services")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or passed < 100 or len(services) < 25 else 0


if __name__ == "__main__":
    sys.exit(main())
