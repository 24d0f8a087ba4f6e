"""What a resource file says about AWS's answers, worked out apart from HostMaster: by jmespath, on what botocore
parsed."""
import datetime
import json
import re

import jmespath
from botocore.exceptions import ClientError

PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


def iso_utc(value):
    value = value.astimezone(datetime.timezone.utc)
    text = value.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f".{value.microsecond:06d}" if value.microsecond else "") + "Z"


def plain(value):
    """As JSON, with times as the AWS CLI writes them."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def fill(node, item, facts):
    def value_of(name):
        name, behind, mark = name.partition("##*")
        value = facts[name] if name in facts else jmespath.search(name, item)
        return value.rsplit(mark, 1)[-1] if behind else value

    if isinstance(node, dict):
        return {key: fill(value, item, facts) for key, value in node.items()}
    if isinstance(node, list):
        return [fill(value, item, facts) for value in node]
    if not isinstance(node, str):
        return node
    if whole := re.fullmatch(r"\$\{([^}]*)\}", node):
        return value_of(whole.group(1))
    return PLACEHOLDER.sub(lambda found: str(value_of(found.group(1))), node)


def holds(condition, item):
    value = jmespath.search(condition["path"], item)
    return value in condition.get("is", [value]) and value not in condition.get("is_not", [])


def hide(node):
    if isinstance(node, dict):
        return {key: hide(value) for key, value in node.items()}
    if isinstance(node, list):
        return [hide(value) for value in node]
    return None if node is None else "<redacted>"


def hide_at(node, steps):
    if not steps:
        return hide(node)
    step, rest = steps[0], steps[1:]
    if step == "[]":
        return [hide_at(value, rest) for value in node] if isinstance(node, list) else node
    if isinstance(node, dict) and step in node:
        node[step] = hide_at(node[step], rest)
    return node


def steps_of(path):
    return [part for part in re.split(r"\.|(\[\])", path) if part]


class Evaluator:
    """`call(service, operation, params, region)` asks AWS, following pages."""

    def __init__(self, spec, call, facts):
        self.spec, self.call, self.facts = spec, call, facts

    def ask(self, node, params, region):
        service, operation = node["call"].split(":")
        return self.call(service, operation, params, region)

    def items_of(self, node, named, **more):
        """What one call lists; nothing where its code says that there is none."""
        params = fill(node.get("params", {}), named, dict(self.facts, **more))
        try:
            answer = self.ask(node, params, self.facts["region"])
        except ClientError as failure:
            if failure.response["Error"]["Code"] in self.spec["list"].get("absent", []):
                return []
            raise
        found = jmespath.search(node["items"], answer)
        return found if isinstance(found, list) else [] if found is None else [found]

    def owners(self):
        parents = self.spec["list"].get("parents")
        if not parents:
            return [{}]
        found = [{parents["into"]: parent} for parent in self.items_of(parents, {})]
        return [owner for owner in found if "where" not in parents or holds(parents["where"], owner)]

    def listed(self, owner):
        listing = self.spec["list"]
        found = self.items_of(listing, owner)
        if describe := listing.get("describe"):
            chunks = [found[at:at + describe["chunk"]] for at in range(0, len(found), describe["chunk"])]
            found = [item for chunk in chunks for item in self.items_of(describe, owner, each=chunk)]
        if "as" in listing:
            found = [{listing["as"]: item} for item in found]
        return [{**item, **owner} for item in found]

    def items(self):
        items = [item for owner in self.owners() for item in self.listed(owner)]
        where = self.spec["list"].get("where")
        return [item for item in items if where is None or holds(where, item)]

    def rows(self):
        return sorted((self.row(item) for item in self.items()), key=lambda row: row["id"])

    def key_of(self, item):
        return self.text(self.spec["key"], item, {})

    @staticmethod
    def text(path, item, facts):
        return fill(path, item, facts) if "${" in path else jmespath.search(path, item)

    def read_details(self, item, facts):
        """Part -> code of what could not be read."""
        unknown = {}
        for detail in self.spec.get("details", []):
            item.pop(detail["into"], None)
        for detail in self.spec.get("details", []):
            self.read_detail(detail, item, facts, unknown)
        return unknown

    def row(self, item):
        facts = dict(self.facts, key=self.key_of(item))
        unknown = self.read_details(item, facts)
        for path in self.spec.get("sensitive", []):
            hide_at(item, steps_of(path))
        return self.described(item, facts, unknown)

    def region_of(self, item):
        if "region" not in self.spec:
            return ""
        value = jmespath.search(self.spec["region"], item) or ""
        return self.spec.get("region_names", {}).get(value, value)

    def read_detail(self, detail, item, facts, unknown):
        if "when" in detail and not holds(detail["when"], item):
            item[detail["into"]] = None
            return
        region = self.region_of(item) or self.facts["region"]
        each = jmespath.search(detail["each"], item) or [] if "each" in detail else [None]
        answers = []
        for value in each:
            params = fill(detail.get("params", {}), item, dict(facts, each=value))
            try:
                answer = self.ask(detail, params, region)
            except ClientError as failure:
                code = failure.response["Error"]["Code"]
                if code not in detail.get("absent", []):
                    unknown[detail["into"]] = code
                    return
                continue
            answer = jmespath.search(detail["take"], answer) if "take" in detail else answer
            if "keep" in detail:
                answer = {name: answer[name] for name in detail["keep"] if name in answer}
            answers.append(answer)
        item[detail["into"]] = answers if "each" in detail else answers[0] if answers else None

    def column(self, column, item):
        value = jmespath.search(column["path"], item)
        if isinstance(value, datetime.datetime):
            return iso_utc(value)
        kind = column.get("type")
        if kind == "time" and isinstance(value, str):
            return iso_utc(datetime.datetime.fromisoformat(value.replace("Z", "+00:00")))
        if kind == "json" and isinstance(value, str) and value[:1] in ("{", "["):
            return json.loads(value)
        return plain(value)

    def tags(self, item):
        value = jmespath.search(self.spec["tags"], item) if "tags" in self.spec else None
        if isinstance(value, dict):
            return value
        return {tag.get("Key", tag.get("TagKey", tag.get("key"))):
                tag.get("Value", tag.get("TagValue", tag.get("value", ""))) for tag in value or []}

    def relations(self, item):
        found = set()
        for relation in self.spec.get("relations", []):
            value = jmespath.search(relation["path"], item)
            for target in value if isinstance(value, list) else [value]:
                if target and relation.get("contains", "") in target:
                    found.add((relation["name"], relation["type"], target))
        return [list(one) for one in sorted(found)]

    def described(self, item, facts, unknown):
        tags = self.tags(item)
        name = self.text(self.spec["name"], item, facts) if "name" in self.spec else None
        own_region = "global" if self.spec["scope"] != "region" else self.facts["region"]
        return {
            "id": facts["key"],
            "arn": fill(self.spec["arn"], item, facts) or "",
            "name": name or tags.get("Name", ""),
            "region": self.region_of(item) or own_region,
            "tags": tags,
            "relations": self.relations(item),
            "unknown": unknown,
            "columns": {key: self.column(column, item) for key, column in self.spec["columns"].items()},
        }
