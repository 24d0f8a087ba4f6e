#!/usr/bin/env python3
"""Random answers of every operation, written by moto's serializers, read by us and by botocore: the same documents.

  run.py [--only a,b] [--per-operation N] [--seed N] [--verbose]

botocore is set up as the AWS CLI sets it up (timestamps in ISO form, blobs as base64 text). The order of members counts.
Ends with `N passed, N failed, N skipped`, one for each operation.
"""

import argparse
import base64
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys

import botocore.awsrequest
import botocore.parsers
import botocore.session
import botocore.utils
from moto.core.model import ServiceModel
from moto.core.serialize import get_serializer_class

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROTOCOLS = ("json", "rest-json", "rest-xml", "query", "ec2")  # what moto writes, in botocore's order of choice
WORDS = ["", "a", "a b", "Über", "<&>\"'", "日本", "x,y", "line\nbreak", " padded "]


class Maker:
    """Random values of a shape."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def structure(self, shape, stack):
        names = list(shape.members)
        if getattr(shape, "is_tagged_union", False):
            names = [self.random.choice(names)]
        made = {}
        for name in names:
            member = shape.members[name]
            if len(stack) > 5 and name not in shape.required_members and not getattr(shape, "is_tagged_union", False):
                continue
            if self.random.random() < 0.75 or len(names) == 1:
                made[name] = self.value(member, stack + [shape.name])
        return made

    def value(self, shape, stack):
        kind = shape.type_name
        place = shape.serialization.get("location")
        if kind == "structure":
            if getattr(shape, "is_document_type", False):
                return {"k": [1, "x", True]}
            return self.structure(shape, stack)
        count = 0 if len(stack) > 6 else self.random.randrange(3)
        if kind == "list":
            return [self.value(shape.member, stack + [shape.name]) for _ in range(max(count, 1 if place else 0))]
        if kind == "map":
            return {f"k{i}": self.value(shape.value, stack + [shape.name]) for i in range(count)}
        return self.scalar(shape, kind, place)

    def scalar(self, shape, kind, place):
        if kind in ("string", "character"):
            if shape.enum:
                return self.random.choice(shape.enum)
            return self.random.choice(["a", "b-1"] if place else WORDS)
        if kind in ("integer", "long"):
            return self.random.choice([0, 1, -7, 2**31, 9007199254740993])
        if kind in ("float", "double"):
            return self.random.choice([0.0, 1.0, -2.5, 0.1, 1e21, 123456.789])
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind == "blob":
            return self.random.randbytes(5)
        moment = datetime.datetime(2026, 1, 2, 3, 4, 5)
        return moment + datetime.timedelta(seconds=self.random.randrange(10**8))


def protocol_of(model):
    offered = model.metadata.get("protocols") or [model.metadata["protocol"]]
    return next((name for name in PROTOCOLS if name in offered), None)


def cli_time(value):
    return botocore.utils.parse_timestamp(value).isoformat()


def theirs(protocol, operation, answer):
    parser = botocore.parsers.ResponseParserFactory()
    parser.set_parser_defaults(timestamp_parser=cli_time, blob_parser=lambda value: value)
    response = {"body": answer["body"], "status_code": answer["status"],
                "headers": botocore.awsrequest.HeadersDict(answer["headers"]), "context": {}}
    parsed = parser.create_parser(protocol).parse(response, operation.output_shape)
    parsed.pop("ResponseMetadata", None)
    payload = operation.output_shape.serialization.get("payload") if operation.output_shape else None
    if payload in parsed and operation.output_shape.members[payload].type_name == "blob":
        body = parsed[payload]
        parsed[payload] = base64.b64encode(body if isinstance(body, bytes) else body.encode()).decode()
        if not parsed[payload]:
            del parsed[payload]
    return parsed


def written(service, protocol, operation, values):
    answer = get_serializer_class(service, protocol)(operation).serialize(values)
    body = answer["body"]
    return {"status": answer["status_code"], "headers": {key: str(value) for key, value in answer["headers"].items()},
            "body": body.encode() if isinstance(body, str) else body}


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self, service, operation, answer):
        line = {"service": service, "operation": operation, "status": answer["status"],
                "headers": answer["headers"], "body": base64.b64encode(answer["body"]).decode()}
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def compare(service, protocol, operation, seed, ours):
    """None where both are the same, "skipped", or what differs."""
    values = Maker(seed).structure(operation.output_shape, []) if operation.output_shape else {}
    try:
        answer = written(service, protocol, operation, values)
        expected = theirs(protocol, operation, answer)
    except Exception as error:  # moto cannot write it, or botocore cannot read what it wrote
        return f"skipped: {type(error).__name__} {str(error)[:100]}"
    found = ours.read(service, operation.name, answer)
    if "document" in found and json.dumps(found["document"]) == json.dumps(expected):
        return None
    return f"{json.dumps(found)[:1500]}\n    {json.dumps(expected)[:1500]}\n    {answer['body'][:800]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="")
    parser.add_argument("--per-operation", type=int, default=1)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--program", default=os.environ.get("HM_PARSE", str(ROOT / "build/release/hm_parse")))
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    ours = Ours(options.program)
    passed = failed = skipped = 0
    for service in options.only.split(",") if options.only else session.get_available_services():
        model = ServiceModel(loader.load_service_model(service, "service-2"), service)
        protocol = protocol_of(model)
        for name in model.operation_names:
            operation = model.operation_model(name)
            if protocol is None or operation.has_event_stream_output or operation.has_event_stream_input:
                skipped += 1
                continue
            for number in range(options.per_operation):
                why = compare(service, protocol, operation, f"{options.seed}/{service}/{name}/{number}", ours)
                passed += why is None
                skipped += why is not None and why.startswith("skipped")
                failed += why is not None and not why.startswith("skipped")
                if why is not None and (options.verbose or not why.startswith("skipped")):
                    print(f"{service} {name} ({protocol}): {why}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
