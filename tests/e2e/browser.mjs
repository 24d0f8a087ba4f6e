// One browser for the whole run: contexts that are logged in, and pages that report every fault they see.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const kFlags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
const kRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const kPatienceMs = 20_000;

export const base = process.env.HM_E2E_URL?.replace(/\/$/, '');
export const user = process.env.HM_E2E_USER;
export const password = process.env.HM_E2E_PASSWORD;

export const widths = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

export async function openBrowser() {
  return chromium.launch({
    executablePath: process.env.HM_CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: kFlags,
  });
}

export async function logIn(page, name, secret) {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await page.getByRole('button', { name: 'Log in' }).click();
}

let stored;

// A context of its own, logged in as the administrator unless `anonymous`.
export async function openContext(
  browser,
  { scheme = 'light', viewport = widths.desktop, anonymous = false } = {},
) {
  if (!anonymous && !stored) {
    const first = await browser.newContext();
    const page = await first.newPage();
    await page.goto(base);
    await logIn(page, user, password);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ timeout: kPatienceMs });
    stored = await first.storageState();
    await first.close();
  }
  const context = await browser.newContext({
    viewport,
    colorScheme: scheme,
    storageState: anonymous ? undefined : stored,
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(kPatienceMs);
  await context.addInitScript({ content: axeSource });
  await context.addInitScript(() => {
    globalThis.hmViolations = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      globalThis.hmViolations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`),
    );
  });
  return context;
}

const shared = new Map();

// One context for each look, for checks that only read: the second page finds its scripts in the cache.
export async function lookContext(browser, { scheme, viewport }) {
  const key = `${scheme} ${viewport.width}`;
  if (!shared.has(key)) shared.set(key, await openContext(browser, { scheme, viewport }));
  return shared.get(key);
}

// `allowed`: what a check provokes on purpose, such as a 400 for a wrong filter.
export async function openPage(context, path, { allowed } = {}) {
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !allowed?.test(message.text()))
      page.faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.faults.push(`error: ${error.message}`));
  await page.goto(base + path);
  await settle(page);
  return page;
}

export async function settle(page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null, undefined, {
    timeout: kPatienceMs,
  });
  await page.evaluate(() => document.fonts.ready.then(() => true));
}

// Until no scan is under way: while one is, the later of two answers holds more.
export async function scanned(context) {
  for (let tries = 0; tries < 400; tries += 1) {
    const { running, done } = await (await context.request.get(`${base}/api/v1/scan`)).json();
    if (!running && done > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('the scan under way does not end');
}

// Until nothing moves any more, whatever turns for ever left aside: of a menu that is still fading in, the colours
// are not those that people see. What has just been put up begins to move with the next frame.
export async function still(page) {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    const moving = document
      .getAnimations()
      .filter(({ playState }) => playState === 'running')
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(moving.map((each) => each.finished));
  });
}

// Everything that a page may have done wrong so far, as sentences; `within` narrows what axe looks at to a selector.
export async function faultsOf(page, within) {
  await still(page);
  const report = await page.evaluate(
    ([rules, where]) =>
      globalThis.axe.run(where ?? document, { runOnly: rules, resultTypes: ['violations'] }),
    [kRules, within],
  );
  const axe = report.violations.map(
    (each) => `axe ${each.id} (${each.impact}) ${each.nodes.length}x: ${each.nodes[0].html.slice(0, 160)}`,
  );
  const policy = (await page.evaluate(() => globalThis.hmViolations)).map((each) => `policy: ${each}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return [
    ...page.faults,
    ...policy,
    ...axe,
    ...(wide > 0 ? [`the page is ${wide} px wider than the window`] : []),
  ];
}
