// What the browser relies on in the answers themselves: policy, caching, compression, fall-back.
import { base } from '../../browser.mjs';
import { equal, truthy } from '../../expect.mjs';

const get = (path, headers = {}) => fetch(base + path, { headers });

async function indexPolicy() {
  const nonces = new Set();
  for (const path of ['/', '/inventory', '/r/some-id']) {
    const answer = await get(path);
    equal(answer.status, 200, `${path} status`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1];
    truthy(nonce, `${path} has no style nonce: ${policy}`);
    truthy(!policy.includes('unsafe'), `${path} allows unsafe: ${policy}`);
    truthy(policy.includes("script-src 'self'") && policy.includes("default-src 'none'"), policy);
    truthy((await answer.text()).includes(`nonce="${nonce}"`), `${path}: the page does not bear its nonce`);
    truthy(answer.headers.get('cache-control')?.includes('no-cache'), `${path} may be cached`);
    equal(answer.headers.get('x-content-type-options'), 'nosniff', `${path} nosniff`);
    nonces.add(nonce);
  }
  equal(nonces.size, 3, 'fresh nonces');
}

async function assets() {
  const page = await (await get('/')).text();
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
  truthy(script, 'the page names no script');
  const answer = await get(script, { 'Accept-Encoding': 'br' });
  equal(answer.headers.get('content-encoding'), 'br', 'compression');
  truthy(answer.headers.get('cache-control')?.includes('immutable'), 'assets are not immutable');
  truthy(answer.headers.get('content-type')?.startsWith('text/javascript'), 'type of a script');
}

async function fallback() {
  equal((await get('/api/v1/nothing')).status === 200, false, 'an unknown API path');
  equal((await get('/assets/nothing-1234.js')).status, 404, 'an unknown asset');
  const unknown = await get('/api/v1/nothing');
  truthy(unknown.headers.get('content-type')?.includes('json'), 'an API failure is not JSON');
  equal(
    (await get('/some/page')).headers.get('content-type')?.startsWith('text/html'),
    true,
    'an unknown page',
  );
}

export const checks = [
  { name: 'http: the page bears a fresh nonce and a strict policy', run: indexPolicy },
  { name: 'http: assets are compressed and immutable', run: assets },
  { name: 'http: unknown paths', run: fallback },
];
