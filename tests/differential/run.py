#!/usr/bin/env python3
"""Compares our requests with those that an installed botocore prepares: for every operation of every service,
with random valid parameters, method, URL, headers, body and signature at a fixed clock must be the same.

Differences that are meant stand in explained.yaml with their reason. Ends with N passed, N failed, N skipped.
"""
import argparse
import base64
import collections
import datetime
import fnmatch
import json
import os
import pathlib
import random
import subprocess
import sys
import threading
import uuid

import botocore.auth
import botocore.discovery
import botocore.handlers
import botocore.session
import yaml
from botocore.config import Config
from botocore.exceptions import BotoCoreError

import _params

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOKEN = uuid.UUID("00000000-0000-4000-8000-000000000000")
NOW = datetime.datetime(2026, 11, 23, 15, 4, 5)
# Not signed, or the transport's business.
IGNORED = {"user-agent", "content-length", "expect", "accept-encoding"}
SHARES = (0.0, 0.6)  # of the optional members, one case each


class Caught(Exception):
    pass


def patch():
    botocore.auth.get_current_datetime = lambda *a, **k: NOW
    uuid.uuid4 = lambda: TOKEN
    # The endpoint that a service hands out is asked for at the call, not when the request is made.
    botocore.discovery.EndpointDiscoveryHandler.register = lambda *a, **k: None
    for name in list(os.environ):
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = "/nonexistent"


def make_session():
    session = botocore.session.get_session()
    session.set_credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    session.unregister("request-created", botocore.handlers.add_retry_headers)
    return session


def theirs(client, operation, params):
    """The request as a comparable tuple, or the error that botocore raises."""
    try:
        client._make_api_call(operation, params)
    except Caught as caught:
        request = caught.args[0]
        body = request.body if request.body is not None else b""
        if hasattr(body, "read"):
            body = body.read()
        body = body.encode() if isinstance(body, str) else bytes(body)
        headers = collections.defaultdict(list)
        for name, value in request.headers.items():
            value = value.decode() if isinstance(value, bytes) else str(value)
            headers[name.lower()].append(value)
        # botocore writes an empty query where the only parameter is an empty list; it means and signs nothing.
        return request.method, request.url.removesuffix("?"), clean(headers), body
    except (BotoCoreError, ValueError, TypeError, AttributeError, KeyError) as error:
        return f"{type(error).__name__}: {error}"
    return "no request was made"


def ours(line):
    answer = json.loads(line)
    if "error" in answer:
        return f"{answer['error']}: {answer['message']}"
    headers = collections.defaultdict(list)
    for name, value in answer["headers"]:
        headers[name.lower()].append(value)
    return answer["method"], answer["url"], clean(headers), base64.b64decode(answer["body"])


def clean(headers):
    return {name: sorted(values) for name, values in headers.items() if name not in IGNORED}


def differences(mine, other):
    """The parts that differ, in words; the signature alone only where nothing else explains it."""
    if isinstance(mine, str) or isinstance(other, str):
        return [] if isinstance(mine, str) and isinstance(other, str) else ["refusal"]
    found = [part for part, a, b in zip(("method", "url"), mine, other) if a != b]
    names = mine[2].keys() | other[2].keys()
    found += [f"header {name}" for name in sorted(names)
              if name != "authorization" and mine[2].get(name) != other[2].get(name)]
    if mine[3] != other[3]:
        found.append("body")
    if not found and mine[2].get("authorization") != other[2].get("authorization"):
        found.append("signature")
    return found


def explained(rows, service, operation, parts):
    for row in rows:
        if row["service"] == service and fnmatch.fnmatch(operation, row["operation"]):
            if set(parts) <= set(row["parts"]) and row.get("only_with", parts[0]) in parts:
                row["used"] = True
                return True
    return False


class Prepare:
    """Our side: one process, fed in a thread so that neither pipe fills up."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def all(self, lines):
        feeder = threading.Thread(target=self.feed, args=(lines,))
        feeder.start()
        answers = [self.process.stdout.readline() for _ in lines]
        feeder.join()
        return answers

    def feed(self, lines):
        for line in lines:
            self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def client_of(session, service):
    client = session.create_client(service, region_name="us-west-2",
                                   config=Config(retries={"max_attempts": 1, "mode": "standard"}))

    def catch(request, **_):
        raise Caught(request)

    client.meta.events.register("before-send", catch)
    return client


def show(service, operation, parts, mine, other, line):
    print(f"\n{service} {operation}: {', '.join(parts)}\n  call   {line[:2000]}")
    for name, side in (("ours  ", mine), ("theirs", other)):
        if isinstance(side, str):
            print(f"  {name} {side[:1000]}")
            continue
        print(f"  {name} {side[0]} {side[1]}")
        for header, values in sorted(side[2].items()):
            if f"header {header}" in parts or (header == "authorization" and "signature" in parts):
                print(f"         {header}: {values}")
        if "body" in parts:
            print(f"         {side[3][:1500]!r}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10, help="print at most so many differences")
    parser.add_argument("--build", default=os.environ.get("HM_BUILD_DIR"))
    parser.add_argument("services", nargs="*")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build) if arguments.build else next(
        (ROOT / "build" / preset for preset in ("release", "dev")
         if (ROOT / "build" / preset / "hm_prepare").exists()), None)
    if build is None:
        sys.exit("differential: hm_prepare is not built")
    patch()
    session = make_session()
    rows = yaml.safe_load((HERE / "explained.yaml").read_text())
    prepare = Prepare(str(build / "hm_prepare"))
    count = collections.Counter()
    operations, shown, by_part = 0, 0, collections.Counter()
    services = arguments.services or session.get_available_services()
    for service in services:
        client = client_of(session, service)
        model = client.meta.service_model
        cases = []
        for operation in model.operation_names:
            operations += 1
            for share in SHARES:
                chance = random.Random(f"{arguments.seed} {service} {operation} {share}")
                params, document = _params.case(model.operation_model(operation), service, chance, share)
                line = f'{{"service":"{service}","operation":"{operation}","params":{document}}}'
                cases.append((operation, params, line))
        answers = prepare.all([case[2] for case in cases])
        for (operation, params, line), answer in zip(cases, answers):
            if not answer:
                sys.exit(f"differential: hm_prepare ended at {line}")
            mine, other = ours(answer), theirs(client, operation, params)
            parts = differences(mine, other)
            both_refuse = not parts and isinstance(mine, str)
            if not parts:
                count["refused" if both_refuse else "same"] += 1
            elif explained(rows, service, operation, parts):
                count["explained"] += 1
            else:
                count["different"] += 1
                by_part[service, ", ".join(parts)] += 1
                if shown < arguments.show:
                    shown += 1
                    show(service, operation, parts, mine, other, line)
        client.close()
    code = prepare.close()
    for (service, parts), number in by_part.most_common(60):
        print(f"  {number:6} {service}: {parts}")
    if not arguments.services:
        for row in rows:
            if not row.get("used"):
                print(f"explained.yaml: nothing differs any more: {row['service']} {row['operation']}")
                count["different"] += 1
    print(f"{operations} operations of {len(services)} services compared in {sum(count.values())} cases: "
          f"{count['same']} the same, {count['refused']} refused by both, {count['explained']} explained, "
          f"{count['different']} different")
    passed = count["same"] + count["refused"]
    print(f"{passed} passed, {count['different']} failed, {count['explained']} skipped")
    return 1 if count["different"] or code else 0


if __name__ == "__main__":
    sys.exit(main())
