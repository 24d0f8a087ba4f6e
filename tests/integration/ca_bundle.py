#!/usr/bin/env python3
"""A company whose proxy ends TLS with a certificate of its own: with AWS_CA_BUNDLE, or ca_bundle in the profile, `aws`,
`scan` and `serve` all reach AWS, and without it none does. Ends with N passed, N failed, N skipped.
"""
import http.server
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import threading

from _sim import BUILD, Checks

WHO = (b"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/x</Arn>"
       b"<UserId>U</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>")
REFUSED = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>No</Message></Error></ErrorResponse>"
LIMIT_S = 60


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        who = b"GetCallerIdentity" in body
        self.server.reached.set()
        self.send_response(200 if who else 403)
        text = WHO if who else REFUSED
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_PUT = do_HEAD = do_POST

    def log_message(self, *_):
        pass


class Proxy(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, certificate, key):
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        # The handshake belongs to each connection's own thread: one that fails must not end the server.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.reached = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # who does not trust the certificate hangs up


def serve(env, folder, proxy):
    """Whether a server reached AWS by itself."""
    with open(pathlib.Path(folder) / "log", "wb") as log:
        process = subprocess.Popen([BUILD / "hostmaster", "serve", "--data-dir", folder, "--listen", "127.0.0.1:0"],
                                   env=env, stdout=log, stderr=subprocess.STDOUT)
        reached = proxy.reached.wait(LIMIT_S)
        process.terminate()
        process.wait(LIMIT_S)
    return reached


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = f"{folder}/cert.pem", f"{folder}/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=proxy",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        proxy = Proxy(certificate, key)
        config = pathlib.Path(folder) / "config"
        config.write_text("[default]\nregion = eu-west-1\n")
        trusting = pathlib.Path(folder) / "trusting"
        trusting.write_text(f"[default]\nregion = eu-west-1\nca_bundle = {certificate}\n")
        bare = {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and "proxy" not in k.lower()}
        bare |= {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true",
                 "AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                 "AWS_ENDPOINT_URL": f"https://127.0.0.1:{proxy.server_address[1]}"}
        places = {"no bundle": bare, "the variable": bare | {"AWS_CA_BUNDLE": certificate},
                  "the profile": bare | {"AWS_CONFIG_FILE": str(trusting)}}
        for number, (place, env) in enumerate(places.items()):
            for verb in (["aws", "sts", "get-caller-identity"],
                         ["scan", "--data-dir", f"{folder}/scan{number}", "--region", "eu-west-1", "--types", "sqs/queue"]):
                proxy.reached.clear()
                said = subprocess.run([BUILD / "hostmaster", *verb], env=env, capture_output=True, text=True)
                checks.equal(f"{verb[0]} with {place}", proxy.reached.is_set(), place != "no bundle")
                if place == "no bundle":
                    checks.that(f"{verb[0]} says why", "certificate" in said.stderr.lower(), said.stderr)
            if place != "no bundle":
                proxy.reached.clear()
                os.mkdir(f"{folder}/serve{number}", 0o700)
                checks.that(f"serve with {place}", serve(env, f"{folder}/serve{number}", proxy))
        proxy.shutdown()
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
