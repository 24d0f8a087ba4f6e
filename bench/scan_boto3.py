#!/usr/bin/env python3
"""The yardstick of the scan benchmark: a plain boto3 script that makes the calls of the catalog and keeps nothing.

usage: scan_boto3.py PLAN CALLS

PLAN is JSON: {"endpoint_url", "accounts": [{"account_id", "access_key_id", "secret_access_key", "session_token",
"regions"}]}. Every call is appended to CALLS as one line of JSON, so that another client can make the very same.
"""
import json
import pathlib
import sys

import boto3
import yaml
from botocore import xform_name
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools" / "golden"))

from evaluate import Evaluator  # noqa: E402


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

    def call(self, service, operation, params, region):
        """Every page of one operation as one document."""
        self.calls.write(json.dumps({"account_id": self.account["account_id"], "region": region, "service": service,
                                     "operation": operation, "params": params}) + "\n")
        client, method = self.client(service, region), xform_name(operation)
        if client.can_paginate(method):
            return client.get_paginator(method).paginate(**params).build_full_result()
        return getattr(client, method)(**params)

    def scan(self, spec):
        seen = 0
        for region in self.account["regions"] if spec["scope"] == "region" else self.account["regions"][:1]:
            listing = Evaluator(spec, self.call, {"region": region, "account_id": self.account["account_id"],
                                                  "partition": "aws"})
            for item in listing.items():
                seen += 1
                unknown = listing.read_details(item, dict(listing.facts, key=listing.key_of(item)))
                if unknown:
                    sys.exit(f"{spec['table']}: the simulator refuses {unknown}")
        return seen


def main():
    plan = json.loads(pathlib.Path(sys.argv[1]).read_text())
    specs = [yaml.safe_load(path.read_text()) for path in sorted((ROOT / "catalog" / "resources").glob("*/*.yaml"))]
    seen = 0
    with open(sys.argv[2], "w") as calls:
        for account in plan["accounts"]:
            one = Account(plan, account, calls)
            seen += sum(one.scan(spec) for spec in specs)
    print(json.dumps({"seen": seen}))


if __name__ == "__main__":
    main()
