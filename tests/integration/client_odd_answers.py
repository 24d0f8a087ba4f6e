#!/usr/bin/env python3
"""A server that answers as AWS does on a bad day (cut, garbled, an error inside a 200, a proxy's page, throttled,
moved, by another clock), and `hostmaster aws` against it: what it says, with which exit code, how often it asked
and what it never prints. Ends with N passed, N failed, N skipped.
"""
import calendar
import http.server
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
from email.utils import formatdate

from _sim import BUILD, Checks

VOLUMES = b"<DescribeVolumesResponse><volumeSet/></DescribeVolumesResponse>"
THROTTLED = b"<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Slow</Message></Error></Errors></Response>"
BROKEN = b"<Response><Errors><Error><Code>InternalError</Code><Message>Broken</Message></Error></Errors></Response>"
SKEWED = b"<ErrorResponse><Error><Code>RequestTimeTooSkewed</Code><Message>Late</Message></Error></ErrorResponse>"
ROLE = (b"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>"
        b"<SecretAccessKey>rolesecret</SecretAccessKey><SessionToken>roletoken</SessionToken>"
        b"<Expiration>2036-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>")
SECRETS = {"AWS_ACCESS_KEY_ID": "AKIAODDANSWERS", "AWS_SECRET_ACCESS_KEY": "odd-secret-key",
           "AWS_SESSION_TOKEN": "odd-session-token"}


class Script(http.server.ThreadingHTTPServer):
    """Gives the answers of `script` in turn, the last one for ever, and keeps what it was asked."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.asked = [], []
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def says(self, *answers):
        with self.lock:
            self.script, self.asked = list(answers), []

    def next(self, request):
        with self.lock:
            self.asked.append(request)
            answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return answer(request) if callable(answer) else answer


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, text = self.server.next({"path": self.path, "headers": dict(self.headers), "body": body})
        length = headers.get("Content-Length", str(len(text)))
        self.send_response_only(status)
        for name, value in {"Date": formatdate(usegmt=True), **headers, "Content-Length": length}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text if self.command != "HEAD" else b"")
        self.close_connection = int(length) != len(text)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer

    def log_message(self, *_):
        pass


def ok(text=VOLUMES, **headers):
    return 200, dict(headers), text


def failed(status, text, **headers):
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, text


class Run:
    def __init__(self, server, folder):
        self.server, self.config = server, pathlib.Path(folder) / "config"
        self.port = server.server_address[1]

    def __call__(self, *words, profile="", host="127.0.0.1", **variables):
        self.config.write_text("[default]\nregion = eu-west-1\n" + profile)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and "proxy" not in k.lower()}
        environment |= SECRETS | {"AWS_CONFIG_FILE": str(self.config), "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                                  "AWS_EC2_METADATA_DISABLED": "true",
                                  "AWS_ENDPOINT_URL": f"http://{host}:{self.port}"} | variables
        done = subprocess.run([str(BUILD / "hostmaster"), "aws", *words], env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr


LIST = ("ec2", "describe-volumes", "--no-paginate")
ATTACH = ("ec2", "attach-volume", "--volume-id", "v", "--instance-id", "i", "--device", "d")


def damaged(checks, server, run):
    """Answers that are none."""
    cut = ok(VOLUMES[:20], **{"Content-Length": str(len(VOLUMES))})
    server.says(cut, cut, ok())
    checks.equal("a cut answer is asked for again", (run(*LIST)[0], len(server.asked)), (0, 3))
    server.says(cut)
    code, _, words = run(*LIST)
    checks.that("a service that always cuts", code == 255 and "Connection was closed" in words, (code, words))
    server.says(cut)
    code = run(*ATTACH)[0]
    checks.equal("a change whose answer was cut is not made twice", (code, len(server.asked)), (255, 1))
    for name, words, text in (("XML", LIST, b"<DescribeVolumesResponse><volumeSet>"),
                              ("JSON", ("dynamodb", "list-tables", "--no-paginate"), b'{"TableNames": [')):
        server.says(ok(text))
        code, out, err = run(*words, AWS_MAX_ATTEMPTS="2")
        checks.that(f"garbled {name}", code == 255 and out == "" and len(err.strip().split("\n")) <= 3, (code, out, err))
        checks.equal(f"garbled {name} is asked for again", len(server.asked), 2)
    page = b"<html><body><h1>502</h1>secret-page</body></html>"
    server.says(failed(502, page, Content_Type="text/html"))
    code, _, err = run(*LIST, AWS_MAX_ATTEMPTS="1")
    checks.that("a proxy's page", code == 254 and "(502)" in err and "<html" not in err, err)
    token = b"<DescribeVolumesResponse><volumeSet/><nextToken>again</nextToken></DescribeVolumesResponse>"
    server.says(ok(token))
    code, out, err = run("ec2", "describe-volumes")
    checks.that("pages without an end", code == 255 and out == "" and "same" in err and len(server.asked) == 2, err)


def hidden_errors(checks, server, run):
    """S3 says 200 before it knows."""
    error = b'<?xml version="1.0"?>\n<Error><Code>InternalError</Code><Message>Half done</Message></Error>'
    copy = ("s3api", "copy-object", "--bucket", "b", "--key", "k", "--copy-source", "b/o")
    complete = ("s3api", "complete-multipart-upload", "--bucket", "b", "--key", "k", "--upload-id", "u",
                "--multipart-upload", "Parts=[{ETag=e,PartNumber=1}]")
    for words in (copy, complete):
        server.says(ok(error))
        code, out, err = run(*words, AWS_MAX_ATTEMPTS="1")
        checks.that(f"{words[1]} with an error inside", code == 254 and out == "" and "(InternalError)" in err, (code, err))


def retries(checks, server, run):
    server.says(failed(503, THROTTLED), failed(503, THROTTLED), ok())
    checks.equal("throttled twice", (run(*LIST)[0], len(server.asked)), (0, 3))
    checks.equal("the attempts are counted for AWS",
                 [request["headers"]["amz-sdk-request"] for request in server.asked],
                 [f"attempt={n}; max=3" for n in (1, 2, 3)])
    checks.equal("one call has one id",
                 len({request["headers"]["amz-sdk-invocation-id"] for request in server.asked}), 1)
    for name, options in (("variable", {"AWS_MAX_ATTEMPTS": "2"}), ("profile", {"profile": "max_attempts = 2\n"})):
        server.says(failed(503, THROTTLED))
        code, _, err = run(*LIST, **options)
        checks.that(f"attempts by {name}", len(server.asked) == 2 and code == 254 and "(reached max retries: 1)" in err, err)
    server.says(failed(503, THROTTLED), ok())
    checks.equal("adaptive, by profile", (run(*LIST, profile="retry_mode = adaptive\n")[0], len(server.asked)), (0, 2))
    server.says(*[failed(500, b"{}")] * 3, ok(b'{"TableNames": []}'))
    code = run("dynamodb", "list-tables", "--no-paginate", AWS_NEW_RETRIES_2026="true")[0]
    checks.equal("DynamoDB has four attempts by the rules of 2026", (code, len(server.asked)), (0, 4))
    for options, word in (({"AWS_MAX_ATTEMPTS": "x"}, "max_attempts"), ({"AWS_RETRY_MODE": "eager"}, "mode")):
        server.says(ok())
        code, _, err = run(*LIST, **options)
        checks.that(f"a wrong {word}", code == 255 and word in err and not server.asked, err)


def changes(checks, server, run):
    """What may have been done is not done again."""
    server.says(failed(500, BROKEN), ok(b"<AttachVolumeResponse/>"))
    checks.equal("a change without a token", (run(*ATTACH)[0], len(server.asked)), (254, 1))
    server.says(failed(503, THROTTLED), ok(b"<AttachVolumeResponse/>"))
    checks.equal("a change that was throttled", (run(*ATTACH)[0], len(server.asked)), (0, 2))
    server.says(failed(500, BROKEN), ok(b"<CreateVolumeResponse/>"))
    code = run("ec2", "create-volume", "--availability-zone", "a")[0]
    bodies = {request["body"] for request in server.asked}
    checks.that("a change with a token", code == 0 and len(server.asked) == 2 and len(bodies) == 1
                and b"ClientToken=" in next(iter(bodies)), bodies)


def clocks(checks, server, run):
    """An hour ahead: AWS says so by its Date."""
    def strict(good):
        def answer(request):
            then = time.time() + 3600
            stamp = time.strptime(request["headers"]["X-Amz-Date"] + "UTC", "%Y%m%dT%H%M%SZ%Z")
            if abs(calendar.timegm(stamp) - then) > 300:
                return failed(403, SKEWED, Date=formatdate(then, usegmt=True))
            return ok(good)
        return answer
    server.says(strict(VOLUMES))
    checks.equal("the clock is corrected", (run(*LIST, AWS_MAX_ATTEMPTS="1")[0], len(server.asked)), (0, 2))
    server.says(strict(ROLE), strict(ROLE), strict(VOLUMES))
    role = ("[profile role]\nrole_arn = arn:aws:iam::111111111111:role/r\n"
            "credential_source = Environment\nregion = eu-west-1\n")
    code, _, err = run(*LIST, "--profile", "role", profile=role)
    checks.that("also for the role that it takes", code == 0, (code, err, len(server.asked)))


def buckets(checks, server, run):
    tags = ("s3api", "get-bucket-tagging", "--bucket", "b-1")
    answer = ok(b"<Tagging><TagSet/></Tagging>")
    moved = b"<Error><Code>PermanentRedirect</Code><Message>Moved</Message></Error>"
    server.says(failed(301, moved, x_amz_bucket_region="us-west-2"), answer)
    code = run(*tags, AWS_MAX_ATTEMPTS="1")[0]
    scopes = [request["headers"]["Authorization"].split("/")[2] for request in server.asked]
    checks.equal("a bucket elsewhere", (code, scopes), (0, ["eu-west-1", "us-west-2"]))
    for profile, host, path in (("", "localhost", "/b-1?tagging"),
                                ("s3 =\n  addressing_style = virtual\n", "b-1.localhost", "/?tagging")):
        server.says(answer)
        code, _, err = run(*tags, profile=profile, host="localhost")
        checks.that(f"addressed by {host}", code == 0 and server.asked[0]["path"] == path
                    and server.asked[0]["headers"]["Host"] == f"{host}:{run.port}", (code, err, server.asked))


def secrecy(checks, server, run):
    """--debug tells what is sent, not with what."""
    copy = ("ec2", "copy-snapshot", "--source-region", "us-east-1", "--source-snapshot-id", "s", "--debug")
    server.says(ok(b"<CopySnapshotResponse/>"))
    code, out, err = run(*copy, host="someone:odd-password@127.0.0.1")
    sent = server.asked[0]["headers"] if server.asked else {}
    signature = sent.get("Authorization", "Signature=?").split("Signature=")[1]
    checks.that("the call was made", code == 0 and "CopySnapshot" in err, (code, err))
    for word in (*SECRETS.values(), signature, "odd-password", "X-Amz-Signature", "Authorization"):
        if word != SECRETS["AWS_ACCESS_KEY_ID"]:
            checks.that(f"--debug hides {word}", word not in out + err, err)


def main():
    checks = Checks()
    server = Script()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(server, folder)
        for part in (damaged, hidden_errors, retries, changes, clocks, buckets, secrecy):
            with checks.group(part.__name__):
                part(checks, server, run)
    server.shutdown()
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
