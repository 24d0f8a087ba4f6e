// Prints the faults of the second run, one a line, for the company of the same seed: an account is refused one
// service, a region never answers, and one bucket of ten keeps its policy to itself.
import { awsCall, startCompany } from './simulator.mjs';

const [program, resources, seed] = process.argv.slice(2);
const company = await startCompany(program, { resources, seed });
try {
  const second = company.accounts[1];
  const region = company.regions.at(-1);
  const where = { service: 's3', region: company.regions[0] };
  let bucket;
  for (const account of company.accounts) {
    const list = await awsCall(company.endpoint_url, account, where);
    const names = [...list.matchAll(/<Bucket>.*?<Name>([^<]+)/gs)].map((found) => found[1]);
    // One account's buckets are read together, so one that lies in the silent region keeps the others waiting:
    // the account with a single bucket shows what is meant soonest.
    if (names.length === 1) bucket = names[0];
  }
  if (!bucket) throw new Error('no account has a single bucket');
  console.log(`denied:${second.account_id}:rds`);
  console.log(`blackhole:${region}`);
  console.log(`deny-resource:s3:GetBucketPolicy:${bucket}`);
} finally {
  company.stop();
}
