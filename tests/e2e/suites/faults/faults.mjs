// An estate of which AWS does not tell everything: refused for one account and service, silent for one region, and
// one detail of one bucket kept back. What is not known must be said, and never look like zero, healthy or gone.
import { readFileSync } from 'node:fs';
import { base, faultsOf, lookContext, openContext, openPage, widths } from '../../browser.mjs';
import { equal, none, truthy } from '../../expect.mjs';

const plan = (process.env.HM_E2E_FAULTS ?? '').split('\n').map((line) => line.split(':'));
const fault = (kind) => plan.find(([first]) => first === kind)?.slice(1) ?? [];
const [account, service] = fault('denied');
const [region] = fault('blackhole');
const bucket = fault('deny-resource').at(-1);
const kScanMs = 110_000;
// Lists that wait for one of their resources in the silent region; they are said to be open, which is true.
const kMostPending = 5;

async function get(context, path) {
  const answer = await context.request.get(`${base}/api/v1/${path}`);
  truthy(answer.ok(), `${path} answers ${answer.status()}`);
  return answer.json();
}

async function withPage(browser, path, run) {
  const context = await openContext(browser);
  const page = await openPage(context, path);
  await run(page, context);
  none(await faultsOf(page), path);
  await context.close();
}

const figure = (page, title) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

// While the region keeps the scan waiting, its places are missing from the numbers, and that is said.
async function whileScanning(browser) {
  await withPage(browser, '/', async (page, context) => {
    const { running } = await get(context, 'scan');
    if (!running) return;
    const text = await figure(page, 'Coverage').textContent();
    truthy(!text.includes('100') && !text.includes('Everything'), `coverage during the scan: ${text}`);
  });
}

async function scanEnds(browser) {
  const context = await openContext(browser);
  const until = Date.now() + kScanMs;
  let counts;
  do {
    await new Promise((done) => setTimeout(done, 500));
    const found = await get(context, `resources?filter=${encodeURIComponent(`type:s3/bucket ${bucket}`)}`);
    counts = (await get(context, 'coverage')).counts;
    if (found.total === 1 && counts.failed > 0 && counts.denied > 0 && counts.pending <= kMostPending) break;
  } while (Date.now() < until);
  truthy(counts.denied > 0 && counts.failed > 0, `the faults show in no sweep: ${JSON.stringify(counts)}`);
  truthy(counts.pending <= kMostPending, `places that were never asked: ${counts.pending}`);
  await context.close();
}

async function overview(browser) {
  await withPage(browser, '/', async (page) => {
    const coverage = await figure(page, 'Coverage').textContent();
    truthy(/\d+ gaps/.test(coverage) && !/100\s*%/.test(coverage), `the coverage: ${coverage}`);
    const share = Number(/([\d.]+)\s*%/.exec(coverage)?.[1]);
    truthy(share > 0 && share < 100, `the share: ${coverage}`);
    const resources = await figure(page, 'Resources').textContent();
    truthy(
      resources.includes('at least'),
      `the number of resources does not say that it is a part: ${resources}`,
    );
    truthy(!/, [1-9]\d* gone/.test(resources), `something counts as gone: ${resources}`);
    const attention = page.getByRole('region', { name: 'Needs attention' });
    await attention.getByText(`${service}:`).first().waitFor();
    await attention.getByText(`In ${region} of`).waitFor();
    const more = attention.getByRole('button', { name: /^Show all/ });
    if (await more.count()) await more.click();
    await attention
      .getByText(/is unknown for 1 resource of type s3\/bucket/)
      .first()
      .waitFor();
  });
}

async function coverage(browser) {
  await withPage(browser, '/coverage', async (page, context) => {
    const note = await page.getByRole('heading', { level: 1 }).locator('..').textContent();
    truthy(!/100\s*%/.test(note), `the head of the page: ${note}`);
    const missing = page.getByRole('table', { name: 'Missing permissions' });
    const { accounts, counts } = await get(context, 'coverage');
    const { account_name: name } = accounts.find((each) => each.account_id === account);
    for (const action of ['DescribeDBInstances', 'DescribeDBClusters', 'DescribeDBSnapshots']) {
      const named = page.getByText(`${service}:${action}`, { exact: true });
      const row = missing.getByRole('row').filter({ has: named });
      await row.getByRole('cell', { name, exact: true }).waitFor();
    }
    const details = page.getByRole('table', { name: 'Details that could not be read' });
    const policy = details
      .getByRole('row')
      .filter({ hasText: /policy/i })
      .filter({ hasText: 's3/bucket' });
    await policy.first().waitFor();
    const gaps = page.getByRole('table', { name: 'Gaps' });
    const more = page.getByRole('button', { name: /^Show more/ });
    while (await more.count()) {
      // The rows and whether there are more come together: who looks before them sees the button of the page before.
      const shown = await gaps.getByRole('row').count();
      await more.click();
      await gaps.getByRole('row').nth(shown).waitFor();
    }
    const rows = await gaps.getByRole('row').allTextContents();
    const bad = counts.total - counts.ok - counts.pending;
    equal(rows.length - 1, bad, 'gaps that are named');
    const denied = rows.filter((row) => row.startsWith('Denied') && row.includes(`Missing ${service}:`));
    equal(denied.length, counts.denied, 'denied sweeps with their permission');
    const dark = rows.filter((row) => row.startsWith('Failed') && row.includes(`, ${region}`));
    truthy(dark.length >= accounts.length, `sweeps of ${region} that are named as failed: ${dark.length}`);
    const silent = rows.slice(1).filter((row) => !/Missing|time|reach|region|connect|answer/i.test(row));
    equal(silent, [], 'gaps without a reason');
  });
}

async function bucketRow(browser, shots) {
  await withPage(browser, `/inventory?filter=type:s3/bucket`, async (page, context) => {
    const { items } = await get(context, 'resources?filter=type:s3/bucket');
    const known = items.find((each) => each.name === bucket);
    equal(
      known.unknown.map((each) => each.what.toLowerCase()),
      ['policy'],
      'what is unknown of the bucket',
    );
    const row = page.getByRole('row').filter({ has: page.locator(`#row-${known.id}`) });
    const words = await row.textContent();
    truthy(/policy/i.test(words) && /GetBucketPolicy/.test(words), `the row of the bucket: ${words}`);
    const whole = items.find((each) => each.unknown.length === 0);
    if (whole) {
      const other = page.getByRole('row').filter({ has: page.locator(`#row-${whole.id}`) });
      const text = await other.textContent();
      truthy(!/unknown|policy/i.test(text), `the row of another bucket: ${text}`);
    }
    await page.locator(`#row-${known.id}`).click();
    const drawer = page.getByRole('complementary', { name: 'Resource' });
    await drawer.getByText('1 part could not be read').waitFor();
    await drawer
      .getByText(/GetBucketPolicy/)
      .first()
      .waitFor();
    await page.screenshot({ path: `${shots}faults-drawer-light-desktop.png` });
    await drawer.getByRole('tab', { name: 'Configuration' }).click();
    const unknown = drawer.locator('dd').filter({ hasText: 'unknown' });
    await unknown.first().waitFor();
    equal(await unknown.count(), 1, 'fields that are unknown');
    truthy(/GetBucketPolicy/.test(await unknown.textContent()), 'the field does not say why it is unknown');
    await page.screenshot({ path: `${shots}faults-drawer-configuration-light-desktop.png` });
    await drawer.getByRole('tab', { name: 'Relations' }).click();
    await drawer
      .getByText(/There may be more|No relation is known/)
      .first()
      .waitFor();
  });
}

async function csv(browser) {
  await withPage(browser, '/inventory?filter=type:s3/bucket', async (page) => {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /^CSV/ }).click(),
    ]);
    const [head, ...lines] = readFileSync(await download.path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    truthy(head.endsWith(',unknown'), `the columns: ${head}`);
    const line = lines.find((each) => each.includes(bucket));
    truthy(/policy/i.test(line?.split(',').at(-1) ?? ''), `the line of the bucket: ${line}`);
    await page.getByRole('menuitem', { name: /^CSV/ }).waitFor({ state: 'detached' });
  });
}

// Not being told of something is no sign that it went: here nothing has been told of yet, so nothing may be gone.
async function nothingGone(browser) {
  const context = await openContext(browser);
  const gone = await get(context, 'resources?filter=is:gone');
  equal(
    gone.items.map((each) => each.name),
    [],
    'what is marked gone',
  );
  equal((await get(context, 'summary')).changes_24h.gone, 0, 'what counts as gone');
  await context.close();
}

// What could not be read of the bucket is neither a value nor null.
async function columnStatistics(browser) {
  await withPage(browser, '/query', async (page, context) => {
    const answer = await context.request.post(`${base}/api/v1/query`, {
      data: {
        sql: 'select u.value, count(*) from aws_s3_bucket as b, json_each(b.unknown) as u group by 1 order by 1',
      },
      headers: { Origin: base },
    });
    const [column, rows] = (await answer.json()).rows[0];
    await page.getByLabel('Search tables and columns').fill('aws_s3_bucket');
    await page
      .locator('li', { has: page.locator('code', { hasText: /^aws_s3_bucket$/ }) })
      .locator('summary')
      .click();
    await page.getByRole('button', { name: `${column}: what it holds` }).click();
    const dialog = page.getByRole('dialog', { name: `aws_s3_bucket.${column}` });
    const unknown = dialog.locator('dl > div').filter({ has: page.getByText('Unknown', { exact: true }) });
    await unknown.waitFor();
    equal(await unknown.locator('dd').textContent(), String(rows), `unknown values of ${column}`);
    await dialog
      .getByText(/Unknown: not everything|the last known value or null/)
      .first()
      .waitFor();
  });
}

const looks = ['light', 'dark'].flatMap((scheme) =>
  Object.entries(widths).map(([width, viewport]) => ({ scheme, width, viewport })),
);
const pages = [
  ['overview', '/'],
  ['coverage', '/coverage'],
  ['inventory', '/inventory?filter=type:s3/bucket'],
  ['topology', '/topology'],
];

async function look(browser, shots, [name, path], { scheme, width, viewport }) {
  const context = await lookContext(browser, { scheme, viewport });
  const page = await openPage(context, path);
  await page.screenshot({ path: `${shots}faults-${name}-${scheme}-${width}.png` });
  none(await faultsOf(page), path);
  await page.close();
}

// What a rule cannot tell stands apart with its reason, and no rule calls it in order.
async function findingsAreApart(browser) {
  await withPage(browser, '/findings', async (page, context) => {
    const unknown = page.getByRole('region', { name: 'Unknown' });
    await unknown.getByText(/cannot be told|not known what there is/).waitFor();
    await unknown.getByRole('button', { name: 'Why' }).click();
    await unknown
      .getByText(/of account \d{12}/)
      .first()
      .waitFor();
    const { items } = await get(context, 'rules');
    const judged = items.find((rule) => rule.id === 'ebs_volume_unattached');
    truthy(judged.counts.gaps > 0, `the silent region hides nothing: ${JSON.stringify(judged.counts)}`);
    truthy(judged.unknown_reasons.length > 0, 'no reason is given');
  });
}

// What was not asked is a box and a row of its own, and no number beside it claims to be all.
async function topologyHasUnknownGroups(browser, shots) {
  const context = await openContext(browser);
  const { items } = await get(context, 'topology');
  const one = items.find((each) => each.key === account);
  truthy(one.unread_places > 0, `the account has no gap: ${JSON.stringify(one)}`);
  const regions = (await get(context, `topology?account=${account}`)).items;
  const dark = regions.find((each) => each.key === region);
  truthy(dark?.unread_places > 0, `the silent region is missing or whole: ${JSON.stringify(regions)}`);
  const home = regions.find((each) => each.key !== region && each.key !== 'global');
  await context.close();
  await withPage(browser, `/topology?view=list&open=${account},${account}/${home.key}`, async (page) => {
    const row = page.getByRole('treeitem').filter({ hasText: region });
    truthy(/not known|at least/.test(await row.first().textContent()), 'the silent region claims a number');
    const unknown = page.getByRole('treeitem').filter({ hasText: /not known as of now/ });
    await unknown.first().click();
    const dialog = page.getByRole('dialog', { name: /^Not known in/ });
    await dialog.getByText(`${service}:DescribeDBInstances`, { exact: true }).first().waitFor();
    await page.screenshot({ path: `${shots}faults-topology-gaps-light-desktop.png` });
    none(await faultsOf(page), 'the gaps of a region');
    await page.keyboard.press('Escape');
  });
  await withPage(browser, `/topology?view=map&at=${account}/${home.key}`, async (page) => {
    await page.locator('button[data-kind="unknown"]').first().waitFor();
    await page.screenshot({ path: `${shots}faults-topology-map-light-desktop.png` });
  });
}

export const checks = [
  { name: 'faults: a scan under way does not look complete', run: whileScanning },
  { name: 'faults: every place is asked, though a region is silent', run: scanEnds },
  { name: 'faults: the overview says what could not be asked', run: overview },
  { name: 'faults: coverage names each gap and the missing permission', run: coverage },
  { name: 'faults: one detail of one bucket is unknown, with the reason', run: bucketRow },
  { name: 'faults: the CSV file says unknown', run: csv },
  { name: 'faults: the statistics of a column count what is unknown apart', run: columnStatistics },
  { name: 'faults: nothing is marked gone', run: nothingGone },
  { name: 'faults: what the rules cannot tell stands apart', run: findingsAreApart },
  { name: 'faults: the topology shows what was not asked', run: topologyHasUnknownGroups },
  ...pages.flatMap((page) =>
    looks.map((each) => ({
      name: `faults: ${page[0]}, ${each.scheme}, ${each.width}`,
      run: (browser, shots) => look(browser, shots, page, each),
    })),
  ),
];
