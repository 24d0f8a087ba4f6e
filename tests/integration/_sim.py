"""Starts awsim on a free port and gives clients for it; counts checks. Shared by the integration scripts."""
import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import traceback
import urllib.request

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("HM_BUILD_DIR", ROOT / "build" / "dev"))


class Checks:
    """Counts named checks; a failure prints what was wanted and goes on."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0

    def that(self, name, good, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {name}: {str(detail)[:600]}", flush=True)
        return good

    def equal(self, name, got, wanted):
        return self.that(name, got == wanted, f"got {got!r}, wanted {wanted!r}")

    def error(self, name, code, call):
        """The call must be refused with this code."""
        try:
            got = call()
        except Exception as failure:  # botocore makes its error classes at run time
            response = getattr(failure, "response", None) or {}
            return self.equal(name, response.get("Error", {}).get("Code", repr(failure)), code)
        return self.that(name, False, f"wanted the error {code}, got {got!r}")

    @contextlib.contextmanager
    def group(self, name):
        """An exception inside is one failed check, not the end of the run."""
        try:
            yield
        except Exception:
            self.that(name, False, traceback.format_exc()[-1500:])

    def skip(self, name, why):
        self.skipped += 1
        print(f"skipped: {name}: {why}")

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed or not self.passed else 0


class Sim:
    """One awsim process, ended with the `with` block."""

    def __init__(self, *flags):
        self.process = subprocess.Popen([str(BUILD / "awsim"), "--port", "0", *flags], stdout=subprocess.PIPE, text=True)
        banner = ""
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(f"awsim did not start: {banner}")
            banner += line
            if line == "}\n":
                break
        self.banner = json.loads(banner)
        self.url = self.banner["endpoint_url"]
        self.accounts = self.banner["accounts"]
        self.clients = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def admin(self, path, method="GET", body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}/_sim/{path}", data=data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def fault(self, *texts):
        self.admin("faults", "DELETE")
        for text in texts:
            self.admin("faults", "POST", {"fault": text})

    def advance(self, seconds):
        self.admin("clock", "POST", {"advance_s": seconds})

    def client(self, service, region="eu-west-1", account=0, retries=1, **kwargs):
        key = (service, region, account, retries, json.dumps(kwargs, sort_keys=True))
        if key not in self.clients:
            chosen = self.accounts[account]
            settings = dict(aws_access_key_id=chosen["access_key_id"], aws_secret_access_key=chosen["secret_access_key"])
            config = Config(retries={"total_max_attempts": retries, "mode": "standard"}, **kwargs.pop("config", {}))
            settings.update(kwargs)
            self.clients[key] = boto3.client(service, region_name=region, endpoint_url=self.url, config=config, **settings)
        return self.clients[key]

    def never_called(self, reading):
        """Operations that are served and that no client has called yet."""
        def reads(name):
            return name.startswith(("Get", "Describe", "List", "Head", "Assume"))
        called = {(row["service"], row["operation"]) for row in self.admin("meter")["operations"]}
        served = {(row["service"], row["operation"]) for row in self.admin("operations")}
        return sorted(one for one in served - called if reads(one[1]) == reading)

    def environment(self, region="eu-west-1", account=0):
        chosen = self.accounts[account]
        return {"AWS_ACCESS_KEY_ID": chosen["access_key_id"], "AWS_SECRET_ACCESS_KEY": chosen["secret_access_key"],
                "AWS_DEFAULT_REGION": region, "AWS_REGION": region, "AWS_ENDPOINT_URL": self.url,
                "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_PAGER": "",
                "AWS_EC2_METADATA_DISABLED": "true"}


def aws_cli(arguments):
    """The AWS CLI in this process: (exit code, what it printed, what it complained)."""
    from awscli.clidriver import create_clidriver  # slow to import, so only who needs it pays
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = create_clidriver().main(arguments)
        except SystemExit as end:
            code = end.code
        sys.stdout.flush()
    out.seek(0)
    return code, out.read(), err.getvalue()
