#!/usr/bin/env python3
"""An organization on moto: its accounts are found and read through a role in each, but for the one that is excluded and
the one that is closed, and each resource belongs to the account that it lies in. Ends with N passed, N failed, N skipped.
"""
import json
import os
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="eu-west-1",
                  MOTO_EC2_LOAD_DEFAULT_AMIS="false", AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import logging  # noqa: E402  (the environment must be set before)

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

import _scan  # noqa: E402

MANAGEMENT = "123456789012"


def make_organization(url):
    """The ids of the accounts, by name; each has a volume that is tagged with the name."""
    organizations = boto3.client("organizations", endpoint_url=url)
    organizations.create_organization(FeatureSet="ALL")
    accounts = {}
    for name in ("shop", "lab", "private", "old"):
        made = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
        accounts[name] = made["CreateAccountStatus"]["AccountId"]
    sts = boto3.client("sts", endpoint_url=url)
    for name, account_id in accounts.items():
        key = sts.assume_role(RoleArn=f"arn:aws:iam::{account_id}:role/Reader", RoleSessionName="setup")["Credentials"]
        ec2 = boto3.client("ec2", endpoint_url=url, aws_access_key_id=key["AccessKeyId"],
                           aws_secret_access_key=key["SecretAccessKey"], aws_session_token=key["SessionToken"])
        ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1, TagSpecifications=[
            {"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": name}]}])
    organizations.close_account(AccountId=accounts["old"])
    return accounts


def scan(checks, folder, url, excluded, management=MANAGEMENT, wanted=0):
    config = pathlib.Path(folder) / "hostmaster.yaml"
    config.write_text(json.dumps({
        "accounts": [{"name": "management"}],
        "organizations": [{"management_account": management, "role_name": "Reader", "external_id": "agreed",
                           "regions": ["eu-west-1"], "exclude": [excluded]}]}))
    code, rows, said = _scan.scan(str(pathlib.Path(folder) / "data"), "--config", str(config), "--endpoint-url", url,
                                  "--types", "ec2/volume", "--region", "eu-west-1", "--no-rules")
    checks.check(code == wanted, f"the scan ends with {wanted}", code, said)
    return rows, said


def main():
    checks = _scan.Checks()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    try:
        accounts = make_organization(url)
        with tempfile.TemporaryDirectory() as folder:
            rows, said = scan(checks, folder, url, accounts["private"])
            found = {row["name"]: row["account_id"] for row in rows}
            checks.check(found == {name: accounts[name] for name in ("shop", "lab")},
                         "volumes of the accounts that are read, each in its own", found, accounts)
            checks.check(accounts["old"] in said and "AWS Organizations says" in said, "a closed account is named", said)
            boto3.client("organizations", endpoint_url=url).remove_account_from_organization(AccountId=accounts["lab"])
            kept = _scan.Inventory(str(pathlib.Path(folder) / "data"))
            swept = "select account_id, started_at from sweep where type = 'ec2/volume'"
            before = {row["account_id"]: row["started_at"] for row in kept.rows(swept)}
            rows, said = scan(checks, folder, url, accounts["private"])
            after = {row["account_id"]: row["started_at"] for row in kept.rows(swept)}
            checks.check(after[accounts["lab"]] == before[accounts["lab"]] and after[accounts["shop"]] > before[accounts["shop"]],
                         "an account that has left is not read, the others are", before, after, said)
            rows, said = scan(checks, folder, url, accounts["private"], management="999999999999", wanted=3)
            checks.check("may not be all" in said and "none of the accounts is 999999999999" in said,
                         "an organization that no account tells of is no empty one", said)
    finally:
        server.stop()
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
