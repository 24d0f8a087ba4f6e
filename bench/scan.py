"""First scan, re-scan, memory and CPU, beside a plain boto3 script that makes the same calls and keeps nothing."""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("HM_BUILD_DIR", ROOT / "build" / "release"))
RESOURCES = int(os.environ.get("HM_BENCH_RESOURCES", "10000"))
START_LIMIT_S = 60


class Simulator:
    """awsim on a free port, for as long as the `with` lasts."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([BUILD / "awsim", "--resources", str(RESOURCES), *arguments],
                                        stdout=subprocess.PIPE, text=True)
        text = ""
        for line in self.process.stdout:
            text += line
            if line.startswith("}"):
                break
        self.company = json.loads(text)
        self.url = self.company["endpoint_url"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(START_LIMIT_S)

    def calls(self):
        """Requests that arrived since the last time this was asked."""
        with urllib.request.urlopen(self.url + "/_sim/meter") as answer:
            report = json.load(answer)
        urllib.request.urlopen(urllib.request.Request(self.url + "/_sim/meter", method="DELETE")).close()
        return report["calls"] if isinstance(report.get("calls"), int) else sum(
            entry["calls"] for entry in report["operations"])


def measure(command, environment):
    """Runs a program to its end: (CPU seconds, wall seconds, peak memory in MiB, standard output)."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0]} failed with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss / 1024, output


def write_inputs(folder, company):
    """The accounts for HostMaster (through roles, as in life) and for the yardstick (by their keys)."""
    # Our own limits are off: AWS's published rates would be all that the wall time shows.
    lines = ["aws_rate_share: 0", "accounts:"]
    for account in company["accounts"]:
        lines += [f"  - name: {account['name']}", f"    role_arn: {account['role_arn']}",
                  f"    external_id: {account['external_id']}"]
    (folder / "accounts.yaml").write_text("\n".join(lines) + "\n")
    plan = {"endpoint_url": company["endpoint_url"],
            "accounts": [dict(account, regions=company["regions"]) for account in company["accounts"]]}
    (folder / "plan.json").write_text(json.dumps(plan))
    first = company["accounts"][0]
    return dict(os.environ, AWS_ACCESS_KEY_ID=first["access_key_id"], AWS_REGION=company["regions"][0],
                AWS_SECRET_ACCESS_KEY=first["secret_access_key"], AWS_EC2_METADATA_DISABLED="true")


def row(name, figures, calls, against):
    cpu, wall, memory, _ = figures
    share = f"1/{against / cpu:.1f}" if cpu else "-"
    print(f"{name:<38}{cpu:>9.2f}{wall:>9.1f}{memory:>9.0f}{calls:>8}   {share}", flush=True)


def run():
    with tempfile.TemporaryDirectory() as name, Simulator("--accounts", "5") as simulator:
        folder = pathlib.Path(name)
        environment = write_inputs(folder, simulator.company)
        scan = [BUILD / "hostmaster", "scan", "--quiet", "--config", folder / "accounts.yaml", "--endpoint-url",
                simulator.url, "--data-dir", folder / "data"]
        print(f"{RESOURCES} resources, 5 accounts, 4 regions, on SQLite")
        print(f"{'':<38}{'CPU s':>9}{'wall s':>9}{'MiB':>9}{'calls':>8}   CPU against boto3")
        simulator.calls()
        boto3 = measure([sys.executable, ROOT / "bench" / "scan_boto3.py", folder / "plan.json", folder / "calls.jsonl"],
                        environment)
        row("boto3, same calls, keeps nothing", boto3, simulator.calls(), boto3[0])
        client = measure([BUILD / "bench_client", folder / "plan.json", folder / "calls.jsonl"], environment)
        row("our client, same calls", client, simulator.calls(), boto3[0])
        # Collecting and storing by themselves, which the yardstick is beside; then what the rules add to it.
        collect = [*scan, "--no-rules"]
        row("hostmaster scan --no-rules, first", measure(collect, environment), simulator.calls(), boto3[0])
        row("hostmaster scan --no-rules, again", measure(collect, environment), simulator.calls(), boto3[0])
        row("hostmaster scan, rules from nothing", measure(scan, environment), simulator.calls(), boto3[0])
        row("hostmaster scan, again", measure(scan, environment), simulator.calls(), boto3[0])
        size = sum(path.stat().st_size for path in (folder / "data").rglob("*") if path.is_file())
        print(f"disk: {size / 2**20:.1f} MiB; boto3 saw {json.loads(boto3[3])['seen']} items, "
              f"bench_client: {client[3].decode().strip()}")
        print("Goals: client at most 1/15, first scan 1/5, again 1/10; these are of collecting, without the rules.")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    run()
