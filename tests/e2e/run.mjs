// Browser tests against a running server: HM_E2E_URL, HM_E2E_USER and HM_E2E_PASSWORD say which. `run.sh` starts
// one with a simulated company. HM_E2E_SUITE=faults is for one whose AWS does not answer everything. Arguments narrow to the groups or checks whose names contain one of them.
// Screenshots are kept in build/e2e for a person to look at; they are not compared.
import { appendFileSync, mkdirSync } from 'node:fs';
import { base, openBrowser, password, user } from './browser.mjs';
import { changeChecks } from './checks/changes.mjs';
import { consoleChecks } from './checks/console.mjs';
import { detailChecks } from './checks/details.mjs';
import { eventChecks } from './checks/events.mjs';
import { failureChecks } from './checks/failures.mjs';
import { faultChecks } from './checks/faults.mjs';
import { findingChecks } from './checks/findings.mjs';
import { httpChecks } from './checks/http.mjs';
import { inventoryChecks } from './checks/inventory.mjs';
import { lighthouseChecks } from './checks/lighthouse.mjs';
import { liveChecks } from './checks/live.mjs';
import { overlayChecks } from './checks/overlays.mjs';
import { pageChecks } from './checks/pages.mjs';
import { paletteChecks } from './checks/palette.mjs';
import { sessionChecks } from './checks/session.mjs';
import { tagChecks } from './checks/tags.mjs';
import { topologyChecks } from './checks/topology.mjs';
import { viewChecks } from './checks/views.mjs';
import { workChecks } from './checks/work.mjs';

if (!base || !user || !password) {
  console.error('HM_E2E_URL, HM_E2E_USER and HM_E2E_PASSWORD must say where to go and as whom');
  process.exit(2);
}
const shots = new URL('../../build/e2e/', import.meta.url).pathname;
mkdirSync(shots, { recursive: true });

const kLimitMs = 120_000; // of a check that names no other
const wanted = process.argv.slice(2);
const healthy = [
  ...httpChecks,
  ...pageChecks,
  ...lighthouseChecks,
  ...overlayChecks,
  ...inventoryChecks,
  ...paletteChecks,
  ...workChecks,
  ...consoleChecks,
  ...viewChecks,
  ...findingChecks,
  ...liveChecks,
  ...failureChecks,
  ...detailChecks,
  ...changeChecks,
  ...eventChecks,
  ...tagChecks,
  ...topologyChecks,
  ...sessionChecks,
];
const suite = process.env.HM_E2E_SUITE === 'faults' ? faultChecks : healthy;
const checks = suite.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));

function limited(promise, limitMs = kLimitMs) {
  let timer;
  const limit = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limitMs / 1000} s`)), limitMs);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

const browser = await openBrowser();
let passed = 0;
let failed = 0;
let skipped = 0;
for (const { name, run, limitMs } of checks) {
  const began = performance.now();
  try {
    const outcome = await limited(run(browser, shots), limitMs);
    if (outcome?.skipped) {
      skipped += 1;
      console.log(`skip  ${name}: ${outcome.skipped}`);
      continue;
    }
    passed += 1;
    console.log(`ok    ${name} (${Math.round(performance.now() - began)} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error.message.split('\n').slice(0, 4).join(' ')}`);
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (process.env.HM_E2E_TOTALS) appendFileSync(process.env.HM_E2E_TOTALS, `${passed} ${failed} ${skipped}\n`);
// A name that fits no check of this suite may fit one of the other.
process.exit(failed > 0 || (passed === 0 && wanted.length === 0) ? 1 : 0);
