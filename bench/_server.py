"""A `hostmaster serve` of a benchmark: started, asked and measured from outside."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import urllib.request

from scan import BUILD

LIMIT_S = 3600  # for what is waited for: a busy machine is slow, a hanging one must end
LOOK_EVERY_S = 0.2
QUIET_S = 3
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """The server on a free port, for as long as the `with` lasts. CPU seconds and MiB are those of its process."""

    def __init__(self, arguments, environment, key=""):
        self.key = key
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([BUILD / "hostmaster", "serve", "--listen", "127.0.0.1:0", *arguments],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment)
        line = self.process.stdout.readline()
        found = re.search(r"(http://\S+)", line)
        if not found:
            self.log.seek(0)
            raise RuntimeError(f"the server did not start: {line}{self.log.read().decode()}")
        self.url = found.group(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(LIMIT_S)
        self.process.stdout.close()
        self.log.close()

    def ask(self, path, body=None):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.key}"})
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def wait_until(self, good, what):
        limit = time.monotonic() + LIMIT_S
        while not good():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"the server did not come to this: {what}")
            time.sleep(LOOK_EVERY_S)

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024

    def scanned(self):
        """Every place has been asked, and no round is under way."""
        return not self.ask("/api/v1/scan")["running"] and self.ask("/api/v1/summary")["coverage"]["pending"] == 0

    def followed(self):
        """The query database and the search hold what the store holds."""
        query = self.ask("/api/v1/query", {"sql": "select count(*) from aws_ebs_volume"})
        return query["behind_changes"] == 0 and not self.ask("/api/v1/search?q=prod")["search"]["behind"]

    def settle(self):
        """Waits for the followers, then until the process has been idle for a while."""
        self.wait_until(self.followed, "the followers have caught up")
        self.rest()

    def rest(self):
        """Waits until the process has been idle for a while: who hung up may still be answered."""
        seen = [self.cpu(), time.monotonic()]

        def quiet():
            now = self.cpu()
            if now - seen[0] > QUIET_S / 20:
                seen[:] = [now, time.monotonic()]
            return time.monotonic() - seen[1] > QUIET_S
        self.wait_until(quiet, "it is idle")

