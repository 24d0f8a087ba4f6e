#!/usr/bin/env python3
"""Scans every derived type of one account and region of the simulator, which answers each list from its model's output
shape over two pages, and proves that every table holds exactly the rows that boto3 lists: as many, and in each column what
boto3 has at that place."""
import base64
import concurrent.futures
import datetime
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import _scan  # noqa: E402
import botocore.session  # noqa: E402
from _sim import Sim  # noqa: E402
from botocore import xform_name  # noqa: E402
from botocore.config import Config  # noqa: E402

REGION = "eu-west-1"
ROWS = 5
LEAST = 1200  # tables in all, as the product promises
SQL_BYTES = 20_000  # of one statement
PARTS = 50  # of one statement
PAIRS = 40  # in one object
OF_RDS = ("docdb:", "neptune:")  # RDS answers them, and the simulated company has none
COLUMN = re.compile(r"^\| `(\w+)` \| (\w+) \| `(\w+)` \|$", re.M)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.0+)?(Z|\+00:00)")
SECTION = re.compile(r"^## (aws_\w+)$", re.M)


def hostmaster(*arguments):
    done = subprocess.run([_scan.BUILD / "hostmaster", *arguments], env=_scan.environment(), capture_output=True,
                          text=True, timeout=600)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


def pages_in(folder):
    return {page.name: page.read_text() for page in folder.glob("*.md")}


def derived_types(folder):
    """The list's rows, each with its columns (name, type, member) and the members that are stored as hashes only."""
    types = json.loads(hostmaster("catalog", "list", "--derived", "--output", "json"))
    hostmaster("catalog", "docs", str(folder), "--derived")
    pages = pages_in(folder)
    sections = {}
    for page in pages.values():
        _, *parts = SECTION.split(page)
        sections.update(zip(parts[::2], parts[1::2], strict=True))
    for one in types:
        section, _, hidden = sections[one["table"]].partition("- Stored as keyed hashes only:")
        one["members"] = COLUMN.findall(section)
        one["hidden"] = {re.split(r"[.\[]", path)[0] for path in re.findall(r"`([^`]+)`", hidden)}
    return types, pages


def port_of(simulator):
    return simulator.url.rpartition(":")[2]


def local(service, port):
    """Some operations put a word before the host, which 127.0.0.1 does not bear."""
    return f"http://{service}.localhost:{port}"


def resolve_localhost():
    """Names below localhost are the machine itself (RFC 6761), as curl knows and glibc does not."""
    resolve = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *rest, **more: resolve(
        "127.0.0.1" if str(host).endswith(".localhost") else host, *rest, **more)


class Lister:
    """botocore against the simulator: every item of a list, over all of its pages."""

    def __init__(self, simulator):
        account = simulator.accounts[0]
        self.session = botocore.session.get_session()
        self.port = port_of(simulator)
        self.settings = {"region_name": REGION, "config": Config(retries={"total_max_attempts": 1}),
                         "aws_access_key_id": account["access_key_id"],
                         "aws_secret_access_key": account["secret_access_key"]}

    def items(self, types):
        """Of types of one service: table -> items."""
        service = types[0]["call"].split(":")[0]
        client = self.session.create_client(service, endpoint_url=local(service, self.port), **self.settings)
        return {one["table"]: self.of_one(client, one) for one in types}

    @classmethod
    def of_one(cls, client, one):
        name = xform_name(one["call"].split(":")[1])
        params = json.loads(one["params"]) if one["params"] else {}
        path = one["items"].removesuffix("[]").split(".")
        if client.can_paginate(name):
            pages = client.get_paginator(name).paginate(**params)
        else:
            pages = cls.by_token(client, name, params)
        return [item for page in pages for item in cls.at(page, path) or []]

    @staticmethod
    def at(page, path):
        for step in path:
            page = (page or {}).get(step)
        return page

    @classmethod
    def by_token(cls, client, name, params):
        """Pages that no paginator describes: what looks like a token in the answer goes in where the input takes one."""
        operation = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[name])
        inputs = operation.input_shape.members if operation.input_shape else {}
        while True:
            page = getattr(client, name)(**params)
            yield page
            tokens = dict(cls.tokens(page))
            given = {key: token for key in inputs for found, token in tokens.items()
                     if found.lower().removeprefix("next").removeprefix("lastevaluated")
                     == key.lower().removeprefix("next").removeprefix("exclusivestart")}
            if not given:
                return
            params = {**params, **given}

    @classmethod
    def tokens(cls, page, depth=0):
        for key, value in page.items():
            if isinstance(value, str) and value.startswith("synthesized-2"):
                yield key, value
            elif isinstance(value, dict) and depth == 0 and key != "ResponseMetadata":
                yield from cls.tokens(value, 1)


def plain(value):
    """A value of boto3's as JSON has it."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def same_times(value):
    """As plain() writes them, wherever they stand."""
    if isinstance(value, str) and TIME.fullmatch(value):
        return value[:19] + "Z"
    if isinstance(value, dict):
        return {key: same_times(one) for key, one in value.items()}
    return [same_times(one) for one in value] if isinstance(value, list) else value


def expected(one, item):
    """The columns of the row that an item becomes, without what is hidden."""
    item = item if isinstance(item, dict) else {one["members"][0][2]: item}
    row = {}
    for column, kind, member in one["members"]:
        if member in one["hidden"]:
            continue
        value = plain(item.get(member))
        if kind == "json" and value is not None:
            value = json.dumps(value, sort_keys=True)
        elif kind == "real" and value is not None:
            value = float(value)
        row[column] = int(value) if isinstance(value, bool) else value
    return json.dumps(row, sort_keys=True)


def held(one, row):
    """The same of a row of the table."""
    out = {}
    for column, kind, member in one["members"]:
        if member in one["hidden"]:
            continue
        value = row[column]
        if kind == "json" and value is not None:
            value = json.dumps(same_times(json.loads(value) if value[:1] in "[{" else value), sort_keys=True)
        out[column] = same_times(value) if kind == "time" else value
    return json.dumps(out, sort_keys=True)


def row_sql(columns):
    """A list of objects, since a function of SQLite takes so many arguments only."""
    some = [columns[at:at + PAIRS] for at in range(0, len(columns), PAIRS)]
    return "json_array(" + ", ".join("json_object(" + ", ".join(f"'{name}', \"{name}\"" for name in names) + ")"
                                     for names in some) + ")"


def table_rows(types, data_dir, derived):
    """table -> its rows, asked as a user asks."""
    rows = {one["table"]: [] for one in types}
    parts = [f"select '{one['table']}' as \"table\", {row_sql([name for name, _, _ in one['members']])} as item "
             f"from {one['table']}" for one in types]
    while parts:
        size = count = 0
        while count < len(parts) and count < PARTS and (count == 0 or size + len(parts[count]) < SQL_BYTES):
            size += len(parts[count]) + 11
            count += 1
        answer = hostmaster("query", " union all ".join(parts[:count]), "--data-dir", data_dir, "--output", "json",
                            "--derived", derived)
        for row in json.loads(answer):
            item = json.loads(row["item"]) if isinstance(row["item"], str) else row["item"]
            rows[row["table"]].append({key: value for some in item for key, value in some.items()})
        parts = parts[count:]
    return rows


def compare(checks, types, listed, rows):
    for one in types:
        wanted = sorted(expected(one, item) for item in listed[one["table"]])
        got = sorted(held(one, row) for row in rows[one["table"]])
        checks.check(wanted or one["call"].startswith(OF_RDS), "the simulator lists something", one["call"])
        checks.check(got == wanted, "the table holds exactly the rows that are listed", one["table"], one["call"],
                     f"{len(got)} rows for {len(wanted)} items",
                     next((pair for pair in zip(got, wanted, strict=False) if pair[0] != pair[1]), ""))


SECRETS = ("aws_directconnect_virtual_interface", ("authKey", "customerRouterConfig"))


def secrets(value, names):
    """The texts of members that are called so, wherever they stand."""
    if isinstance(value, list):
        return {text for one in value for text in secrets(one, names)}
    if not isinstance(value, dict):
        return set()
    return {text for key, one in value.items()
            for text in ({one} if key in names and isinstance(one, str) else secrets(one, names))}


def hidden(checks, listed, data_dir, derived):
    """No secret that went in comes out of the table, in whichever column. The simulator's texts bear their member's name."""
    table, names = SECRETS
    went_in = secrets(listed[table], names)
    checks.check(len(went_in) > ROWS, "the simulator answers with secrets", went_in)
    out = hostmaster("query", f"select * from {table}", "--data-dir", data_dir, "--output", "json", "--derived", derived)
    checks.check(len(json.loads(out)) == ROWS, "and the table has the rows", out[:500])
    came_out = sorted(text for text in went_in if text in out)
    checks.check(not came_out, "no secret comes out", came_out)


def documented(checks, pages):
    """The pages in docs/tables are those of this catalog."""
    there = pages_in(_scan.ROOT / "docs" / "tables")
    stale = sorted(name for name in there.keys() | pages.keys() if there.get(name) != pages.get(name))
    checks.check(not stale, "docs/tables is what `./dev accept` writes", len(stale), stale[:5])


def asked_for(checks, folder):
    """What is off is in no policy; and a draft is a file that the catalog takes."""
    checks.check("glue:GetTriggers" not in hostmaster("iam-policy"), "the policy has what is called alone")
    checks.check("glue:GetTriggers" in hostmaster("iam-policy", "--derived", "glue"), "and all of that")
    draft = folder / "own" / "resources" / "own" / "attribute.yaml"
    draft.parent.mkdir(parents=True)
    draft.write_text(hostmaster("catalog", "new", "ecs", "ListAttributes"))
    said = hostmaster("catalog", "check", str(folder / "own"))
    checks.check("1 " in said, "a draft is a type", said, draft.read_text())


def main():
    checks = _scan.Checks()
    resolve_localhost()
    with tempfile.TemporaryDirectory() as folder, Sim(
            "--synthesize", str(ROWS), "--accounts", "1", "--regions", REGION, "--resources", "60") as simulator:
        every, pages = derived_types(pathlib.Path(folder) / "docs")
        types = [one for one in every if one["kind"] == "derived"]
        print(f"{len(every)} tables: {len(every) - len(types)} curated, {len(types)} derived", flush=True)
        checks.check(len(every) >= LEAST, "there are as many tables as promised", len(every))
        documented(checks, pages)
        asked_for(checks, pathlib.Path(folder))
        derived = ",".join(["all", *(one["call"] for one in types if one["paid"])])
        services = {}
        for one in types:
            services.setdefault(one["call"].split(":")[0], []).append(one)
        lister = Lister(simulator)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            listed = {table: items for of_service in pool.map(lister.items, services.values())
                      for table, items in of_service.items()}
        data_dir = str(pathlib.Path(folder) / "data")
        # Some services sign alike and have the same paths, so that the host alone tells them apart; and omics puts half
        # a word before its host.
        port, account = port_of(simulator), simulator.accounts[0]
        endpoints = {f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}": local(service, port)
                     for service in ("chime-sdk-voice", "omics", "pinpoint-sms-voice", "qconnect")}
        endpoints["AWS_ENDPOINT_URL"] = f"http://localhost:{port}"
        _, _, said = _scan.scan(
            data_dir, "--region", REGION, "--derived", derived, "--no-rules", limit_s=1200,
            env=_scan.environment(account["access_key_id"], account["secret_access_key"]) | endpoints)
        sweeps = {row["type"]: row["outcome"] for row in _scan.Inventory(data_dir).rows("select * from sweep")}
        unread = [one["type"] for one in types if sweeps.get(one["type"]) != "ok"]
        checks.check(not unread, "every derived type is read", unread[:20], said[-2000:])
        compare(checks, types, listed, table_rows(types, data_dir, derived))
        hidden(checks, listed, data_dir, derived)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
