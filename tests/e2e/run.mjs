// Browser tests against a running server: HM_E2E_URL, HM_E2E_USER and HM_E2E_PASSWORD say which. `run.sh` starts one
// with a simulated company for each suite: a folder of suites/, whose files each export `checks`. HM_E2E_SUITE names
// it; arguments narrow to the checks whose names contain one of them.
// Screenshots are kept in build/e2e for a person to look at; they are not compared.
import { appendFileSync, mkdirSync, readdirSync } from 'node:fs';
import { base, openBrowser, password, user } from './browser.mjs';

const { HM_E2E_SUITE, HM_E2E_TOTALS } = process.env;
if (!base || !user || !password || !HM_E2E_SUITE) {
  console.error(
    'HM_E2E_URL, HM_E2E_USER, HM_E2E_PASSWORD and HM_E2E_SUITE must say where to go, as whom and for what',
  );
  process.exit(2);
}
const shots = new URL('../../build/e2e/', import.meta.url).pathname;
mkdirSync(shots, { recursive: true });

const kLimitMs = 120_000; // of a check that names no other
const wanted = process.argv.slice(2);
const suite = new URL(`suites/${HM_E2E_SUITE}/`, import.meta.url);
const files = readdirSync(suite).filter((name) => name.endsWith('.mjs'));
const modules = await Promise.all(files.toSorted().map((name) => import(new URL(name, suite))));
const checks = modules
  .flatMap((module) => module.checks)
  .filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));

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

// What the pages showed when a check failed; those of a check that waits beside it may be among them.
async function picture(name) {
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [i, page] of pages.entries()) {
    const path = `${shots}failed-${name.replaceAll(/\W+/g, '-')}-${i}.png`;
    await page.screenshot({ path, timeout: 5000 }).catch(() => undefined);
  }
}

async function made({ name, run, limitMs }) {
  const began = performance.now();
  try {
    const outcome = await limited(run(browser, shots), limitMs);
    if (outcome?.skipped) {
      skipped += 1;
      console.log(`skip  ${name}: ${outcome.skipped}`);
      return;
    }
    passed += 1;
    console.log(`ok    ${name} (${Math.round(performance.now() - began)} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error.message.split('\n').slice(0, 4).join(' ')}`);
    await picture(name);
  }
}

// What does nothing but wait for minutes waits beside the others.
const beside = checks.filter((check) => check.beside).map((check) => made(check));
for (const check of checks.filter((each) => !each.beside)) await made(check);
await Promise.all(beside);
await browser.close();
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (HM_E2E_TOTALS) appendFileSync(HM_E2E_TOTALS, `${passed} ${failed} ${skipped}\n`);
// A name that fits no check of this suite may fit one of another.
process.exit(failed > 0 || (passed === 0 && wanted.length === 0) ? 1 : 0);
