#!/usr/bin/env python3
"""The yardstick of the scan benchmark: a plain boto3 script that makes the calls of the catalog and keeps nothing.

usage: scan_boto3.py PLAN CALLS

PLAN is JSON: {"endpoint_url", "accounts": [{"account_id", "access_key_id", "secret_access_key", "session_token",
"regions"}]}. Every call is appended to CALLS as one line of JSON, so that another client can make the very same.
"""
import json
import pathlib
import re
import sys

import boto3
import jmespath
import yaml
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

CATALOG = pathlib.Path(__file__).resolve().parent.parent / "catalog" / "resources"
WHOLE = re.compile(r"^\$\{([^}]+)\}$")
PART = re.compile(r"\$\{([^}]+)\}")


def fill(value, item, extra):
    """Parameters of a detail call, filled from the item as the catalog says."""
    def look(path):
        return extra[path] if path in extra else jmespath.search(path, item)
    if isinstance(value, dict):
        return {key: fill(child, item, extra) for key, child in value.items()}
    if isinstance(value, list):
        return [fill(child, item, extra) for child in value]
    if isinstance(value, str):
        if whole := WHOLE.match(value):
            return look(whole.group(1))
        return PART.sub(lambda match: str(look(match.group(1))), value)
    return value


def holds(condition, item):
    if not condition:
        return True
    found = jmespath.search(condition["path"], item)
    return found in condition["is"] if "is" in condition else found not in condition["is_not"]


class Account:
    def __init__(self, plan, account, calls):
        self.plan, self.account, self.calls, self.clients = plan, account, calls, {}
        self.session = boto3.session.Session(
            aws_access_key_id=account["access_key_id"], aws_secret_access_key=account["secret_access_key"],
            aws_session_token=account.get("session_token"), region_name=account["regions"][0])

    def client(self, service, region):
        key = service, region
        if key not in self.clients:
            self.clients[key] = self.session.client(service, region_name=region, endpoint_url=self.plan["endpoint_url"],
                                                    config=Config(retries={"mode": "standard"},
                                                                  s3={"addressing_style": "path"}))
        return self.clients[key]

    def call(self, call, params, region):
        """Every page of one operation as one document."""
        service, operation = call.split(":")
        self.calls.write(json.dumps({"account_id": self.account["account_id"], "region": region, "service": service,
                                     "operation": operation, "params": params}) + "\n")
        client, method = self.client(service, region), xform_name(operation)
        if client.can_paginate(method):
            return client.get_paginator(method).paginate(**params).build_full_result()
        return getattr(client, method)(**params)

    def details(self, spec, item, region):
        for detail in spec.get("details", []):
            if not holds(detail.get("when"), item):
                continue
            each = jmespath.search(detail["each"], item) or [] if "each" in detail else [None]
            answers = []
            for one in each:
                extra = {"each": one, "region": region, "account_id": self.account["account_id"], "partition": "aws"}
                try:
                    answer = self.call(detail["call"], fill(detail.get("params", {}), item, extra), region)
                    answers.append(jmespath.search(detail["take"], answer) if "take" in detail else answer)
                except ClientError as failure:
                    if failure.response["Error"]["Code"] not in detail.get("absent", []):
                        raise
            item[detail["into"]] = answers if "each" in detail else (answers or [None])[0]

    def listed(self, spec, region):
        """The items of one region, for each parent where the catalog lists by parents."""
        listing = spec["list"]
        extra = {"region": region, "account_id": self.account["account_id"], "partition": "aws"}
        parents = listing.get("parents")
        owners = self.items(parents, {}, extra, region, []) if parents else [None]
        for owner in owners:
            if parents and not holds(parents.get("where"), owner):
                continue
            named = {parents["into"]: owner} if parents else {}
            found = self.items(listing, named, extra, region, listing.get("absent", []))
            if describe := listing.get("describe"):
                chunks = [found[i:i + describe["chunk"]] for i in range(0, len(found), describe["chunk"])]
                found = [item for ids in chunks
                         for item in self.items(describe, named, {**extra, "each": ids}, region, [])]
            for item in found:
                item = {listing["as"]: item} if "as" in listing else item
                yield {**item, **named} if isinstance(item, dict) else item

    def items(self, listing, named, extra, region, absent):
        try:
            answer = self.call(listing["call"], fill(listing.get("params", {}), named, extra), region)
        except ClientError as failure:
            if failure.response["Error"]["Code"] in absent:
                return []
            raise
        found = jmespath.search(listing["items"], answer) or []
        return found if isinstance(found, list) else [found]

    def scan(self, spec):
        seen = 0
        for region in self.account["regions"] if spec["scope"] == "region" else self.account["regions"][:1]:
            for item in self.listed(spec, region):
                if holds(spec["list"].get("where"), item):
                    seen += 1
                    if isinstance(item, dict):
                        self.details(spec, item, region)
        return seen


def main():
    plan = json.loads(pathlib.Path(sys.argv[1]).read_text())
    specs = [yaml.safe_load(path.read_text()) for path in sorted(CATALOG.glob("*/*.yaml"))]
    seen = 0
    with open(sys.argv[2], "w") as calls:
        for account in plan["accounts"]:
            one = Account(plan, account, calls)
            seen += sum(one.scan(spec) for spec in specs)
    print(json.dumps({"seen": seen}))


if __name__ == "__main__":
    main()
