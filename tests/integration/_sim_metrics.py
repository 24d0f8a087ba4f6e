"""CloudWatch's numbers in the simulator, as boto3 asks for them: a day's rhythm, gaps, pages and limits."""
import datetime

import botocore.session

DAY = datetime.timedelta(days=1)


def query(number, namespace, name, dimensions, statistic="Average", period=300):
    return {"Id": f"m{number}", "MetricStat": {
        "Metric": {"Namespace": namespace, "MetricName": name,
                   "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()]},
        "Period": period, "Stat": statistic}}


def by_metric_data(cloudwatch, queries, begin, end, **more):
    return cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=begin, EndTime=end, **more)


def values_of(check, sim, cloudwatch, now, running):
    end = now.replace(hour=0, minute=0, second=0, microsecond=0)
    while (end - DAY).weekday() >= 5:  # at weekends the company rests
        end -= DAY
    cpu = query(0, "AWS/EC2", "CPUUtilization", {"InstanceId": running})
    day = by_metric_data(cloudwatch, [cpu], end - DAY, end, ScanBy="TimestampAscending")["MetricDataResults"][0]
    check.equal("a day of five minutes", len(day["Values"]), 288)
    check.equal("aligned, ascending", day["Timestamps"][1] - day["Timestamps"][0], datetime.timedelta(minutes=5))
    check.equal("the same the second time", day["Values"],
                by_metric_data(cloudwatch, [cpu], end - DAY, end, ScanBy="TimestampAscending")["MetricDataResults"][0]["Values"])
    night, noon = sum(day["Values"][24:36]), sum(day["Values"][168:180])
    check.that("busier by day", noon > 1.2 * night, (night, noon))
    statistics = cloudwatch.get_metric_statistics(
        Namespace="AWS/EC2", MetricName="CPUUtilization", Dimensions=[{"Name": "InstanceId", "Value": running}],
        StartTime=end - DAY, EndTime=end, Period=300, Statistics=["Average", "Maximum"])["Datapoints"]
    check.equal("both ways tell the same", [round(p["Average"], 6) for p in sorted(statistics, key=lambda p: p["Timestamp"])],
                [round(v, 6) for v in day["Values"]])
    hour = by_metric_data(cloudwatch, [query(0, "AWS/EC2", "NetworkIn", {"InstanceId": running}, "Sum", 3600),
                                       query(1, "AWS/EC2", "NetworkIn", {"InstanceId": running}, "Sum", 300)],
                          end - DAY, end, ScanBy="TimestampAscending")["MetricDataResults"]
    check.equal("an hour is its twelve parts", hour[0]["Values"][0], sum(hour[1]["Values"][:12]))
    old = by_metric_data(cloudwatch, [query(0, "AWS/EC2", "CPUUtilization", {"InstanceId": running}, period=60)],
                         end - 17 * DAY, end - 16 * DAY)["MetricDataResults"][0]
    check.equal("minutes are kept for 15 days", old["Values"], [])
    nobody = by_metric_data(cloudwatch, [query(0, "AWS/EC2", "CPUUtilization", {"InstanceId": "i-none"})], end - DAY, end)
    check.equal("no such instance, no points", nobody["MetricDataResults"][0]["Values"], [])


def pages(check, sim, cloudwatch, now, running):
    queries = [query(i, "AWS/EC2", name, {"InstanceId": running}) for i, name in
               enumerate(["CPUUtilization", "NetworkIn", "NetworkOut"])]
    begin = now - DAY
    whole = by_metric_data(cloudwatch, queries, begin, now)
    wanted = {r["Id"]: r["Values"] for r in whole["MetricDataResults"]}
    got, token, count = {}, {}, 0
    while True:
        page = by_metric_data(cloudwatch, queries, begin, now, MaxDatapoints=100, **token)
        count += 1
        check.that("a page holds what was asked for", sum(len(r["Values"]) for r in page["MetricDataResults"]) <= 100)
        for result in page["MetricDataResults"]:
            got.setdefault(result["Id"], []).extend(result["Values"])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    check.equal("pages hold all", got, wanted)
    check.that("several pages", count > 5, count)
    check.error("another request's token", "InvalidNextToken",
                lambda: by_metric_data(cloudwatch, queries[:1], begin, now, **token))


def limits(check, sim, cloudwatch, now, running):
    dims = {"InstanceId": running}
    check.error("501 queries", "ValidationError", lambda: by_metric_data(
        cloudwatch, [query(i, "AWS/EC2", "CPUUtilization", dims) for i in range(501)], now - DAY, now))
    check.error("one id twice", "ValidationError",
                lambda: by_metric_data(cloudwatch, [query(0, "AWS/EC2", "CPUUtilization", dims)] * 2, now - DAY, now))
    check.error("end before start", "ValidationError",
                lambda: by_metric_data(cloudwatch, [query(0, "AWS/EC2", "CPUUtilization", dims)], now, now - DAY))
    check.error("an odd period", "InvalidParameterValue",
                lambda: by_metric_data(cloudwatch, [query(0, "AWS/EC2", "CPUUtilization", dims, period=90)], now - DAY, now))
    check.error("more than 1,440 points", "InvalidParameterCombination", lambda: cloudwatch.get_metric_statistics(
        Namespace="AWS/EC2", MetricName="CPUUtilization", Dimensions=[], StartTime=now - 6 * DAY, EndTime=now, Period=300,
        Statistics=["Average"]))


def metered(check, sim, cloudwatch, now, running):
    def bill():
        rows = [r for r in sim.admin("meter")["operations"] if r["operation"] == "GetMetricData"]
        return sum(r["calls"] for r in rows), sum(float(r["usd"]) for r in rows)

    calls, usd = bill()
    by_metric_data(cloudwatch, [query(i, "AWS/EC2", "CPUUtilization", {"InstanceId": running}) for i in range(7)], now - DAY, now)
    after = bill()
    check.equal("seven metrics in one call", (after[0] - calls, round(after[1] - usd, 7)), (1, 0.00007))


def buckets(check, sim, now):
    s3 = sim.client("s3", "us-east-1")
    name = s3.list_buckets()["Buckets"][0]["Name"]
    region = s3.get_bucket_location(Bucket=name).get("LocationConstraint") or "us-east-1"
    cloudwatch = sim.client("cloudwatch", region)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    dims = {"BucketName": name, "StorageType": "AllStorageTypes"}
    daily = by_metric_data(cloudwatch, [query(0, "AWS/S3", "NumberOfObjects", dims, period=86400),
                                        query(1, "AWS/S3", "NumberOfObjects", {"BucketName": name}, period=86400),
                                        query(2, "AWS/S3", "NumberOfObjects", dims, period=300)], midnight - 5 * DAY, midnight)
    counts = [len(r["Values"]) for r in daily["MetricDataResults"]]
    check.equal("one a day, by storage class", counts, [5, 0, 0])
    listed = cloudwatch.list_metrics(Namespace="AWS/S3", MetricName="BucketSizeBytes",
                                     Dimensions=[{"Name": "BucketName", "Value": name}])["Metrics"]
    sizes = [{d["Name"]: d["Value"] for d in metric["Dimensions"]} for metric in listed]
    check.that("the bucket's storage types", sizes and all(one["BucketName"] == name for one in sizes), listed)
    told = by_metric_data(cloudwatch, [query(i, "AWS/S3", "BucketSizeBytes", one, period=86400) for i, one in enumerate(sizes)],
                          midnight - 5 * DAY, midnight)["MetricDataResults"]
    check.equal("each has its own size", [len(r["Values"]) for r in told], [5] * len(sizes))
    all_buckets = [metric for page in cloudwatch.get_paginator("list_metrics").paginate(Namespace="AWS/S3")
                   for metric in page["Metrics"]]
    check.that("as they are listed of all", all(metric in all_buckets for metric in listed), len(all_buckets))
    check.equal("no such bucket, no metrics", cloudwatch.list_metrics(
        Dimensions=[{"Name": "BucketName", "Value": "nobody-has-this"}])["Metrics"], [])


def speaking(sim, protocol):
    """A client that speaks one of the protocols that the model offers."""
    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def changed(service, *arguments, **named):
        model = load(service, *arguments, **named)
        if service != "cloudwatch" or "metadata" not in model:
            return model
        return {**model, "metadata": {**model["metadata"], "protocol": protocol, "protocols": [protocol]}}

    loader.load_service_model = changed
    account = sim.accounts[0]
    return session.create_client("cloudwatch", region_name="eu-west-1", endpoint_url=sim.url,
                                 aws_access_key_id=account["access_key_id"],
                                 aws_secret_access_key=account["secret_access_key"])


def protocols(check, sim, cloudwatch, now, running):
    end = now.replace(minute=0, second=0, microsecond=0)
    cpu = [query(0, "AWS/EC2", "CPUUtilization", {"InstanceId": running})]
    told = {}
    for protocol in ("json", "query", "smithy-rpc-v2-cbor"):
        client = speaking(sim, protocol)
        with check.group(protocol):
            result = by_metric_data(client, cpu, end - DAY, end)["MetricDataResults"][0]
            told[protocol] = [(at.isoformat(), round(value, 9)) for at, value in zip(result["Timestamps"], result["Values"])]
            alarms = client.describe_alarms(MaxRecords=5)
            check.that(f"{protocol}: a list", len(alarms["MetricAlarms"]) > 0, alarms)
            check.error(f"{protocol}: a refusal", "ValidationError", lambda: by_metric_data(client, cpu, now, now - DAY))
    check.that("three protocols", len(told) == 3 and len(told["json"]) >= 285, {k: len(v) for k, v in told.items()})
    check.that("tell the same", told["json"] == told["query"] == told["smithy-rpc-v2-cbor"])


def stopped(check, sim, now):
    ec2, cloudwatch = sim.client("ec2"), sim.client("cloudwatch")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    sim.advance(3600)
    ec2.stop_instances(InstanceIds=[instance])
    sim.advance(3600)
    ec2.start_instances(InstanceIds=[instance])
    sim.advance(3600)
    begin = now.replace(second=0, microsecond=0)
    points = by_metric_data(cloudwatch, [query(0, "AWS/EC2", "CPUUtilization", {"InstanceId": instance})],
                            begin, begin + 4 * datetime.timedelta(hours=1), ScanBy="TimestampAscending")["MetricDataResults"][0]
    minutes = [(t - points["Timestamps"][0]).total_seconds() / 60 for t in points["Timestamps"]]
    check.that("an hour without points while it was stopped",
               any(50 <= b - a <= 70 for a, b in zip(minutes, minutes[1:])) and len(minutes) < 30, minutes)
    ec2.terminate_instances(InstanceIds=[instance])


def metrics(check, sim):
    now = datetime.datetime.now(datetime.timezone.utc)
    ec2, cloudwatch = sim.client("ec2"), sim.client("cloudwatch")
    reservations = ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running"]}])["Reservations"]
    running = reservations[0]["Instances"][0]["InstanceId"]
    for part in (values_of, pages, limits, metered, protocols):
        with check.group(part.__name__):
            part(check, sim, cloudwatch, now, running)
    with check.group("buckets"):
        buckets(check, sim, now)
    with check.group("stopped"):
        stopped(check, sim, now)
