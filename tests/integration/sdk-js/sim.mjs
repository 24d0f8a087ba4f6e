// AWS's JavaScript SDK, unchanged, against the simulator: lists to the last page, filters, errors, a role and a
// change. The last line is {"passed": N, "failed": N}.
import { EC2Client, CreateTagsCommand, DescribeInstancesCommand, DescribeVpcsCommand, paginateDescribeVolumes }
  from "@aws-sdk/client-ec2";
import { IAMClient, GetUserCommand, paginateListUsers } from "@aws-sdk/client-iam";
import { S3Client, GetBucketLocationCommand, GetBucketPolicyCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { STSClient, AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";

const other = JSON.parse(process.env.SIM_OTHER);
const options = { region: process.env.AWS_REGION, endpoint: process.env.AWS_ENDPOINT_URL, maxAttempts: 1 };
const ec2 = new EC2Client(options);
const iam = new IAMClient(options);
const s3 = new S3Client({ ...options, forcePathStyle: true });
const sts = new STSClient(options);
const counts = { passed: 0, failed: 0 };

function check(name, good, detail) {
  if (good) {
    counts.passed += 1;
  } else {
    counts.failed += 1;
    console.log(`FAILED ${name}: ${JSON.stringify(detail)}`);
  }
}

async function refused(name, code, call) {
  try {
    check(name, false, await call());
  } catch (failure) {
    check(name, failure.name === code || failure.Code === code, failure.name);
  }
}

async function all(pages, rows) {
  const found = [];
  let count = 0;
  for await (const page of pages) {
    count += 1;
    found.push(...(page[rows] ?? []));
  }
  return { found, count };
}

async function lists() {
  const volumes = await all(paginateDescribeVolumes({ client: ec2, pageSize: 7 }, {}), "Volumes");
  const ids = new Set(volumes.found.map((volume) => volume.VolumeId));
  check("volumes over pages", volumes.count > 1 && ids.size === volumes.found.length, volumes.count);
  check("a date is a date", volumes.found[0].CreateTime instanceof Date);
  const users = await all(paginateListUsers({ client: iam, pageSize: 3 }, {}), "Users");
  check("users over pages", users.count > 1 && users.found.length > 3, users.count);
  const stopped = await ec2.send(new DescribeInstancesCommand(
    { Filters: [{ Name: "instance-state-name", Values: ["stopp*"] }] }));
  check("filter", stopped.Reservations.every((r) => r.Instances[0].State.Name === "stopped"));
}

async function buckets() {
  const { Buckets: found } = await s3.send(new ListBucketsCommand({}));
  check("buckets", found.length > 0);
  const here = found.find((bucket) => bucket.BucketRegion === options.region);
  const location = await s3.send(new GetBucketLocationCommand({ Bucket: here.Name }));
  check("location", location.LocationConstraint === options.region, location);
  await refused("no such bucket", "NoSuchBucket", () => s3.send(new GetBucketPolicyCommand({ Bucket: "not-there-at-all" })));
}

async function errors() {
  await refused("no such instance", "InvalidInstanceID.NotFound",
    () => ec2.send(new DescribeInstancesCommand({ InstanceIds: ["i-0123456789abcdef0"] })));
  await refused("no such user", "NoSuchEntityException", () => iam.send(new GetUserCommand({ UserName: "no.body" })));
  const forger = new EC2Client({ ...options, credentials: { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: "x" } });
  await refused("wrong secret", "AuthFailure", () => forger.send(new DescribeVpcsCommand({})));
  await refused("no external id", "AccessDenied",
    () => sts.send(new AssumeRoleCommand({ RoleArn: other.role_arn, RoleSessionName: "proof" })));
}

async function roles() {
  const { Credentials: given } = await sts.send(new AssumeRoleCommand(
    { RoleArn: other.role_arn, RoleSessionName: "proof", ExternalId: other.external_id }));
  const credentials = { accessKeyId: given.AccessKeyId, secretAccessKey: given.SecretAccessKey, sessionToken: given.SessionToken };
  const me = await new STSClient({ ...options, credentials }).send(new GetCallerIdentityCommand({}));
  check("assumed", me.Account === other.account_id, me);
}

async function changes() {
  const { Vpcs: [vpc] } = await ec2.send(new DescribeVpcsCommand({}));
  await ec2.send(new CreateTagsCommand({ Resources: [vpc.VpcId], Tags: [{ Key: "seen-by", Value: "javascript" }] }));
  const { Vpcs: again } = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "tag:seen-by", Values: ["javascript"] }] }));
  check("tagged", again.length === 1 && again[0].VpcId === vpc.VpcId, again);
}

for (const part of [lists, buckets, errors, roles, changes]) {
  try {
    await part();
  } catch (failure) {
    check(part.name, false, String(failure));
  }
}
console.log(JSON.stringify(counts));
