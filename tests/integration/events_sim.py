#!/usr/bin/env python3
"""Near-real time: what changes in the simulator by boto3 is told to a queue by its EventBridge, and is in the store, in the API
and on the live WebSocket at once, without a sweep; on SQLite and PostgreSQL. Events that come twice, in another order, late or
never, messages that are no events, a queue that may not be read and a kill -9 before a message is deleted leave what is true.
The queue of an account that is connected meanwhile is read from then on, and not any more when it is taken out."""
import base64
import contextlib
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import _scan  # noqa: E402
from _sim import Sim  # noqa: E402
from hard_times import Server, run, sim_environment  # noqa: E402

# What is promised, and how long a loaded machine is waited for before it is said that nothing came.
PROMISE_S = 2.0
LIMIT_S = 60
REGION = "eu-west-1"


class Live:
    """A WebSocket of the server: the numbers of the changes that it tells of, as they come."""

    def __init__(self, url, key):
        where = urllib.parse.urlparse(url)
        self.socket = socket.create_connection((where.hostname, where.port), timeout=LIMIT_S)
        nonce = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /api/v1/live HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Key: {nonce}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {key}\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        if b" 101 " not in self.file.readline():
            raise RuntimeError("no WebSocket")
        while self.file.readline().strip():
            pass
        self.told = {}  # resource id -> when it was first told of
        self.greeted = False
        self.news = threading.Condition()
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()
        with self.news:  # what changes before the greeting is told to nobody
            if not self.news.wait_for(lambda: self.greeted, timeout=LIMIT_S):
                raise RuntimeError("no greeting")

    def listen(self):
        with contextlib.suppress(OSError, struct.error, IndexError):
            text = b""
            while True:
                head = self.file.read(2)
                length = head[1] & 0x7F
                if length == 126:
                    length = struct.unpack(">H", self.file.read(2))[0]
                elif length == 127:
                    length = struct.unpack(">Q", self.file.read(8))[0]
                body = self.file.read(length)
                if (head[0] & 0x0F) > 1:  # neither text nor its continuation
                    continue
                text += body
                if not head[0] & 0x80:
                    continue
                body, text = text, b""
                now, message = time.monotonic(), json.loads(body)
                with self.news:
                    self.greeted |= message["kind"] == "hello"
                    for item in message.get("items", []):
                        if item["noun"] == "resource":
                            self.told.setdefault(item["id"], now)
                    self.news.notify_all()

    def wait(self, resource_id):
        """When it was told of; none where it never was."""
        with self.news:
            self.news.wait_for(lambda: resource_id in self.told, timeout=LIMIT_S)
            return self.told.get(resource_id)

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(LIMIT_S)


class Place:
    """The simulator with a queue and rules, and the server that reads it."""

    def __init__(self, simulator, folder, url):
        self.sim, self.folder, self.admin_key = simulator, pathlib.Path(folder), None
        self.sqs, self.events, self.ec2 = (simulator.client(name, REGION) for name in ("sqs", "events", "ec2"))
        self.account = simulator.accounts[0]["account_id"]
        self.queue = self.sqs.create_queue(QueueName="hostmaster-events", Attributes={"VisibilityTimeout": "3"})["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        for name, pattern in (("states", {"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"]}),
                              ("calls", {"detail-type": ["AWS API Call via CloudTrail"],
                                         "detail": {"readOnly": [False], "errorCode": [{"exists": False}]}})):
            self.events.put_rule(Name=name, EventPattern=json.dumps(pattern))
            self.events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
        config = self.folder / "config.yaml"
        config.write_text(f"accounts:\n  - name: Own\n    regions: [{REGION}]\n    event_queues: ['{self.queue}']\n")
        self.store = ["--database-url", url] if url else []
        self.server = Server(self.folder / "data", sim_environment(simulator), "--config", str(config), "--endpoint-url",
                             simulator.url, "--set", "metrics=false", *self.store)
        self.server.start()
        self.key = self.server.key(*self.store)
        # The first round has seen all there is; the next begins minutes later.
        self.swept()
        self.server.wait_for("/api/v1/event-queues", self.key, lambda seen: seen["items"] and seen["items"][0]["state"] == "ok")

    def swept(self):
        self.server.wait_for("/api/v1/scan", self.key, lambda scan: not scan["running"] and scan["ended_at"] and scan["done"])

    def close(self):
        self.server.stop()

    def send(self, method, path, body=None):
        """As an administrator; gives the status and what the server said."""
        if not self.admin_key:
            made = run("key", "create", "admin", "--owner", "judge", "--role", "admin", "--data-dir", str(self.folder / "data"),
                       *self.store, env=sim_environment(self.sim))
            self.admin_key = next(word for word in made.stdout.split() if word.startswith("hm_"))
        headers = {"Authorization": "Bearer " + self.admin_key, "Content-Type": "application/json"}
        request = urllib.request.Request(self.server.url + path, method=method, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read())

    def resources(self, words):
        return json.loads(self.server.get("/api/v1/resources?limit=500&filter=" + urllib.parse.quote(words), self.key))["items"]

    def wait(self, words, ready):
        """Until ready(what the filter finds); what it found last."""
        limit = time.monotonic() + LIMIT_S
        while True:
            found = self.resources(words)
            if ready(found) or time.monotonic() > limit:
                return found
            time.sleep(0.05)

    def known(self, type_id, key):
        return self.wait(f"type:{type_id} id:{key}", lambda found: found)

    def state(self):
        return json.loads(self.server.get("/api/v1/event-queues", self.key))["items"][0]

    def queue_when(self, ready):
        return self.server.wait_for("/api/v1/event-queues", self.key, lambda seen: ready(seen["items"][0]))["items"][0]

    def left(self):
        seen = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["All"])["Attributes"]
        return int(seen["ApproximateNumberOfMessages"]) + int(seen["ApproximateNumberOfMessagesNotVisible"])

    def emptied(self):
        limit = time.monotonic() + LIMIT_S
        while (left := self.left()) and time.monotonic() < limit:
            time.sleep(0.05)
        return left == 0

    def volume(self):
        zone = self.ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
        return self.ec2.create_volume(AvailabilityZone=zone, Size=1, VolumeType="gp3")["VolumeId"]


def at_once(checks, place, name):
    """Five volumes are made one after the other; each is told of on the WebSocket, and the promise is kept."""
    live = Live(place.server.url, place.key)
    before, took = place.state()["counts"]["places"], []
    for _ in range(5):
        made = time.monotonic()
        volume = place.volume()
        found = place.known("ec2/volume", volume)
        checks.check(found, f"{name}: a new volume is known", volume)
        if not found:
            continue
        told = live.wait(found[0]["id"])
        checks.check(told is not None, f"{name}: and told of on the WebSocket", volume)
        took.append(round((told or made + LIMIT_S) - made, 3))
    live.close()
    print(f"{name}: seconds from the call to the WebSocket: {took}", flush=True)
    # The machine may be busy for a moment; that no sweep did it is seen from the counts.
    checks.check(min(took, default=LIMIT_S) < PROMISE_S, f"{name}: within {PROMISE_S} s", took)
    checks.check(place.state()["counts"]["places"] == before, f"{name}: by looks alone", place.state()["counts"])
    return volume


def changes_are_seen(checks, place, name, volume):
    place.ec2.create_tags(Resources=[volume], Tags=[{"Key": "told", "Value": "by-event"}])
    checks.check(place.wait("tag:told=by-event", len), f"{name}: a tag is seen")
    place.ec2.delete_volume(VolumeId=volume)
    left = place.wait(f"type:ec2/volume id:{volume}", lambda found: not found)
    checks.check(not left, f"{name}: what AWS says does not exist is gone at once", left)
    running = place.resources("type:ec2/instance state:running")[0]
    place.ec2.stop_instances(InstanceIds=[running["key"]])
    stopping = place.wait(f"type:ec2/instance id:{running['key']}", lambda found: found and found[0]["state"] == "stopping")
    checks.check(stopping and stopping[0]["state"] == "stopping", f"{name}: the call is seen", stopping)
    # Nobody calls any more: what the instance does by itself is told by its state alone.
    place.sim.advance(30)
    stopped = place.wait(f"type:ec2/instance id:{running['key']}", lambda found: found and found[0]["state"] == "stopped")
    checks.check(stopped and stopped[0]["state"] == "stopped", f"{name}: and the state that it reaches by itself", stopped)


def places_become_due(checks, place, name):
    """A bucket has no call that gives it as the list does: its place is listed."""
    bucket = f"told-by-event-{os.getpid()}-{name.lower()}"
    place.sim.client("s3", REGION).create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    checks.check(place.known("s3/bucket", bucket), f"{name}: what cannot be asked by id makes its place due", bucket)
    place.swept()


def doubled_and_shuffled(checks, place, name):
    place.sim.fault("events:twice:100%", "events:shuffle:50%", "events:delay:300ms")
    volumes = [place.volume() for _ in range(4)]
    for volume in volumes:
        place.ec2.create_tags(Resources=[volume], Tags=[{"Key": "round", "Value": "one"}])
    place.ec2.delete_volume(VolumeId=volumes[0])
    checks.check(place.emptied(), f"{name}: every message is deleted")
    place.sim.admin("faults", "DELETE")
    seen = {row["key"] for row in place.resources("type:ec2/volume tag:round=one")}
    checks.check(seen == set(volumes[1:]), f"{name}: doubled and shuffled events leave what is true", seen, volumes)
    counts = place.state()["counts"]
    checks.check(counts["coalesced"] > 0, f"{name}: what comes together is looked at once", counts)
    return volumes[1:]


def lost_is_reconciled(checks, place, name):
    """A security group, since nothing but its calls tells of it: a volume tells by itself that it became available."""
    place.sim.fault("events:lose:100%")
    vpc = place.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = place.ec2.create_security_group(GroupName=f"lost-{name.lower()}", Description="lost", VpcId=vpc)["GroupId"]
    place.sim.admin("faults", "DELETE")
    marker = place.volume()
    checks.check(place.known("ec2/volume", marker), f"{name}: the next event comes")
    checks.check(not place.resources(f"type:ec2/security_group id:{group}"), f"{name}: what no event told of is not known yet")
    done = subprocess.run([_scan.BUILD / "hostmaster", "scan", "--data-dir", str(place.folder / "data"), *place.store,
                           "--endpoint-url", place.sim.url, "--types", "ec2/security_group", "--region", REGION, "--quiet",
                           "--no-rules"], env=sim_environment(place.sim), capture_output=True, text=True, timeout=300)
    checks.check(done.returncode == 0, f"{name}: a sweep", done.stderr)
    checks.check(place.known("ec2/security_group", group), f"{name}: reconciles", group)


def useless_messages(checks, place, name):
    before = place.state()["counts"]
    for body in ("rubbish", "{}", json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}),
                 json.dumps({"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:111111111111:t", "Message": "{}"}),
                 json.dumps({"text": "x" * 250_000}), json.dumps({"id": "1", "source": "my.shop", "detail-type": "Sold", "account": place.account,
                                              "region": REGION, "time": "2026-01-01T00:00:00Z", "detail": {}}),
                 json.dumps({"id": "2", "source": "aws.ec2", "detail-type": "EBS Volume Notification", "account": "999999999999",
                             "region": REGION, "time": "2026-01-01T00:00:00Z", "resources": []})):
        place.sqs.send_message(QueueUrl=place.queue, MessageBody=body)
    after = place.queue_when(lambda queue: queue["counts"]["elsewhere"] > before["elsewhere"]
                             and queue["counts"]["unrecognized"] > before["unrecognized"])
    grown = {what: after["counts"][what] - before[what] for what in ("malformed", "unrecognized", "elsewhere")}
    checks.check(grown == {"malformed": 5, "unrecognized": 1, "elsewhere": 1}, f"{name}: useless messages are counted", grown)
    checks.check(after["refusal"] and place.emptied(), f"{name}: said and deleted", after)
    metrics = place.server.get("/metrics", place.key)
    checks.check("hostmaster_event_messages_total" in metrics and "hostmaster_event_queues 1" in metrics,
                 f"{name}: and measured", [line for line in metrics.splitlines() if "event" in line])


def denied_is_shown(checks, place, name):
    place.sim.fault(f"denied:{place.account}:sqs:ReceiveMessage")
    place.volume()  # ends the wait that was allowed
    queue = place.queue_when(lambda queue: queue["state"] == "denied")
    checks.check(queue["not_known_since"] and queue["message"], f"{name}: an unreadable queue says since when and why", queue)
    metrics = place.server.get("/metrics", place.key)
    checks.check("hostmaster_event_queues_not_read 1" in metrics, f"{name}: and is measured")
    place.sim.admin("faults", "DELETE")
    queue = place.queue_when(lambda queue: queue["state"] == "ok")
    checks.check(queue["not_known_since"] is None, f"{name}: and is read again when it may be", queue)
    checks.check(place.emptied(), f"{name}: what waited meanwhile is taken")


def doctor_looks(checks, place, name):
    def doctor():
        done = subprocess.run([_scan.BUILD / "hostmaster", "doctor", "--config", str(place.folder / "config.yaml"), "--data-dir",
                               str(place.folder / "data"), "--endpoint-url", place.sim.url, "--listen", "127.0.0.1:0", *place.store],
                              env=sim_environment(place.sim), capture_output=True, text=True, timeout=120)
        return next((line for line in done.stdout.splitlines() if "hostmaster-events" in line), done.stdout + done.stderr)

    said = doctor()
    checks.check(said.startswith("ok") and "0 wait" in said and "2 rules fill it" in said, f"{name}: the doctor is content", said)
    place.sim.fault(f"denied:{place.account}:sqs:GetQueueAttributes")
    said = doctor()
    checks.check(said.startswith("FAILED") and "iam-policy --event-queue" in said, f"{name}: and says what to do where it may not", said)
    place.sim.admin("faults", "DELETE")
    for rule in ("states", "calls"):
        place.events.remove_targets(Rule=rule, Ids=["queue"])
    said = doctor()
    checks.check(said.startswith("FAILED") and "no rule of EventBridge" in said, f"{name}: and where nothing fills the queue", said)


def connected_while_running(checks, place, name):
    """Nothing is started anew: the account's queue is read when it is set, and not any more when it is taken out."""
    account = place.sim.accounts[1]
    at = f"/api/v1/accounts/{account['account_id']}"
    sqs, events, ec2 = (place.sim.client(service, REGION, account=1) for service in ("sqs", "events", "ec2"))
    url = sqs.create_queue(QueueName="connected", Attributes={"VisibilityTimeout": "3"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="calls", EventPattern=json.dumps({"detail-type": ["AWS API Call via CloudTrail"], "detail": {"readOnly": [False]}}))
    events.put_targets(Rule="calls", Targets=[{"Id": "queue", "Arn": arn}])
    status, said = place.send("POST", "/api/v1/accounts", {"name": "Second", "role_arn": account["role_arn"], "regions": [REGION],
                                                           "external_id": account["external_id"]})
    checks.check(status == 201 and said["event_queues"] == [], f"{name}: an account is connected", said)
    place.server.wait_for(f"/api/v1/resources?accounts={account['account_id']}&limit=1", place.key, lambda seen: seen["items"])
    place.swept()

    def row():
        seen = json.loads(place.server.get("/api/v1/event-queues", place.key))["items"]
        return next((one for one in seen if one["url"] == url), None)

    def row_when(ready):
        place.server.wait_for("/api/v1/event-queues", place.key, lambda _: ready(row()))
        return row()

    def waits():
        seen = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(seen["ApproximateNumberOfMessages"]) + int(seen["ApproximateNumberOfMessagesNotVisible"])

    def volume():
        zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
        return ec2.create_volume(AvailabilityZone=zone, Size=1, VolumeType="gp3")["VolumeId"]

    status, said = place.send("PATCH", at, {"event_queues": ["connected"]})
    checks.check(status == 400 and said["error"]["field"] == "event_queues" and "looks like https://sqs." in said["error"]["message"],
                 f"{name}: what is no queue is refused with its place and the remedy", said)
    status, said = place.send("PATCH", at, {"event_queues": [place.queue]})
    checks.check(status == 409 and said["error"]["code"] == "queue_taken", f"{name}: so is another account's", said)
    status, said = place.send("PATCH", at, {"event_queues": [url]})
    checks.check(status == 200 and said["event_queues"] == [url], f"{name}: its queue is set", said)
    row_when(lambda queue: queue and queue["state"] == "ok")
    made = volume()
    checks.check(place.known("ec2/volume", made), f"{name}: and read without a restart", made)
    checks.check(row_when(lambda queue: queue["counts"]["looks"] > 0), f"{name}: as its row says")
    done = subprocess.run([_scan.BUILD / "hostmaster", "doctor", "--config", str(place.folder / "config.yaml"), "--data-dir",
                           str(place.folder / "data"), "--endpoint-url", place.sim.url, "--listen", "127.0.0.1:0", *place.store],
                          env=sim_environment(place.sim), capture_output=True, text=True, timeout=120)
    line = next((line for line in done.stdout.splitlines() if url in line), done.stdout + done.stderr)
    checks.check(line.startswith("ok") and "1 rule fills it" in line, f"{name}: the doctor looks at it too", line)
    policies = json.loads(place.server.get("/api/v1/iam-policy", place.key))["policies"]
    checks.check(arn in json.dumps(policies), f"{name}: the policy allows it", policies[-1])
    place.send("PATCH", at, {"event_queues": []})
    row_when(lambda queue: queue is None)
    volume()
    checks.check(waits() > 0, f"{name}: taken out, it is left alone")
    place.send("PATCH", at, {"event_queues": [url]})
    row_when(lambda queue: queue and queue["counts"]["looks"] > 0)
    status, _ = place.send("DELETE", at)
    row_when(lambda queue: queue is None)
    checks.check(status == 204, f"{name}: with its account it is forgotten", status)
    checks.check(url in json.dumps(place.send("GET", "/api/v1/audit")), f"{name}: who set it stands in the audit")


def killed_before_the_deletion(checks, place, name):
    place.sim.fault(f"denied:{place.account}:sqs:DeleteMessageBatch")
    volume = place.volume()
    checks.check(place.known("ec2/volume", volume), f"{name}: the look is recorded")
    checks.check(place.left() > 0, f"{name}: while the message is in the queue")
    place.server.stop(signal.SIGKILL)
    place.sim.admin("faults", "DELETE")
    place.server.start()
    checks.check(place.emptied(), f"{name}: after kill -9 it comes again and is deleted")
    checks.check(len(place.known("ec2/volume", volume)) == 1, f"{name}: and the volume is there once", volume)
    if not place.store:
        kinds = _scan.Inventory(place.folder / "data").kinds("ec2/volume", volume)
        # A second look may see that it has become available meanwhile.
        checks.check(kinds in (["created"], ["created", "changed"]), f"{name}: and was made once", kinds)


def postgres():
    """The URL of an empty database of this test's own, or nothing."""
    url = os.environ.get("HM_TEST_POSTGRES")
    if not url:
        print("skipped: PostgreSQL: there is no HM_TEST_POSTGRES (tools/with_postgres.sh)")
        return None
    psql = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))[-1]
    name = f"events_{os.getpid()}"
    subprocess.run([psql, url, "-q", "-c", f"create database {name}"], check=True, capture_output=True)
    return url.replace("/postgres?", f"/{name}?")


def main():
    checks = _scan.Checks()
    stores = [("SQLite", None)]
    if other := postgres():
        stores.append(("PostgreSQL", other))
    for name, url in stores:
        with Sim("--accounts", "2", "--resources", "200", "--seed", "31", "--regions", f"{REGION},us-east-1") as simulator, \
                tempfile.TemporaryDirectory() as folder:
            place = Place(simulator, folder, url)
            try:
                volume = at_once(checks, place, name)
                changes_are_seen(checks, place, name, volume)
                places_become_due(checks, place, name)
                doubled_and_shuffled(checks, place, name)
                lost_is_reconciled(checks, place, name)
                useless_messages(checks, place, name)
                denied_is_shown(checks, place, name)
                connected_while_running(checks, place, name)
                killed_before_the_deletion(checks, place, name)
                doctor_looks(checks, place, name)
            finally:
                place.close()
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
