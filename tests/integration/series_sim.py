#!/usr/bin/env python3
"""Metrics of a simulated company, on SQLite and PostgreSQL: what the server reads, what CloudWatch was asked for it, what it
costs, and that it never goes beyond its budget: then what is not known is said, and is never zero."""
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from _scan import Checks  # noqa: E402
from _sim import Sim  # noqa: E402
from hard_times import Server, run, sim_environment  # noqa: E402

ESTATE = ["--resources", "300", "--accounts", "1", "--seed", "11", "--regions", "eu-west-1"]


def start(folder, sim, *settings, store=None):
    store = ["--database-url", store] if store else []
    options = ["--endpoint-url", sim.url, "--set", "aws_rate_share=0"]
    for setting in settings:
        options += ["--set", setting]
    server = Server(folder, sim_environment(sim), *options, *store).start()
    return server, server.key(*store)


def instances(server, key, state="running"):
    page = server.wait_for(f"/api/v1/resources?filter=type:ec2/instance+state:{state}&limit=50", key,
                           lambda seen: seen["total"] > 0)
    return page["items"]


def series_of(server, key, resource, query=""):
    return json.loads(server.get(f"/api/v1/resources/{resource['id']}/series{query}", key))


def billed(sim):
    rows = {row["operation"]: row for row in sim.admin("meter")["operations"] if row["service"] == "cloudwatch"}
    return {name: (row["calls"], float(row["usd"])) for name, row in rows.items()}


def buckets(server, key):
    page = server.wait_for("/api/v1/resources?filter=type:s3/bucket&limit=100", key, lambda seen: seen["total"] > 0)
    return page["items"]


def bucket_sizes(checks, server, key, sim):
    """The size of a bucket is the sum over all storage types that CloudWatch lists, each of which is shown."""
    begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=9)
    beside_standard = 0
    for one in buckets(server, key):
        path = f"/api/v1/resources/{one['id']}/series?from={begin:%Y-%m-%dT%H:%M:%SZ}&step=86400"
        seen = server.wait_for(path, key, lambda seen: len(seen["items"]) > 2 and
                               all(item["outcome"] == "ok" for item in seen["items"]))
        total = next(item for item in seen["items"] if item["parts"] is not None)
        parts = {item["part"]: dict(map(tuple, item["points"])) for item in seen["items"] if item["part"]}
        listed = sim.client("cloudwatch", one["region"]).list_metrics(
            Namespace="AWS/S3", MetricName="BucketSizeBytes", Dimensions=[{"Name": "BucketName", "Value": one["name"]}])
        types = {d["Value"] for m in listed["Metrics"] for d in m["Dimensions"] if d["Name"] == "StorageType"}
        checks.check(set(parts) == types and total["parts"] == len(types), "each type that there is", one["name"], set(parts), types)
        checks.check(len(total["points"]) >= 6, "a week of sizes", one["name"], total["points"], total["gaps"])
        for at, value in total["points"]:
            checks.check(value == sum(part[at] for part in parts.values()), "the size is the sum", one["name"], at, value)
        beside_standard += types != {"StandardStorage"}
        detail = json.loads(server.get(f"/api/v1/resources/{one['id']}", key))
        column = next(item for item in detail["fields"] if item["name"] == "storage_types")
        checks.check(set(column["value"]) == types, "SQL knows them too", column)
    checks.check(beside_standard > 0, "some hold more than Standard storage", beside_standard)


def without_the_list(checks, folder, sim, store):
    """Who may not list metrics does not know which storage types there are, and so no size."""
    sim.fault(f"denied:{sim.accounts[0]['account_id']}:cloudwatch:ListMetrics")
    server, key = start(folder, sim, store=store)
    try:
        one = buckets(server, key)[0]
        seen = server.wait_for(f"/api/v1/resources/{one['id']}/series", key,
                               lambda seen: any(item["name"] == "BucketSizeBytes" for item in seen["items"]))
        total = next(item for item in seen["items"] if item["name"] == "BucketSizeBytes")
        checks.check(total["points"] == [] and {gap["reason"] for gap in total["gaps"]} == {"not_read"}, "no size is told", total)
        checks.check(total["outcome"] == "denied" and total["reason"], "and why is said", total)
        known = json.loads(server.get(f"/api/v1/resources/{one['id']}", key))["unknown"]
        checks.check(any(part["what"] == "StorageTypes" for part in known), "nor which types there are", known)
    finally:
        server.stop()
        sim.fault()


def free_of_charge(checks, folder, sim, store):
    """With the settings as they are by default."""
    server, key = start(folder, sim, store=store)
    try:
        running = instances(server, key)[0]
        path = f"/api/v1/resources/{running['id']}/series"
        read = server.wait_for(path, key, lambda seen: seen["items"] and all(i["outcome"] == "ok" for i in seen["items"]))
        checks.check(read["declared"] == 5, "an instance has five metrics", read["declared"])
        cpu = next(item for item in read["items"] if item["name"] == "CPUUtilization")
        checks.check(250 <= len(cpu["points"]) <= 288, "a day of it", len(cpu["points"]))
        checks.check(all(0 <= value <= 100 for _, value in cpu["points"]), "in percent")
        begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=40)
        fortnight = series_of(server, key, running, f"?from={begin:%Y-%m-%dT%H:%M:%SZ}&step=86400")
        checks.check(any(gap["reason"] == "not_read" for gap in fortnight["items"][0]["gaps"]), "before it was read nobody knows")
        checks.check(len(fortnight["items"][0]["points"]) >= 12, "two weeks were read at once",
                     len(fortnight["items"][0]["points"]))
        stopped = instances(server, key, "stopped")[0]
        silent = server.wait_for(f"/api/v1/resources/{stopped['id']}/series", key,
                                 lambda seen: seen["items"] and all(i["outcome"] == "ok" for i in seen["items"]))
        checks.check(silent["items"][0]["points"] == [] and silent["items"][0]["gaps"][0]["reason"] == "no_data",
                     "what does not run has no data", silent["items"][0])
        bucket_sizes(checks, server, key, sim)
        server.wait_for("/api/v1/spending", key, lambda seen: seen["as_of"] is not None)
        calls = billed(sim)
        checks.check("GetMetricData" not in calls, "nothing was paid for", calls)
        checks.check(calls["GetMetricStatistics"][0] > 20, "what is free was used", calls)
    finally:
        server.stop()
    store = ["--database-url", store] if store else []
    done = run("cost", "self", "--data-dir", str(folder), *store, "--output", "json", env=sim_environment(sim))
    rows = json.loads(done.stdout)
    counted = sum(row["calls"] for row in rows if row["operation"] == "GetMetricStatistics")
    checks.check(counted == billed(sim)["GetMetricStatistics"][0], "HostMaster has counted what AWS has", counted, billed(sim))
    checks.check(all(row["cost_usd"] == "0" for row in rows if row["service"] == "cloudwatch"), "as free", rows)
    csv = run("cost", "self", "--by", "account", "--data-dir", str(folder), *store, "--output", "csv", env=sim_environment(sim))
    checks.check(csv.stdout.startswith("account_id,calls,cost_usd,metrics_usd"), "the same as CSV", csv.stdout)
    checks.check("free requests" in csv.stderr, "a person is told of the free requests", csv.stderr)


def within_a_budget(checks, folder, sim, store):
    """Forty metrics may be paid for, and no request is free."""
    sim.admin("meter", "DELETE")
    server, key = start(folder, sim, "metrics_free_requests=0", "metrics_budget_usd=0.0004", store=store)
    try:
        def all_read(seen):
            return seen["declared"] == 0 or seen["items"] and all(item["outcome"] != "pending" for item in seen["items"])
        outcomes = {}
        instances(server, key)
        for one in json.loads(server.get("/api/v1/resources?filter=type:ec2/instance,ec2/volume,lambda/function&limit=500", key))["items"]:
            seen = server.wait_for(f"/api/v1/resources/{one['id']}/series", key, all_read)
            for item in seen["items"]:
                outcomes.setdefault(item["outcome"], []).append(item)
        checks.check(set(outcomes) == {"ok", "budget"}, "read, or beyond the budget", {k: len(v) for k, v in outcomes.items()})
        for item in outcomes.get("budget", []):
            checks.check(item["points"] == [] and item["read_to"] is None and "budget" in item["reason"],
                         "beyond the budget nothing is known, and why is said", item)
        bill = billed(sim)
        calls, usd = bill["GetMetricData"]
        # Which sizes a bucket has is asked for within the same budget.
        usd += bill["ListMetrics"][1]
        checks.check(abs(usd - 0.0004) < 1e-9, "AWS was asked for forty metrics", bill)
        checks.check(calls <= 4, "in few requests", calls)
    finally:
        server.stop()


def switched_off(checks, folder, sim, store):
    sim.admin("meter", "DELETE")
    server, key = start(folder, sim, "metrics=false", store=store)
    try:
        one = instances(server, key)[0]
        off = server.wait_for(f"/api/v1/resources/{one['id']}/series", key,
                              lambda seen: seen["items"] and all(i["outcome"] == "off" for i in seen["items"]))
        checks.check("switched off" in off["items"][0]["reason"], "that it is off is said", off["items"][0]["reason"])
        checks.check(not [name for name in billed(sim) if name.startswith("GetMetric")], "nobody asked CloudWatch", billed(sim))
    finally:
        server.stop()


def wrong_settings(checks, folder):
    config = folder / "wrong.yaml"
    for text, wanted in [("metrics_budget_usd: lots\n", "amount of US dollars"), ("metric: true\n", "did you mean"),
                         ("metrics: perhaps\n", "true or false"),
                         ("accounts:\n  - {name: a, account_id: '111111111111', metrics: 3}\n", "'metrics' must be true or false"),
                         ("accounts:\n  - {name: a, account_id: '111111111111', metrics_budget_usd: -1}\n", "must be an amount")]:
        config.write_text(text)
        done = run("serve", "--config", config, "--data-dir", str(folder / "none"))
        checks.check(done.returncode != 0 and wanted in done.stderr and "wrong.yaml" in done.stderr, text, done.stderr)
    checks.check("cloudwatch:GetMetricData" in run("iam-policy").stdout, "the policy allows it")
    checks.check("cloudwatch:GetMetric" not in run("iam-policy", "--no-metrics").stdout, "and not where it is not used")


def postgres(name):
    """A database of its own on the server that the tests have; nothing where there is none."""
    url = os.environ.get("HM_TEST_POSTGRES")
    psql = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))[-1]
    name = f"series_{name}_{os.getpid()}"
    subprocess.run([psql, url, "-q", "-c", f"create database {name}"], check=True, capture_output=True)
    return url.replace("/postgres?", f"/{name}?")


def main():
    checks = Checks()
    stores = ["sqlite"]
    if os.environ.get("HM_TEST_POSTGRES"):
        stores.append("postgres")
    else:
        print("skipped: PostgreSQL: there is no HM_TEST_POSTGRES (tools/with_postgres.sh)")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        wrong_settings(checks, folder)
        for name in stores:
            for part in (free_of_charge, within_a_budget, without_the_list, switched_off):
                store = postgres(part.__name__) if name == "postgres" else None
                with Sim(*ESTATE) as sim:
                    part(checks, folder / f"{name}-{part.__name__}", sim, store)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
