// The simulated company, seen from outside: who its accounts are, and calls to its AWS as anybody makes them.
import { spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';

const hash = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

// Starts the simulator without faults and gives what it says of itself; `stop` ends it. The same seed is the same
// company, so the accounts are those of a demo beside it.
export async function startCompany(program, { resources, seed }) {
  const child = spawn(program, ['--port', '0', '--resources', String(resources), '--seed', String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line === '}') break;
  }
  return { ...JSON.parse(lines.join('\n')), stop: () => child.kill() };
}

// One signed call; `form` makes it a POST. Gives the text of the answer.
export async function awsCall(endpoint, account, { service, region, form }) {
  const body = form ? new URLSearchParams(form).toString() : '';
  const at = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const place = `${at.slice(0, 8)}/${region}/${service}/aws4_request`;
  const headers = { host: new URL(endpoint).host, 'x-amz-content-sha256': hash(body), 'x-amz-date': at };
  const names = Object.keys(headers).join(';');
  const said = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = [form ? 'POST' : 'GET', '/', '', said.join(''), names, hash(body)].join('\n');
  const key = [at.slice(0, 8), region, service, 'aws4_request'].reduce(
    hmac,
    `AWS4${account.secret_access_key}`,
  );
  const signature = hmac(key, ['AWS4-HMAC-SHA256', at, place, hash(request)].join('\n')).toString('hex');
  const answer = await fetch(`${endpoint}/`, {
    method: form ? 'POST' : 'GET',
    body: form ? body : undefined,
    headers: {
      ...headers,
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      authorization: `AWS4-HMAC-SHA256 Credential=${account.access_key_id}/${place}, SignedHeaders=${names}, Signature=${signature}`,
    },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} answered ${answer.status}: ${text.slice(0, 300)}`);
  return text;
}
