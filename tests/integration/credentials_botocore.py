#!/usr/bin/env python3
"""Walks the credential chain on made-up machines, once by `hostmaster aws` and once by botocore, and compares whose
keys each ends up with. A small server plays STS, SSO, the instance and the container. Ends with N passed, N failed,
N skipped.
"""
import hashlib
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("HM_BUILD_DIR", ROOT / "build" / "dev"))
LATER = "2099-01-01T00:00:00Z"
KEYS = "aws_access_key_id = {0}\naws_secret_access_key = s\n"
ROLE = "role_arn = arn:aws:iam::222222222222:role/{0}\n"
SSO = "sso_start_url = https://corp.example/start\nsso_region = eu-west-1\n"

# Printed by botocore_key() in a process of its own, since botocore reads its variables from the process.
ORACLE = """
import os, sys, botocore.session
session = botocore.session.Session(profile=sys.argv[1] or None)
found = session.get_credentials()
print(found.get_frozen_credentials().access_key)
"""

# name: variables, ~/.aws/config, ~/.aws/credentials, --profile. {home} is the machine's home directory.
MACHINES = {
    "variables": ({"AWS_ACCESS_KEY_ID": "V", "AWS_SECRET_ACCESS_KEY": "s"}, "", "[default]\n" + KEYS.format("P"), ""),
    "half a pair": ({"AWS_ACCESS_KEY_ID": "V"}, "", "[default]\n" + KEYS.format("P"), ""),
    "a named profile before variables": ({"AWS_ACCESS_KEY_ID": "V", "AWS_SECRET_ACCESS_KEY": "s"}, "",
                                         "[p]\n" + KEYS.format("P"), "p"),
    "a profile by variable": ({"AWS_PROFILE": "p"}, "", "[p]\n" + KEYS.format("P"), ""),
    "no such profile": ({}, "", "", "gone"),
    "keys in the configuration": ({}, "[default]\n" + KEYS.format("C"), "", ""),
    "keys in both files": ({}, "[default]\n" + KEYS.format("C"), "[default]\n" + KEYS.format("P"), ""),
    "half a profile": ({}, "", "[default]\naws_access_key_id = P\n", ""),
    "a role": ({}, "[default]\n" + ROLE.format("r") + "source_profile = b\nexternal_id = ext\n", "[b]\n" + KEYS.format("B"), ""),
    "two roles": ({}, "[default]\n" + ROLE.format("r2") + "source_profile = m\n[profile m]\n" + ROLE.format("r1")
                  + "source_profile = b\n", "[b]\n" + KEYS.format("B"), ""),
    "a role of its own keys": ({}, "[default]\n" + ROLE.format("r") + "source_profile = default\n" + KEYS.format("D"), "", ""),
    "a loop of roles": ({}, "[default]\n" + ROLE.format("r") + "source_profile = m\n[profile m]\n" + ROLE.format("s")
                        + "source_profile = default\n", "", ""),
    "a role without a source": ({}, "[default]\n" + ROLE.format("r"), "", ""),
    "a role with two sources": ({}, "[default]\n" + ROLE.format("r") + "source_profile = b\ncredential_source = Environment\n",
                                "[b]\n" + KEYS.format("B"), ""),
    "a role from variables": ({"AWS_ACCESS_KEY_ID": "V", "AWS_SECRET_ACCESS_KEY": "s"},
                              "[profile p]\n" + ROLE.format("r") + "credential_source = Environment\n", "", "p"),
    "a role from the instance": ({}, "[default]\n" + ROLE.format("r") + "credential_source = Ec2InstanceMetadata\n", "", ""),
    "a refused role": ({}, "[default]\n" + ROLE.format("refused") + "source_profile = b\n", "[b]\n" + KEYS.format("B"), ""),
    "a role before web identity": ({"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/jwt", "AWS_ROLE_ARN": "arn:aws:iam::222222222222:role/w"},
                                   "[default]\n" + ROLE.format("r") + "source_profile = b\n", "[b]\n" + KEYS.format("B"), ""),
    "web identity before keys": ({"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/jwt", "AWS_ROLE_ARN": "arn:aws:iam::222222222222:role/w"},
                                 "", "[default]\n" + KEYS.format("P"), ""),
    "web identity of the profile": ({}, "[default]\n" + ROLE.format("w") + "web_identity_token_file = {home}/jwt\n", "", ""),
    "web identity without a token": ({"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/none", "AWS_ROLE_ARN": "arn:aws:iam::222222222222:role/w"},
                                     "", "", ""),
    "a process": ({}, "[default]\ncredential_process = {home}/process 'K Y'\n", "", ""),
    "a failing process": ({}, "[default]\ncredential_process = {home}/process fail\n", "", ""),
    "a process before keys in the configuration": ({}, "[default]\ncredential_process = {home}/process 'K Y'\n" + KEYS.format("C"),
                                                   "", ""),
    "keys in the credentials file before a process": ({}, "[default]\ncredential_process = {home}/process 'K Y'\n",
                                                      "[default]\n" + KEYS.format("P"), ""),
    "a role of a source with a process and keys": ({}, "[default]\n" + ROLE.format("r") + "source_profile = m\n[profile m]\n"
                                                   + "credential_process = {home}/process 'K Y'\n" + KEYS.format("C"), "", ""),
    "an SSO session alone beside keys": ({}, "[default]\nsso_session = corp\n" + KEYS.format("C") + "[sso-session corp]\n" + SSO,
                                         "", ""),
    "SSO beside keys": ({}, "[default]\nsso_session = corp\nsso_account_id = 222222222222\nsso_role_name = Reader\n"
                        + KEYS.format("C") + "[sso-session corp]\n" + SSO, "[default]\n" + KEYS.format("P"), ""),
    "an SSO session": ({}, "[default]\nsso_session = corp\nsso_account_id = 222222222222\nsso_role_name = Reader\n"
                       "[sso-session corp]\n" + SSO, "", ""),
    "SSO without a session": ({}, "[default]\nsso_account_id = 222222222222\nsso_role_name = Old\n" + SSO, "", ""),
    "SSO that nobody logged in to": ({}, "[default]\nsso_session = other\nsso_account_id = 2\nsso_role_name = R\n[sso-session other]\n"
                                     + SSO, "", ""),
    "an expired SSO session": ({}, "[default]\nsso_session = late\nsso_account_id = 222222222222\nsso_role_name = Late\n"
                               "[sso-session late]\n" + SSO, "", ""),
    "a container": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "open"}, "", "", ""),
    "a container by token file": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/container",
                                   "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/container_token"}, "", "", ""),
    "a container that refuses": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/container"}, "", "", ""),
    "a container elsewhere": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.1/x"}, "", "", ""),
    "an instance": ({}, "", "", ""),
    "a profile without credentials on an instance": ({}, "[default]\nregion = eu-west-1\n", "", ""),
    "an instance that is switched off": ({"AWS_EC2_METADATA_DISABLED": "true"}, "", "", ""),
}


class World(http.server.BaseHTTPRequestHandler):
    """STS, SSO, a container and an instance. Keys tell the way by which they were got: "role.source"."""

    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="application/json"):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def do_PUT(self):
        self.body()
        self.answer(200, "instance-token", "text/plain")

    def do_GET(self):
        path, _, query = self.path.partition("?")
        known = {"Code": "Success", "SecretAccessKey": "s", "Token": "t", "Expiration": LATER}
        if path == "/container":
            allowed = self.headers.get("Authorization") == "open"
            return self.answer(200, dict(known, AccessKeyId="CONTAINER")) if allowed else self.answer(403, {})
        if path == "/federation/credentials":
            fields = urllib.parse.parse_qs(query)
            key = f"SSO.{fields['role_name'][0]}.{self.headers['x-amz-sso_bearer_token']}"
            return self.answer(200, {"roleCredentials": {"accessKeyId": key, "secretAccessKey": "s", "sessionToken": "t",
                                                         "expiration": 4070908800000}})
        if self.headers.get("x-aws-ec2-metadata-token") != "instance-token":
            return self.answer(401, {})
        if path.endswith("/security-credentials/"):
            return self.answer(200, "instance-role", "text/plain")
        return self.answer(200, dict(known, AccessKeyId="INSTANCE"))

    def do_POST(self):
        text = self.body()
        if self.path == "/token":
            return self.answer(200, {"accessToken": "renewed", "expiresIn": 3600, "tokenType": "Bearer"})
        form = dict(urllib.parse.parse_qsl(text))
        signed = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        who = signed.group(1) if signed else form.get("WebIdentityToken", "nobody")
        action = form["Action"]
        if form.get("RoleArn", "").endswith("/refused"):
            return self.answer(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
                               "</ErrorResponse>", "text/xml")
        if action == "GetCallerIdentity":
            inner = f"<Arn>{who}</Arn><UserId>u</UserId><Account>1</Account>"
        else:
            key = ".".join([form["RoleArn"].rpartition("/")[2], form.get("ExternalId", ""), who])
            inner = (f"<AssumedRoleUser><Arn>arn:aws:sts::222222222222:assumed-role/r/s</Arn></AssumedRoleUser><Credentials>"
                     f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                     f"<Expiration>{LATER}</Expiration></Credentials>")
        self.answer(200, f"<{action}Response><{action}Result>{inner}</{action}Result></{action}Response>", "text/xml")


def furnish(home, config, credentials):
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    (home / ".aws" / "config").write_text(config)
    (home / ".aws" / "credentials").write_text(credentials)
    (home / "jwt").write_text("json-web-token\n")
    (home / "container_token").write_text("open")
    process = home / "process"
    process.write_text('#!/bin/sh\n[ "$1" = fail ] && exit 3\necho "{\\"Version\\":1,\\"AccessKeyId\\":\\"PROCESS.$1\\",'
                       '\\"SecretAccessKey\\":\\"s\\"}"\n')
    process.chmod(0o700)
    for name, expires in (("corp", LATER), ("https://corp.example/start", LATER), ("late", "2020-01-01T00:00:00Z")):
        token = {"accessToken": "token", "expiresAt": expires, "refreshToken": "r", "clientId": "c", "clientSecret": "s",
                 "registrationExpiresAt": LATER, "region": "eu-west-1", "startUrl": "https://corp.example/start"}
        (cache / (hashlib.sha1(name.encode()).hexdigest() + ".json")).write_text(json.dumps(token))


def run(command, variables):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(command, env=dict(clean, **variables), capture_output=True, text=True, timeout=120)
    return done.stdout.strip() if done.returncode == 0 else None, done.stderr.strip()


def keys_of(machine, url):
    """(ours, botocore's); None where the chain ends in an error."""
    variables, config, credentials, profile = machine
    found = []
    for who in ("hostmaster", "botocore"):
        with tempfile.TemporaryDirectory() as folder:
            fill = lambda text: text.replace("{home}", folder).replace("{url}", url)
            furnish(pathlib.Path(folder), fill(config), fill(credentials))
            seen = {name: fill(value) for name, value in variables.items()}
            seen.update(HOME=folder, AWS_DEFAULT_REGION="eu-west-1", AWS_ENDPOINT_URL=url,
                        AWS_EC2_METADATA_SERVICE_ENDPOINT=url + "/")
            if who == "hostmaster":
                named = ["--profile", profile] if profile else []
                out, said = run([str(BUILD / "hostmaster"), "aws", "sts", "get-caller-identity", *named], seen)
                found.append((json.loads(out)["Arn"] if out else None, said))
            else:
                found.append(run([sys.executable, "-c", ORACLE, profile], seen))
    return found


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), World)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    passed = failed = 0
    for name, machine in MACHINES.items():
        (ours, said), (theirs, _) = keys_of(machine, f"http://127.0.0.1:{server.server_port}")
        one_line = ours is not None or (said != "" and "\n" not in said)
        if ours == theirs and one_line:
            passed += 1
        else:
            failed += 1
            print(f"FAILED {name}: ours {ours!r} ({said}), botocore's {theirs!r}")
    server.shutdown()
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
