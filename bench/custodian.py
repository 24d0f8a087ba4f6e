#!/usr/bin/env python3
"""Ten types of one moto server, listed by `custodian run` (a policy without filters for each), by a boto3 script, and by
`hostmaster scan`, which also reads details and stores it all. CPU is that of the program alone, not of moto.

The programs of the yardstick come from bench/requirements.lock, in an environment of their own.
"""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from scan import BUILD, ROOT, measure

LOCK = ROOT / "bench" / "requirements.lock"
REGION, START_LIMIT_S, RUNS = "eu-west-1", 60, 3
COUNT = int(os.environ.get("HM_BENCH_EACH", "200"))  # of each type that is made here
# Custodian's name, ours, and for boto3: service, operation, path to the items.
TYPES = [("ebs", "ec2/volume", "ec2", "describe_volumes", "Volumes[]"),
         ("ec2", "ec2/instance", "ec2", "describe_instances", "Reservations[].Instances[]"),
         ("ebs-snapshot", "ec2/snapshot", "ec2", "describe_snapshots", "Snapshots[]"),
         ("vpc", "ec2/vpc", "ec2", "describe_vpcs", "Vpcs[]"),
         ("subnet", "ec2/subnet", "ec2", "describe_subnets", "Subnets[]"),
         ("security-group", "ec2/security_group", "ec2", "describe_security_groups", "SecurityGroups[]"),
         ("iam-user", "iam/user", "iam", "list_users", "Users[]"),
         ("iam-role", "iam/role", "iam", "list_roles", "Roles[]"),
         ("sns", "sns/topic", "sns", "list_topics", "Topics[]"),
         ("log-group", "logs/log_group", "logs", "describe_log_groups", "logGroups[]")]
MOTO = ("import sys, threading; from moto.server import ThreadedMotoServer; "
        "s = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False); s.start(); "
        "print(s.get_host_and_port()[1], flush=True); threading.Event().wait()")
LIST = """
import json, sys, boto3, jmespath
seen = {}
for name, _, service, method, path in json.loads(sys.argv[1]):
    client = boto3.client(service)
    wanted = {"OwnerIds": ["self"]} if method == "describe_snapshots" else {}
    pages = client.get_paginator(method).paginate(**wanted) if client.can_paginate(method) else [getattr(client, method)(**wanted)]
    seen[name] = sum(len(jmespath.search(path, page) or []) for page in pages)
print(json.dumps(seen))
"""
ROLE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
                                                "Action": "sts:AssumeRole"}]}


def environment_of_programs():
    """The directory of the yardstick's programs; installed where the lock file has changed."""
    place = ROOT / ".cache" / "bench"
    stamp = place / f".lock-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    if not stamp.exists():
        print("installing bench/requirements.lock", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
        subprocess.run([place / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
                        "-r", LOCK], check=True)
        stamp.touch()
    return place / "bin"


class Moto:
    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, "-c", MOTO], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, env=dict(os.environ, MOTO_EC2_LOAD_DEFAULT_AMIS="false"))
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(START_LIMIT_S)
        self.process.stdout.close()


def fill(url):
    """COUNT of each type but of networks, which are few in life."""
    import boto3

    def client(service):
        return boto3.client(service, region_name=REGION, endpoint_url=url, aws_access_key_id="testing",
                            aws_secret_access_key="testing")
    ec2, iam, sns, logs = (client(service) for service in ("ec2", "iam", "sns", "logs"))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/20")["Subnet"]["SubnetId"]
    ec2.run_instances(ImageId="ami-12c6146b", MinCount=COUNT, MaxCount=COUNT, SubnetId=subnet, InstanceType="t3.micro")
    for i in range(COUNT):
        volume = ec2.create_volume(AvailabilityZone=REGION + "a", Size=8)["VolumeId"]
        ec2.create_snapshot(VolumeId=volume)
        ec2.create_security_group(GroupName=f"group-{i}", Description="bench", VpcId=vpc)
        iam.create_user(UserName=f"user-{i}")
        iam.create_role(RoleName=f"role-{i}", AssumeRolePolicyDocument=json.dumps(ROLE))
        sns.create_topic(Name=f"topic-{i}")
        logs.create_log_group(logGroupName=f"/group/{i}")


def best(command, environment):
    """The run with the least CPU of several: the others were disturbed."""
    return min((measure(command, environment) for _ in range(RUNS)), key=lambda figures: figures[0])


def run():
    programs = environment_of_programs()
    with tempfile.TemporaryDirectory() as name, Moto() as moto:
        folder = pathlib.Path(name)
        fill(moto.url)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        environment |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": REGION,
                        "AWS_REGION": REGION, "AWS_ENDPOINT_URL": moto.url, "AWS_CONFIG_FILE": os.devnull,
                        "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
        policies = []
        for kind, *_ in TYPES:
            policies.append(folder / f"{kind}.yml")
            policies[-1].write_text(json.dumps({"policies": [{"name": kind, "resource": f"aws.{kind}"}]}))
        custodian = best([programs / "custodian", "run", "--quiet", "--cache-period", "0", "--region", REGION, "-s",
                          folder / "out", *policies], environment)
        theirs = {kind: len(json.loads((folder / "out" / kind / "resources.json").read_text())) for kind, *_ in TYPES}
        plain = best([programs / "python", "-c", LIST, json.dumps(TYPES)], environment)
        listed = json.loads(plain[3])
        types = [word for _, ours, *_ in TYPES for word in ("--types", ours)]
        # Our own limits are off: AWS's published rates would be all that the wall time shows.
        scan = [BUILD / "hostmaster", "scan", "--quiet", "--no-rules", "--set", "aws_rate_share=0", "--region", REGION, *types, "--output", "json",
                "--data-dir", folder / "data"]
        ours, again = measure(scan, environment), best(scan, environment)
        seen = [one["type"] for one in json.loads(again[3])]
        counted = {kind: seen.count(name) for kind, name, *_ in TYPES}
        print(f"ten types, {sum(listed.values())} resources, one region; best of {RUNS}; "
              f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print(f"{'':<44}{'CPU s':>9}{'wall s':>9}{'MiB':>7}   our first scan of it: CPU, wall")
        for title, figures in (("custodian run, ten policies", custodian), ("boto3, the ten lists alone", plain),
                               ("hostmaster scan --no-rules, first", ours), ("hostmaster scan --no-rules, again", again)):
            print(f"{title:<44}{figures[0]:>9.2f}{figures[1]:>9.2f}{figures[2]:>7.0f}   1/{figures[0] / ours[0]:.1f}, "
                  f"1/{figures[1] / ours[1]:.1f}", flush=True)
        for kind in counted:
            if not counted[kind] == theirs[kind] == listed[kind]:
                sys.exit(f"{kind}: custodian saw {theirs[kind]}, boto3 {listed[kind]}, we {counted[kind]}")
        print("all three saw the same numbers of each type; ours also reads details (tags, policies) and stores everything")


if __name__ == "__main__":
    run()
