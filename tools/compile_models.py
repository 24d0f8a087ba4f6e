#!/usr/bin/env python3
"""Compiles AWS's service models into the one table that is embedded in the binary.

The models come from the botocore wheel that the lock file pins: another version, or another file of the same
version, is an error. Only Python's standard library is needed. src/aws/model.cc reads the table in place and
src/aws/model_table.h describes its layout; the same input always gives the same bytes.

  compile_models.py --lock tools/requirements.lock --wheels DIR --out FILE     the embedded table
  compile_models.py --services FILE.json --out FILE                            a table of given models (tests)

HM_BOTOCORE_WHEEL=path says where the pinned wheel lies, for builds without a network.
"""

import argparse
import gzip
import hashlib
import json
import os
import re
import struct
import sys
import tempfile
import zipfile
import zlib

MAGIC = b"HMMODEL1"
MAX_BYTES = 5_000_000
PREFIX_SLOT = "<endpoint-prefix>"

PROTOCOLS = ["ec2", "query", "json10", "json11", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"]
# Where a service speaks several protocols, the first of these is used.
PRIORITY = ["json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2"]
KINDS = {
    "structure": 0, "list": 1, "map": 2, "string": 3, "character": 3, "blob": 4, "boolean": 5, "byte": 6,
    "short": 6, "integer": 6, "long": 7, "float": 8, "double": 9, "timestamp": 10, "biginteger": 11,
    "bigdecimal": 11,
}
LOCATIONS = {None: 0, "uri": 1, "querystring": 2, "header": 3, "headers": 4, "statusCode": 5}
TIMESTAMPS = {None: 0, "iso8601": 1, "unixTimestamp": 2, "rfc822": 3}
METHODS = ["POST", "GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]

# Bits of a shape's head; the numbers are those of src/aws/model_table.h.
SHAPE_FLAGS = ["flattened", "document", "union", "eventstream", "sensitive", "exception", "retryable",
               "throttling", "streaming", "deprecated", "fault", "wrapper"]
IS_EXCEPTION = 1 << SHAPE_FLAGS.index("exception")
FACT_SHIFT = len(SHAPE_FLAGS)  # name; payload or least value; error code and status; order of required members
# Bits of a member's traits, above location (3 bits) and timestamp format (2 bits).
TRAIT_FLAGS = ["flattened", "xmlAttribute", "idempotencyToken", "hostLabel", "streaming", "jsonvalue",
               "sensitive", "deprecated", "eventpayload", "eventheader"]
TRAIT_TEXTS = ["locationName", "queryName", "xmlns", "xmlnsPrefix", "contextParam"]
OPERATION_TEXTS = ["resultWrapper", "hostPrefix", "authType", "auth", "checksumMember", "checksumModeMember",
                   "checksumAlgorithms", "staticContext", "operationContext", "inputName", "inputXmlns",
                   "inputXmlnsPrefix", "compression"]
OPERATION_FLAGS = ["deprecated", "checksumRequired", "discovery", "discoveryRequired", "discoveryOperation",
                   "idempotent", "readonly"]


def fail(message):
    sys.exit(f"compile_models: {message}")


# ---- the wheel ---------------------------------------------------------------------------------------------


def locked(lock_path):
    """The pinned version of botocore and the hashes that its files may have."""
    text = open(lock_path, encoding="utf-8").read().replace("\\\n", " ")
    line = re.search(r"^botocore==(\S+)(.*)$", text, re.M)
    if not line:
        fail(f"{lock_path} pins no botocore")
    return line[1], set(re.findall(r"--hash=sha256:([0-9a-f]{64})", line[2]))


def find_wheel(lock_path, wheels):
    version, hashes = locked(lock_path)
    name = f"botocore-{version}-py3-none-any.whl"
    path = os.environ.get("HM_BOTOCORE_WHEEL") or os.path.join(wheels, name)
    remedy = f"fetch it with `./dev build`, or set HM_BOTOCORE_WHEEL to a copy of {name}"
    try:
        data = open(path, "rb").read()
    except OSError as error:
        fail(f"cannot read the botocore wheel {path}: {error.strerror}; {remedy}")
    digest = hashlib.sha256(data).hexdigest()
    if digest not in hashes:
        fail(f"{path} (sha256 {digest}) is not the botocore {version} that {lock_path} pins; {remedy}")
    return version, path


def merge(target, extra):
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            merge(target[key], value)
        else:
            target[key] = value


class Wheel:
    """The newest API version of every service in a wheel."""

    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        self.files = {}
        for name in self.zip.namelist():
            parts = name.split("/")
            if name.startswith("botocore/data/") and len(parts) == 5:
                self.files.setdefault(parts[2], {}).setdefault(parts[3], set()).add(parts[4])

    def read(self, path):
        data = self.zip.read(path)
        return gzip.decompress(data) if path.endswith(".gz") else data

    def service(self, name):
        version = max(self.files[name])
        files = self.files[name][version]

        def load(stem):
            result = {}
            for file in (f"{stem}.json", f"{stem}.json.gz"):
                if file in files:
                    result = json.loads(self.read(f"botocore/data/{name}/{version}/{file}"))
            if f"{stem}.sdk-extras.json" in files:
                extras = json.loads(self.read(f"botocore/data/{name}/{version}/{stem}.sdk-extras.json"))
                merge(result, extras["merge"])
            return result

        model = load("service-2")
        model["paginators"] = load("paginators-1").get("pagination", {})
        model["rules"] = load("endpoint-rule-set-1")
        return model

    def load(self):
        return {
            "version": None,
            "partitions": json.loads(self.read("botocore/data/partitions.json")),
            "endpoints": json.loads(self.read("botocore/data/endpoints.json")),
            "services": {name: self.service(name) for name in sorted(self.files)},
        }


# ---- the sections of the table -----------------------------------------------------------------------------


class Pool:
    """A section of records that are stored once each; `put` answers with the record's offset."""

    def __init__(self, unit, first=b""):
        self.unit = unit
        self.data = bytearray(first)
        self.known = {bytes(first): 0}

    def put(self, record):
        at = self.known.get(record)
        if at is None:
            at = self.append(record)
            self.known[record] = at
        return at

    def append(self, record):
        self.data += b"\0" * (-len(self.data) % self.unit)
        at = len(self.data) // self.unit
        self.data += record
        return at


class Table:
    def __init__(self):
        self.strings = Pool(1, b"\0")                  # length (1 byte, or 255 and 4 bytes), bytes
        self.words = Pool(4, b"\0\0\0\0")              # lists, traits, paginators, what operations have besides
        self.shapes = Pool(4, b"\xff\xff\xff\xff")       # heads and members; 0 is "none"
        self.documents = Pool(1)                       # 4 bytes of length packed, 4 unpacked, zlib

    def text(self, value):
        data = (value or "").encode()
        head = bytes([len(data)]) if len(data) < 255 else b"\xff" + struct.pack("<I", len(data))
        return self.strings.put(head + data)

    def list_of(self, numbers):
        numbers = list(numbers)
        return self.words.put(struct.pack(f"<{len(numbers) + 1}I", len(numbers), *numbers)) if numbers else 0

    def short_list_of(self, numbers):
        """As list_of, two numbers to a word."""
        if not numbers:
            return 0
        halves = struct.pack(f"<{len(numbers)}H", *numbers)
        return self.words.put(struct.pack("<I", len(numbers)) + halves + b"\0" * (-len(halves) % 4))

    def texts(self, values):
        return self.list_of(self.text(value) for value in values)

    def document(self, text):
        packed = zlib.compress(text.encode(), 9)
        return self.documents.put(struct.pack("<2I", len(packed), len(text.encode())) + packed)


def flag_bits(names, values):
    return sum(1 << bit for bit, name in enumerate(names) if values.get(name))


def fit(number, bits, what):
    if number >= 1 << bits:
        fail(f"{what} {number} does not fit into {bits} bits: widen the layout in src/aws/model_table.h too")
    return number


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


# ---- shapes ------------------------------------------------------------------------------------------------


def components(shapes, roots):
    """Tarjan: groups of shapes that contain one another, those that are used before those that use them."""
    index, low, stack, groups = {}, {}, [], []

    def visit(name):
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in references(shapes[name]):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            at = stack.index(name)
            groups.append(stack[at:])
            del stack[at:]

    for root in roots:
        if root not in index:
            visit(root)
    return groups


def references(shape):
    for key in ("member", "key", "value"):
        if key in shape:
            yield shape[key]["shape"]
    for member in shape.get("members", {}).values():
        yield member["shape"]


class Shapes:
    """Writes the shapes of one service; equal shapes of all services are stored once."""

    def __init__(self, table, shapes, roots, protocol):
        self.table, self.shapes, self.at = table, shapes, {}
        self.named = protocol == "rest-xml"  # keep every structure's name, not only the errors'
        # ec2 capitalises them, and in rest-xml a body without a name goes by its shape's.
        self.keep_wire_names = protocol in ("ec2", "rest-xml")
        for group in components(shapes, roots):
            name = group[0]
            if len(group) == 1 and name not in references(shapes[name]):
                self.at[name] = table.shapes.put(self.record(name))
                continue
            for name in group:  # recursive: make room for all, then fill in
                self.at[name] = table.shapes.append(self.record(name, room=True))
            for name in group:
                record = self.record(name)
                start = self.at[name] * 4
                table.shapes.data[start:start + len(record)] = record

    def record(self, name, room=False):
        shape = self.shapes[name]
        members = list(shape.get("members", {}).items())
        members += [(key, shape[key]) for key in ("member", "key", "value") if key in shape]
        required = shape.get("required", [])
        flags = self.flags(shape)
        # Only errors, and structures in XML bodies, are called by name on the wire. Without the other names two
        # thirds of all shapes turn out to be the same.
        shown = name if flags & IS_EXCEPTION or (self.named and shape["type"] == "structure") else ""
        facts = self.facts(shape, shown, required, [key for key, _ in members if key in required])
        flags |= sum(1 << FACT_SHIFT + bit for bit, fact in enumerate(facts) if fact)
        values = shape.get("enum", [])
        count = fit(len(members) or len(values), 12, "member count of a shape")
        words = [KINDS[shape["type"]] | flags << 4 | count << 20, *(fact for fact in facts if fact)]
        data = struct.pack(f"<{len(words)}I", *words)
        for key, ref in members:
            data += struct.pack("<Q", 0 if room else self.member(key, ref, key in required))
        return data + b"".join(struct.pack("<I", self.table.text(value)) for value in values)

    def facts(self, shape, name, required, in_order):
        """What few shapes have; each is a word that follows the head where it is not 0."""
        least = shape.get("min")
        error = shape.get("error", {})
        return [self.table.text(name), self.table.text(shape.get("payload") or ("" if least is None else str(least))),
                self.table.text(error.get("code")) | error.get("httpStatusCode", 0) << 22,
                self.table.texts(required) if list(required) != in_order else 0]

    @staticmethod
    def flags(shape):
        retryable = shape.get("retryable")
        facts = dict(shape)
        facts["exception"] = shape.get("exception") or "error" in shape
        facts["retryable"] = retryable is not None
        facts["throttling"] = bool(retryable and retryable.get("throttling"))
        return flag_bits(SHAPE_FLAGS, facts)

    def member(self, name, ref, required):
        merged = {**self.shapes[ref["shape"]], **ref}
        if merged.get("locationName") == name and not self.keep_wire_names:
            del merged["locationName"]
        at = fit(self.at[ref["shape"]], 20, "shape")
        return fit(self.table.text(name), 22, "string") | at << 22 | self.traits(merged) << 42 | required << 63

    def traits(self, merged):
        namespace = merged.get("xmlNamespace") or {}
        if isinstance(namespace, str):
            namespace = {"uri": namespace}
        texts = dict(locationName=merged.get("locationName"), queryName=merged.get("queryName"),
                     xmlns=namespace.get("uri"), xmlnsPrefix=namespace.get("prefix"),
                     contextParam=merged.get("contextParam", {}).get("name"))
        return fit(traits_word(self.table, merged, texts), 21, "traits")


def traits_word(table, merged, texts):
    bits = LOCATIONS[merged.get("location")] | TIMESTAMPS[merged.get("timestampFormat")] << 3
    bits |= flag_bits(TRAIT_FLAGS, merged) << 5
    bits |= sum(1 << 16 + bit for bit, name in enumerate(TRAIT_TEXTS) if texts[name])
    values = [table.text(texts[name]) for name in TRAIT_TEXTS if texts[name]]
    return table.words.put(struct.pack(f"<{len(values) + 1}I", bits, *values)) if bits else 0


# ---- operations and services -------------------------------------------------------------------------------


def errors_of(model):
    """All that can be answered as an error, by name; some are named by no operation."""
    names = {name for name, shape in model["shapes"].items() if shape.get("exception") or "error" in shape}
    for operation in model["operations"].values():
        names.update(error["shape"] for error in operation.get("errors", []))
    return sorted(names)


def roots_of(model):
    roots = set(errors_of(model))
    for operation in model["operations"].values():
        roots.update(operation[key]["shape"] for key in ("input", "output") if key in operation)
    return sorted(roots)


def auth_type(operation):
    if operation.get("authtype"):
        return operation["authtype"]
    if operation.get("unsignedPayload"):
        return "v4-unsigned-body"
    return "none" if operation.get("auth") == ["smithy.api#noAuth"] else ""


def resolved(shapes, ref):
    return {**shapes[ref["shape"]], **ref} if ref else {}


def operation_texts(operation, shapes):
    given = resolved(shapes, operation.get("input"))
    namespace = given.get("xmlNamespace") or {}
    if isinstance(namespace, str):
        namespace = {"uri": namespace}
    checksum = operation.get("httpChecksum", {})
    return {
        "resultWrapper": resolved(shapes, operation.get("output")).get("resultWrapper"),
        "hostPrefix": operation.get("endpoint", {}).get("hostPrefix"),
        "authType": auth_type(operation),
        "auth": ",".join(operation.get("auth", [])),
        "checksumMember": checksum.get("requestAlgorithmMember"),
        "checksumModeMember": checksum.get("requestValidationModeMember"),
        "checksumAlgorithms": ",".join(checksum.get("responseAlgorithms", [])),
        "staticContext": compact(operation["staticContextParams"]) if "staticContextParams" in operation else "",
        "operationContext":
            compact(operation["operationContextParams"]) if "operationContextParams" in operation else "",
        "inputName": given.get("locationName"),
        "inputXmlns": namespace.get("uri"),
        "inputXmlnsPrefix": namespace.get("prefix"),
        "compression": ",".join(operation.get("requestcompression", {}).get("encodings", [])),
    }


def operation_flags(operation):
    checksum = operation.get("httpChecksum", {})
    return flag_bits(OPERATION_FLAGS, {
        "deprecated": operation.get("deprecated"),
        "checksumRequired": operation.get("httpChecksumRequired") or checksum.get("requestChecksumRequired"),
        "discovery": "endpointdiscovery" in operation,
        "discoveryRequired": operation.get("endpointdiscovery", {}).get("required"),
        "discoveryOperation": operation.get("endpointoperation"),
        "idempotent": operation.get("idempotent"),
        "readonly": operation.get("readonly"),
    })


def paginator_record(table, paginator):
    def listed(key):
        value = paginator.get(key, [])
        return table.texts(value if isinstance(value, list) else [value])

    return table.words.put(struct.pack(
        "<6I", listed("input_token"), listed("output_token"), listed("result_key"),
        listed("non_aggregate_keys"), table.text(paginator.get("limit_key")),
        table.text(paginator.get("more_results"))))


def request_uri(http, given):
    """The path below the endpoint. A bucket that fills the endpoint rules' parameter is in the endpoint already."""
    uri = http.get("requestUri", "/")
    bucket = given.get("members", {}).get("Bucket", {})
    if "contextParam" in bucket and uri.startswith("/{Bucket}"):
        return uri[len("/{Bucket}"):]
    return uri


def operation_record(table, shapes, errors, name, operation, paginator):
    texts = operation_texts(operation, shapes.shapes)
    mask = sum(1 << bit for bit, key in enumerate(OPERATION_TEXTS) if texts[key])
    values = [table.text(texts[key]) for key in OPERATION_TEXTS if texts[key]]
    if paginator:
        mask |= 1 << len(OPERATION_TEXTS)
        values.append(paginator_record(table, paginator))
    extra = table.words.put(struct.pack(f"<{len(values) + 1}I", mask, *values)) if mask else 0

    def shape(key):
        return fit(shapes.at[operation[key]["shape"]], 20, "shape") if key in operation else 0

    http = operation.get("http", {})
    numbers = [errors.index(error["shape"]) for error in operation.get("errors", [])]
    return struct.pack(
        "<6I",
        fit(table.text(name), 22, "string") | METHODS.index(http.get("method", "POST")) << 22
        | operation_flags(operation) << 25,
        table.text(request_uri(http, shapes.shapes.get(operation.get("input", {}).get("shape"), {}))),
        shape("input") | http.get("responseCode", 200) << 20,
        shape("output"), table.short_list_of(numbers), extra)


def protocol_of(metadata):
    offered = metadata.get("protocols") or [metadata["protocol"]]
    chosen = next((name for name in PRIORITY if name in offered), metadata["protocol"])
    if chosen == "json":
        chosen = "json10" if str(metadata.get("jsonVersion", "1.0")) == "1.0" else "json11"
    return PROTOCOLS.index(chosen)


def regions_by_prefix(endpoints):
    """Where services are offered, by endpoint prefix: what the old list of endpoints is still good for."""
    regions = {}
    for partition in endpoints.get("partitions", []):
        for prefix, service in partition["services"].items():
            if service.get("isRegionalized", True):
                regions.setdefault(prefix, set()).update(service.get("endpoints", {}).keys() & partition["regions"].keys())
    return regions


def regions_record(table, everywhere, regions):
    """The list of all regions, and a bit for each where the service is."""
    if not regions:
        return 0
    bits = sum(1 << bit for bit, region in enumerate(everywhere) if region in regions)
    return table.words.put(struct.pack("<IQ", table.texts(everywhere), bits))


def service_record(table, name, model, regions):
    metadata = model["metadata"]
    protocol = PROTOCOLS[protocol_of(metadata)]
    shapes = Shapes(table, model["shapes"], roots_of(model), protocol)
    paginators = model.get("paginators", {})
    errors = errors_of(model)
    operations = [operation_record(table, shapes, errors, key, operation, paginators.get(key))
                  for key, operation in sorted(model["operations"].items())]
    first = table.shapes.append(b"".join(operations))
    prefix = metadata.get("endpointPrefix", name)
    rules = compact(without_documentation(model["rules"])).replace(prefix, PREFIX_SLOT) if model.get("rules") else ""
    namespace = metadata.get("xmlNamespace") or ""
    if isinstance(namespace, dict):
        namespace = namespace.get("uri", "")
    texts = [name, metadata.get("serviceId", name), metadata.get("serviceFullName", ""),
             metadata.get("apiVersion", ""), prefix, metadata.get("signingName", ""),
             metadata.get("signatureVersion", ""), metadata.get("targetPrefix", ""), namespace,
             ",".join(metadata.get("auth", []))]
    flags = protocol_of(metadata) | ("awsQueryCompatible" in metadata) << 8
    return struct.pack("<16I", *(table.text(text) for text in texts), flags, table.document(rules) if rules else 0,
                       first, len(operations), table.list_of(shapes.at[error] for error in errors),
                       regions_record(table, regions["ec2"], regions.get(prefix)))


def without_documentation(value):
    if isinstance(value, dict):
        return {key: without_documentation(item) for key, item in value.items()
                if key != "documentation" or not isinstance(item, str)}
    if isinstance(value, list):
        return [without_documentation(item) for item in value]
    return value


def compile_table(source):
    table = Table()
    table.document("")  # offset 0 is "none"
    regions = {"ec2": set(), **regions_by_prefix(source.get("endpoints", {}))}
    regions["ec2"] = sorted(regions["ec2"])  # it is in all of them
    if len(regions["ec2"]) > 64:
        fail("there are more regions than the table has bits for")
    services = [service_record(table, name, model, regions) for name, model in sorted(source["services"].items())]
    partitions = table.document(compact(source.get("partitions", {})))
    version = table.text(source.get("version") or "")
    sections = [bytes(pool.data) for pool in (table.strings, table.words, table.shapes, table.documents)]
    sections.append(b"".join(services))
    head, body, at = [], b"", 64
    for section in sections:
        head.append(at + len(body))
        body += section + b"\0" * (-len(section) % 16)
    header = MAGIC + struct.pack("<9I", at + len(body), *head, len(services), partitions, version)
    return header.ljust(at, b"\0") + body


def write_atomically(path, data):
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lock", help="the lock file that pins botocore")
    parser.add_argument("--wheels", default=".", help="folder that holds the pinned wheel")
    parser.add_argument("--services", help="JSON file {services: {name: model}} instead of the wheel")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    sys.setrecursionlimit(20000)
    if options.services:
        source = json.load(open(options.services, encoding="utf-8"))
    elif options.lock:
        version, path = find_wheel(options.lock, options.wheels)
        source = Wheel(path).load()
        source["version"] = version
    else:
        parser.error("one of --lock and --services is needed")
    data = compile_table(source)
    if not options.services and len(data) > MAX_BYTES:
        fail(f"the table has {len(data)} bytes, more than {MAX_BYTES}")
    write_atomically(options.out, data)


if __name__ == "__main__":
    main()
