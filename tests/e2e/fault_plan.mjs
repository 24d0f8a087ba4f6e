// Prints the faults of the second run, one a line, for the company of the same seed: an account is refused one
// service, a region never answers, and one bucket of ten keeps its policy to itself.
import { awsCall, startCompany } from './simulator.mjs';

const [program, resources, seed] = process.argv.slice(2);
const company = await startCompany(program, { resources, seed });
try {
  const [first, second] = company.accounts;
  const region = company.regions.at(-1);
  const list = await awsCall(company.endpoint_url, first, { service: 's3', region: company.regions[0] });
  const bucket = /<Bucket>\s*<Name>([^<]+)/.exec(list)?.[1] ?? /<Name>([^<]+)/.exec(list)?.[1];
  if (!bucket) throw new Error('the first account has no bucket');
  console.log(`denied:${second.account_id}:rds`);
  console.log(`blackhole:${region}`);
  console.log(`deny-resource:s3:GetBucketPolicy:${bucket}`);
} finally {
  company.stop();
}
