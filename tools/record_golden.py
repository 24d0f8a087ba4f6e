#!/usr/bin/env python3
"""Records the goldens of the catalog: for each resource type the answers of moto, byte for byte, to requests that
botocore made, and the rows that follow from them. What moto does not answer is recorded from the simulator
(estate.MOTO_LACKS), whose parser and writer are not the client's.

Nothing of the program takes part: the rows are worked out by tools/golden/evaluate.py with jmespath on what botocore
parsed. Run it with the Python of tools/requirements.lock after adding a type: record_golden.py [ec2/volume ...]
"""
import importlib.metadata
import json
import logging
import os
import pathlib
import re
import subprocess
import sys

os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="eu-west-1",
                  MOTO_EC2_LOAD_DEFAULT_AMIS="false", AWS_CONFIG_FILE="/dev/null",
                  AWS_SHARED_CREDENTIALS_FILE="/dev/null")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import boto3  # noqa: E402  (the environment must be set before)
import botocore.httpsession  # noqa: E402
import yaml  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore import xform_name  # noqa: E402
from golden import estate, evaluate  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESOURCES = ROOT / "catalog" / "resources"
REGION = "eu-west-1"
AWSIM = ROOT / "build" / "release" / "awsim"
KEPT_HEADERS = {"content-type", "x-amzn-errortype", "x-amzn-query-error", "x-amz-bucket-region"}


class Recorder:
    def __init__(self):
        self.exchanges = []
        self.on = False
        original = botocore.httpsession.URLLib3Session.send

        def send(session, request):
            response = original(session, request)
            if self.on:
                self.keep(request, response)
            return response

        botocore.httpsession.URLLib3Session.send = send

    def keep(self, request, response):
        path = "/" + request.url.split("://", 1)[1].split("/", 1)[1]
        body = request.body or b""
        target = request.headers.get("X-Amz-Target", "")
        self.exchanges.append({
            "request": {"method": request.method, "path": path,
                        "target": target.decode() if isinstance(target, bytes) else target,
                        "body": body.decode() if isinstance(body, bytes) else body},
            "status": response.status_code,
            "headers": {name: value for name, value in response.headers.items() if name.lower() in KEPT_HEADERS},
            "body": response.content.decode(),
        })


def versions():
    return " ".join(f"{name} {importlib.metadata.version(name)}" for name in ("moto", "botocore", "jmespath"))


def dump(path, value):
    text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
    # Made-up keys that look like real ones set off every scanner: AWS's own example stands for them all.
    path.write_text(re.sub(r"\bAKIA[0-9A-Z]{16}\b", "AKIAIOSFODNN7EXAMPLE", text))


def record(type_id, recorder, clients, account_id, server):
    spec = yaml.safe_load((RESOURCES / (type_id + ".yaml")).read_text())
    recorder.exchanges, recorder.on = [], True

    def call(service, operation, params, region):
        client = clients(service, region)
        method = xform_name(operation)
        if client.can_paginate(method):
            answer = client.get_paginator(method).paginate(**params).build_full_result()
        else:
            answer = getattr(client, method)(**params)
        answer.pop("ResponseMetadata", None)
        return answer

    facts = {"partition": "aws", "region": REGION, "account_id": account_id}
    rows = evaluate.Evaluator(spec, call, facts).rows()
    recorder.on = False
    folder = RESOURCES / (type_id + ".golden")
    folder.mkdir(exist_ok=True)
    dump(folder / "recording.json", {
        "source": f"answers of {server}, as they came over the wire, to botocore's requests ({versions()})",
        "account_id": account_id, "region": REGION, "exchanges": recorder.exchanges})
    dump(folder / "rows.json", {
        "source": f"jmespath on what botocore parsed, by tools/golden/evaluate.py ({versions()})", "rows": rows})
    unknown = sorted({f"{part}={code}" for row in rows for part, code in row["unknown"].items()})
    print(f"{type_id}: {len(rows)} rows, {len(recorder.exchanges)} exchanges {' '.join(unknown)}")


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    wanted = sys.argv[1:] or sorted(str(path.relative_to(RESOURCES))[:-5] for path in RESOURCES.glob("*/*.yaml"))
    recorder = Recorder()
    if from_moto := [one for one in wanted if one not in estate.MOTO_LACKS]:
        record_from_moto(from_moto, recorder)
    if from_simulator := [one for one in wanted if one in estate.MOTO_LACKS]:
        record_from_simulator(from_simulator, recorder)


def client_maker(url, **keys):
    made = {}

    def clients(service, region=REGION):
        if (service, region) not in made:
            made[service, region] = boto3.client(service, region_name=region, endpoint_url=url,
                                                 config=Config(retries={"total_max_attempts": 1}), **keys)
        return made[service, region]

    return clients


def record_from_moto(wanted, recorder):
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    clients = client_maker(f"http://{host}:{port}")
    try:
        estate.make(clients)
        account_id = clients("sts").get_caller_identity()["Account"]
        for type_id in wanted:
            record(type_id, recorder, clients, account_id, "moto")
    finally:
        server.stop()


def record_from_simulator(wanted, recorder):
    """Of a small company: the first lines of awsim's output say where it is and who may ask."""
    with subprocess.Popen([str(AWSIM), "--port", "0", "--resources", "300", "--seed", "7", "--synthesize", "2"], stdout=subprocess.PIPE,
                          text=True) as server:
        try:
            said = "".join(iter(server.stdout.readline, "}\n")) + "}"
            banner = json.loads(said)
            account = banner["accounts"][0]
            clients = client_maker(banner["endpoint_url"], aws_access_key_id=account["access_key_id"],
                                   aws_secret_access_key=account["secret_access_key"])
            for type_id in wanted:
                record(type_id, recorder, clients, account["account_id"], "the simulator (sim/)")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
