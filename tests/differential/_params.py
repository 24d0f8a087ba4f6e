"""Random parameters that are valid by botocore's model, in two forms: as botocore takes them, and as documents."""
import base64
import datetime
import json
import string

WORDS = ["a", "name-1", "Über", "with space", "a/b", "x=y&z", "100%", "tag:env", "q'uote\"d", "<&>", "日本", "tilde~*", "plus+"]
PLAIN = string.ascii_letters + string.digits
LABEL = string.ascii_lowercase + string.digits
DEEPEST = 6


class Maker:
    """One case: `share` is how many of the optional members are there."""

    def __init__(self, random, share):
        self.random, self.share = random, share

    def text(self, shape, simple=False):
        if shape.enum:
            return self.random.choice(shape.enum)
        least = max(shape.metadata.get("min", 0), 1)
        word = self.random.choice(WORDS)
        if simple or shape.metadata.get("pattern"):
            word = "".join(self.random.choices(PLAIN, k=8))
        while len(word) < least:
            word += self.random.choice(PLAIN)
        return word

    def number(self, shape):
        least = int(float(shape.metadata.get("min", 0)))
        most = int(float(shape.metadata.get("max", least + 1000)))
        return self.random.randint(least, max(least, most))

    def document(self, depth=0):
        kind = self.random.randrange(6 if depth < 2 else 4)
        if kind < 4:
            return [self.random.choice(WORDS), self.random.randrange(1000), True, None][kind]
        if kind == 4:
            return [self.document(depth + 1) for _ in range(2)]
        return {self.random.choice(WORDS): self.document(depth + 1)}

    def value(self, shape, stack, simple=False):
        """(for botocore, for a document)"""
        kind = shape.type_name
        if getattr(shape, "is_document_type", False):
            made = {"k": self.document()} if kind == "structure" else self.document()
            return made, made
        if kind == "structure":
            return self.structure(shape, stack)
        if kind == "list":
            return self.list(shape, stack, simple)
        if kind == "map":
            return self.map(shape, stack)
        header_json = shape.serialization.get("jsonvalue") and shape.serialization.get("location") == "header"
        if kind == "string" and shape.serialization.get("jsonvalue") and not header_json:
            made = json.dumps({"k": self.random.choice(WORDS)})
            return made, made
        if kind == "string" and header_json:
            made = {"k": self.random.choice(WORDS)}
            return made, made
        if kind in ("string", "character"):
            made = self.text(shape, simple)
            return made, made
        if kind in ("integer", "long"):
            made = self.number(shape)
            return made, made
        if kind in ("float", "double"):
            made = self.number(shape) + self.random.choice([0.0, 0.5, 0.125])
            most = shape.metadata.get("max")
            made = min(made, float(most)) if most is not None else made
            return made, made
        if kind == "boolean":
            made = self.random.random() < 0.5
            return made, made
        if kind == "blob":
            made = self.random.randbytes(max(12, shape.metadata.get("min", 0)))
            return made, base64.b64encode(made).decode()
        if kind == "timestamp":
            moment = datetime.datetime.fromtimestamp(self.random.randrange(1, 2**31), datetime.timezone.utc)
            return moment, moment.isoformat()
        raise TypeError(kind)

    def list(self, shape, stack, simple):
        if stack.count(shape.name) > 1 or len(stack) > DEEPEST:
            count = shape.metadata.get("min", 0)
        else:
            count = max(shape.metadata.get("min", 0), self.random.randrange(3))
        pairs = [self.value(shape.member, stack + [shape.name], simple) for _ in range(min(count, 30))]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]

    def map(self, shape, stack):
        count = shape.metadata.get("min", 0)
        if len(stack) <= DEEPEST:
            count = max(count, self.random.randrange(3))
        ours, theirs = {}, {}
        for _ in range(min(count, 30)):
            key = self.text(shape.key)
            theirs[key], ours[key] = self.value(shape.value, stack + [shape.name])
        return theirs, ours

    def structure(self, shape, stack):
        theirs, ours = {}, {}
        names = list(shape.members)
        if getattr(shape, "is_tagged_union", False):
            names = [self.random.choice(names)]
            required = names
        else:
            required = shape.required_members
        full = stack.count(shape.name) > 0 or len(stack) > DEEPEST
        for name in names:
            member = shape.members[name]
            if getattr(member, "is_eventstream", False) or member.serialization.get("eventstream"):
                continue
            if name not in required and (full or self.random.random() >= self.share):
                continue
            place = member.serialization.get("location")
            simple = place in ("header", "headers", "uri") or member.metadata.get("contextParam") is not None
            theirs[name], ours[name] = self.member(name, member, stack + [shape.name], simple)
        return theirs, ours

    def member(self, name, member, stack, simple):
        if member.type_name == "string" and member.serialization.get("hostLabel") or getattr(member, "serialization", {}).get("hostLabel"):
            made = "".join(self.random.choices(LABEL, k=12))
            return made, made
        if member.serialization.get("location") == "headers":
            made = {"k" + str(i): "".join(self.random.choices(PLAIN, k=6)) for i in range(2)}
            return made, made
        return self.value(member, stack, simple)


def special(service, operation, theirs, ours, random):
    """What the models cannot say: names of buckets and accounts."""
    made = {}
    if service == "s3" and "Bucket" in theirs:
        made["Bucket"] = random.choice(["my-bucket", "a.b.c", "bucket123", "Upper_case"])
        if "CopySource" in theirs:
            made["CopySource"] = random.choice(["src/key", "src/k ey+1", "src/a?versionId=v1"])
    if service == "s3" and "ChecksumAlgorithm" in theirs:
        made["ChecksumAlgorithm"] = random.choice(["CRC32", "SHA1", "SHA256"])
    if service == "s3control" and "AccountId" in theirs:
        made["AccountId"] = "123456789012"
    if service == "machinelearning" and "PredictEndpoint" in theirs:
        made["PredictEndpoint"] = "https://realtime.machinelearning.us-west-2.amazonaws.com"
    for key in made:
        theirs[key] = ours[key] = made[key]


def case(operation_model, service, random, share):
    maker = Maker(random, share)
    shape = operation_model.input_shape
    theirs, ours = maker.structure(shape, []) if shape is not None else ({}, {})
    special(service, operation_model.name, theirs, ours, random)
    return theirs, json.dumps(ours)
