#!/usr/bin/env python3
"""What sets up near-real time. The CloudFormation template: cfn-lint finds nothing, moto makes from the same file a queue, rules
and policies that do what they have to. The Terraform module: parsed by python-hcl2 (Terraform itself is not asked), its rules,
queues and policies are those of the template; where PyPI's tfparse is installed, also as Terraform's own language library
evaluates them. And what the catalog names as events is exactly what the rules let through."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import warnings

sys.dont_write_bytecode = True
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="eu-west-1",
                  AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import boto3  # noqa: E402
import hcl2  # noqa: E402
import yaml  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

import _scan  # noqa: E402

TEMPLATE = _scan.ROOT / "deploy" / "cloudformation" / "hostmaster-events.yaml"
MODULE = _scan.ROOT / "deploy" / "terraform" / "hostmaster-events"
ACTIONS = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags, each as a map of its name."""


def tagged(loader, suffix, node):
    kinds = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence}
    build = kinds.get(type(node), loader.construct_mapping)
    return {suffix: build(node, deep=True) if build != loader.construct_scalar else build(node)}


Loader.add_multi_constructor("!", tagged)


def plain(value):
    """What python-hcl2 read, without the quotes that it leaves around texts and the marks of blocks."""
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items() if not str(key).startswith("__")}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def patterns(template):
    """Rule -> pattern, by the end of the rule's name."""
    found = {}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Events::Rule":
            name = resource["Properties"]["Name"]["Sub"].replace("${QueueName}-", "")
            found[name] = resource["Properties"]["EventPattern"]
    return found


def is_linted(checks):
    tool = pathlib.Path(sys.executable).parent / "cfn-lint"
    command = [tool] if tool.exists() else [sys.executable, "-c", "import sys; from cfnlint.runner import main; sys.exit(main())"]
    done = subprocess.run([*command, TEMPLATE], capture_output=True, text=True, timeout=300)
    checks.check(done.returncode == 0 and not done.stdout.strip(), "cfn-lint finds nothing", done.stdout, done.stderr)


def catalog_is_let_through(checks, template):
    """Each event of a service that the catalog names comes through, and nothing that it does not name."""
    wanted = {}
    for path in (_scan.ROOT / "catalog" / "resources").glob("*/*.yaml"):
        for event in yaml.safe_load(path.read_text()).get("events", []):
            if isinstance(event, dict) and "source" in event:
                wanted.setdefault(event["source"], set()).add(event["detail_type"])
    let = {}
    for name, pattern in patterns(template).items():
        if name == "calls":
            continue
        for source in pattern["source"]:
            let.setdefault(source, set()).update(
                kind for kind in pattern["detail-type"] if len(pattern["source"]) == 1 or kind in wanted.get(source, ()))
    checks.check(wanted == let, "the rules let through what the catalog names, and no more", wanted, let)
    kinds = [kind for pattern in patterns(template).values() for kind in pattern["detail-type"]]
    named = {kind for some in wanted.values() for kind in some} | {"AWS API Call via CloudTrail"}
    checks.check(set(kinds) == named and len(kinds) == len(set(kinds)), "each kind stands in one rule", sorted(set(kinds) ^ named))


def is_made(checks, endpoint, template):
    def client(service):
        return boto3.client(service, endpoint_url=endpoint, region_name="eu-west-1")

    role = client("iam").create_role(RoleName="HostMasterReadOnly", AssumeRolePolicyDocument="{}")["Role"]
    stacks = client("cloudformation")
    stacks.create_stack(StackName="events", TemplateBody=TEMPLATE.read_text(), Capabilities=["CAPABILITY_IAM"], Parameters=[
        {"ParameterKey": "ReaderRoleName", "ParameterValue": role["RoleName"]}])
    stack = stacks.describe_stacks(StackName="events")["Stacks"][0]
    checks.check(stack["StackStatus"] == "CREATE_COMPLETE", "the stack is made", stack)
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    checks.check(outputs.get("QueueUrl", "").endswith("/hostmaster-events"), "its output is what the configuration takes", outputs)
    sqs, events = client("sqs"), client("events")
    queue = sqs.get_queue_attributes(QueueUrl=outputs["QueueUrl"], AttributeNames=["All"])["Attributes"]
    arn = queue["QueueArn"]
    checks.check(queue["SqsManagedSseEnabled"] == "true" and queue["VisibilityTimeout"] == "120"
                 and queue["ReceiveMessageWaitTimeSeconds"] == "20", "the queue is encrypted, and waits", queue)
    redrive = json.loads(queue["RedrivePolicy"])
    checks.check(redrive["deadLetterTargetArn"].endswith(":hostmaster-events-dead") and int(redrive["maxReceiveCount"]) == 10,
                 "what cannot be acted on ends in the queue of dead letters", redrive)
    rules = {rule["Name"]: rule for rule in events.list_rules()["Rules"]}
    wanted = {f"hostmaster-events-{name}": pattern for name, pattern in patterns(template).items()}
    checks.check({name: json.loads(rule["EventPattern"]) for name, rule in rules.items()} == wanted, "its rules are made", rules)
    for name in rules:
        targets = events.list_targets_by_rule(Rule=name)["Targets"]
        checks.check([target["Arn"] for target in targets] == [arn], f"{name} sends to the queue", targets)
    only_rules_send(checks, template, outputs["QueueUrl"], arn, {rule["Arn"] for rule in rules.values()}, sqs)
    attached = client("iam").list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
    checks.check(len(attached) == 1, "the role may read it", attached)
    policy = client("iam").get_policy(PolicyArn=attached[0]["PolicyArn"])["Policy"]
    document = client("iam").get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])["PolicyVersion"]["Document"]
    statement = document["Statement"][0]
    checks.check(set(statement["Action"]) == ACTIONS and statement["Resource"] == arn, "and nothing else", document)
    is_delivered(checks, events, sqs, outputs["QueueUrl"])


def only_rules_send(checks, template, url, arn, rules, sqs):
    """moto's CloudFormation knows no AWS::SQS::QueuePolicy, so the policy of the template is set by a call."""
    def filled(value):
        if isinstance(value, dict) and set(value) == {"GetAtt"}:
            name = value["GetAtt"].split(".")[0]
            if name == "Queue":
                return arn
            rule = template["Resources"][name]["Properties"]["Name"]["Sub"].replace("${QueueName}", "hostmaster-events")
            return next(one for one in rules if one.endswith("/" + rule))
        if isinstance(value, dict):
            return {key: filled(one) for key, one in value.items()}
        return [filled(one) for one in value] if isinstance(value, list) else value

    of_template = template["Resources"]["QueuePolicy"]["Properties"]
    checks.check(of_template["Queues"] == [{"Ref": "Queue"}], "the policy is that of the queue", of_template)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(filled(of_template["PolicyDocument"]))})
    policy = json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
    allow = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
    checks.check(len(allow) == 1 and allow[0]["Principal"] == {"Service": "events.amazonaws.com"}
                 and allow[0]["Action"] == "sqs:SendMessage" and allow[0]["Resource"] == arn, "EventBridge alone may send", allow)
    sources = allow[0]["Condition"]["ArnEquals"]["aws:SourceArn"]
    checks.check(set(sources) == rules, "and only by these rules", sources, rules)


def is_delivered(checks, events, sqs, url):
    """One of each kind is sent to the bus; what no rule names does not come."""
    wanted = [("aws.ec2", "EC2 Instance State-change Notification", {"instance-id": "i-1", "state": "running"}),
              ("aws.rds", "RDS DB Instance Event", {"SourceIdentifier": "db"}),
              ("aws.ec2", "AWS API Call via CloudTrail", {"readOnly": False, "eventSource": "ec2.amazonaws.com"})]
    others = [("aws.ec2", "AWS API Call via CloudTrail", {"readOnly": True, "eventSource": "ec2.amazonaws.com"}),
              ("aws.ec2", "AWS API Call via CloudTrail", {"readOnly": False, "eventSource": "logs.amazonaws.com"}),
              ("aws.ec2", "AWS API Call via CloudTrail",
               {"readOnly": False, "eventSource": "ec2.amazonaws.com", "errorCode": "AccessDenied"}),
              ("my.shop", "Sold", {})]
    events.put_events(Entries=[{"Source": source, "DetailType": kind, "Detail": json.dumps(detail)}
                               for source, kind, detail in wanted + others])
    bodies = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", []):
        bodies += [json.loads(message["Body"]) for message in messages]
    got = sorted((body["source"], body["detail-type"], json.dumps(body["detail"])) for body in bodies)
    checks.check(got == sorted((source, kind, json.dumps(detail)) for source, kind, detail in wanted),
                 "what the rules name comes to the queue, and nothing else", got)


def module_is_the_same(checks, template):
    main = plain(hcl2.loads((MODULE / "main.tf").read_text()))
    rules = main["locals"][0]["rules"]
    checks.check({name: rule["pattern"] for name, rule in rules.items()} == patterns(template),
                 "the Terraform module has the patterns of the template", rules)
    resources = {(kind, name): body for block in main["resource"] for kind, named in block.items() for name, body in named.items()}
    queue, made = resources[("aws_sqs_queue", "events")], template["Resources"]["Queue"]["Properties"]
    same = {"visibility_timeout_seconds": "VisibilityTimeout", "message_retention_seconds": "MessageRetentionPeriod",
            "receive_wait_time_seconds": "ReceiveMessageWaitTimeSeconds", "sqs_managed_sse_enabled": "SqsManagedSseEnabled"}
    for ours, theirs in same.items():
        checks.check(queue[ours] == made[theirs], f"{ours} is that of the template", queue.get(ours), made[theirs])
    checks.check("maxReceiveCount" in str(queue["redrive_policy"]) and "10" in str(queue["redrive_policy"]), "so are its dead letters")
    documents = {name: body for block in main["data"] for named in block.values() for name, body in named.items()}
    read = documents["read"]["statement"][0]
    checks.check(set(read["actions"]) == ACTIONS, "what may read it is the same", read)
    send = documents["queue"]["statement"][0]
    checks.check(send["actions"] == ["sqs:SendMessage"] and send["condition"][0]["variable"] == "aws:SourceArn"
                 and "aws_cloudwatch_event_rule.events" in str(send["condition"][0]["values"]), "and only the rules send", send)
    for file in sorted(MODULE.glob("*.tf")):
        is_formatted(checks, file)
    variables = plain(hcl2.loads((MODULE / "variables.tf").read_text()))["variable"]
    known = {name for one in variables for name in one}
    used = set(re.findall(r"\bvar\.(\w+)", "".join(file.read_text() for file in MODULE.glob("*.tf"))))
    checks.check(known == used, "every variable is declared and used", known, used)


def module_is_evaluated(checks, template):
    """Loops, variables and functions worked out by HashiCorp's HCL library, which Terraform itself is made with."""
    try:
        from tfparse import load_from_path
    except ImportError:
        print("skipped: the evaluation of the Terraform module: there is no tfparse (pip install tfparse)")
        return
    found = load_from_path(str(MODULE))
    rules = {one["name"]: json.loads(one["event_pattern"]) for one in found["aws_cloudwatch_event_rule"]}
    checks.check(rules == {f"hostmaster-events-{name}": pattern for name, pattern in patterns(template).items()},
                 "evaluated, it makes the rules of the template", rules)
    targets = {(one["rule"], one["target_id"]) for one in found["aws_cloudwatch_event_target"]}
    checks.check(targets == {(name, "queue") for name in rules}, "each with the queue as its target", targets)
    queues = {one["name"]: one for one in found["aws_sqs_queue"]}
    checks.check(set(queues) == {"hostmaster-events", "hostmaster-events-dead"}
                 and json.loads(queues["hostmaster-events"]["redrive_policy"])["maxReceiveCount"] == 10,
                 "and a queue with dead letters", queues)
    checks.check("aws_iam_role_policy_attachment" not in found, "no role is given, so none is changed", found.keys())
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "main.tf").write_text(
            'module "events" {\n  source = "./events"\n  queue_name = "mine"\n  reader_role_name = "Reader"\n}\n')
        shutil.copytree(MODULE, pathlib.Path(folder) / "events")
        used = load_from_path(folder)
    checks.check({one["name"] for one in used["aws_sqs_queue"]} == {"mine", "mine-dead"}
                 and [one["role"] for one in used["aws_iam_role_policy_attachment"]] == ["Reader"],
                 "used as a module, it takes its variables", used.get("aws_sqs_queue"), used.get("aws_iam_role_policy_attachment"))


def is_formatted(checks, file):
    """As `terraform fmt` writes it, as far as this can be seen line by line: two spaces a level, aligned '=' in a block of lines."""
    faults, depth, block = [], 0, []

    def end_block():
        if len({at for _, at in block}) > 1:
            faults.append(f"{file.name}: lines {[number for number, _ in block]} are not aligned")
        block.clear()

    for number, line in enumerate(file.read_text().splitlines(), 1):
        code = line.strip()
        opened = depth - (1 if code[:1] in "})]" and code else 0)
        if code and len(line) - len(line.lstrip()) != 2 * opened:
            faults.append(f"{file.name}:{number}: is not indented by {2 * opened}")
        if line != line.rstrip() or "\t" in line:
            faults.append(f"{file.name}:{number}: has blanks at its end, or tabs")
        one = re.match(r"^\s*[\w-]+(\s*)=\s\S", line)
        single = one and code.count("{") == code.count("}") and code.count("[") == code.count("]") and code.count("(") == code.count(")")
        if single:
            block.append((number, line.index("=")))
        else:
            end_block()
        text = re.sub(r'"[^"]*"', "", code.split("#")[0])
        net = sum(text.count(c) for c in "{[(") - sum(text.count(c) for c in "}])")
        depth += (net > 0) - (net < 0)
    end_block()
    checks.check(not faults, f"{file.name} is formatted", faults)


def main():
    checks = _scan.Checks()
    template = yaml.load(TEMPLATE.read_text(), Loader)  # a SafeLoader
    is_linted(checks)
    catalog_is_let_through(checks, template)
    module_is_the_same(checks, template)
    module_is_evaluated(checks, template)
    warnings.filterwarnings("ignore", message=".*AWS::SQS::QueuePolicy.*")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        is_made(checks, f"http://{host}:{port}", template)
    finally:
        server.stop()
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
