import { readFileSync } from 'node:fs';
import { base, openContext, openPage, settle, widths } from '../../browser.mjs';
import { below, equal, none, truthy } from '../../expect.mjs';

const kMostRows = 60;

const ids = (page) =>
  page.locator('[role="rowgroup"] a[id^="row-"]').evaluateAll((links) => links.map((link) => link.id));
const rowCount = async (page) =>
  Number(await page.getByRole('table', { name: 'Resources' }).getAttribute('aria-rowcount')) - 1;
const url = (page) => new URL(page.url());

async function withInventory(browser, path, run, options) {
  const context = await openContext(browser);
  const page = await openPage(context, path, options);
  await page.locator('a[id^="row-"]').first().waitFor();
  await run(page, context);
  await context.close();
}

async function filterInUrl(browser) {
  await withInventory(browser, '/inventory', async (page) => {
    const all = await rowCount(page);
    await page.getByRole('combobox', { name: 'Filter' }).fill('type:ec2/volume');
    await page.waitForURL(/filter=type:ec2\/volume/);
    await page.waitForFunction((before) => {
      const table = document.querySelector('[role="table"]');
      return table && Number(table.getAttribute('aria-rowcount')) - 1 < before;
    }, all);
    const before = await ids(page);
    const count = await rowCount(page);
    await page.reload();
    await settle(page);
    await page.locator('a[id^="row-"]').first().waitFor();
    equal(await ids(page), before, 'rows after reloading');
    equal(await rowCount(page), count, 'count after reloading');
    equal(
      await page.getByRole('combobox', { name: 'Filter' }).inputValue(),
      'type:ec2/volume',
      'the filter box',
    );
  });
}

// The facets are counted longer than the first rows are read. What comes late moves nothing under the finger: on a
// phone they stand above the list.
async function facetsMoveNothing(browser) {
  const context = await openContext(browser, { viewport: widths.phone });
  let go = () => {};
  const held = new Promise((done) => {
    go = done;
  });
  await context.route(/[?&]facets=true/, async (route) => {
    await held;
    await route.continue();
  });
  const page = await context.newPage();
  await page.goto(`${base}/inventory`);
  const row = page.locator('a[id^="row-"]').first();
  await row.waitFor();
  const before = await row.boundingBox();
  go();
  await page.getByRole('group', { name: 'Narrow by' }).getByRole('button').first().waitFor();
  equal(await row.boundingBox(), before, 'place of the first row after the facets came');
  await context.close();
}

async function backRestores(browser) {
  await withInventory(browser, '/inventory?filter=type:ec2/instance', async (page) => {
    const before = await ids(page);
    await page.getByRole('columnheader', { name: 'Region' }).getByRole('button').click();
    await page.waitForURL(/sort=region/);
    await page.locator('a[id^="row-"]').first().click();
    await page.waitForURL(/id=/);
    await page.getByRole('complementary', { name: 'Resource' }).waitFor();
    await page.goBack();
    equal(url(page).searchParams.get('id'), null, 'the drawer after going back');
    equal(url(page).searchParams.get('sort'), 'region', 'the order after going back once');
    await page.goBack();
    await page.waitForFunction(() => !location.search.includes('sort='));
    await page.waitForFunction((first) => document.querySelector('a[id^="row-"]')?.id === first, before[0]);
    equal((await ids(page)).slice(0, 10), before.slice(0, 10), 'rows after going back twice');
    await page.goForward();
    equal(url(page).searchParams.get('sort'), 'region', 'the order after going forward');
  });
}

async function wholeSet(browser) {
  await withInventory(browser, '/inventory', async (page) => {
    const total = await rowCount(page);
    const rendered = await page.locator('[role="row"]').count();
    below(rendered, kMostRows, 'rendered rows');
    const scroller = page.locator('[role="table"]').locator('..');
    await scroller.evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
    await page.locator(`[role="row"][aria-rowindex="${total + 1}"] a[id^="row-"]`).waitFor();
    below(await page.locator('[role="row"]').count(), kMostRows, 'rendered rows at the end');
  });
}

function parseCsv(text) {
  const rows = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (letter === '"') quoted = false;
      else cell += letter;
    } else if (letter === '"') quoted = true;
    else if (letter === ',' || letter === '\n') {
      rows.at(-1).push(cell);
      cell = '';
      if (letter === '\n') rows.push([]);
    } else if (letter !== '\r') cell += letter;
  }
  if (cell || rows.at(-1).length > 0) rows.at(-1).push(cell);
  return rows.filter((row) => row.length > 0);
}

async function csv(browser) {
  await withInventory(browser, '/inventory?filter=type:ec2/volume', async (page, context) => {
    const total = await rowCount(page);
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /^CSV/ }).click(),
    ]);
    const rows = parseCsv(readFileSync(await download.path(), 'utf8'));
    equal(rows.length - 1, total, 'lines of the CSV file');
    const risky = rows
      .slice(1)
      .flatMap((row) => row.filter((cell) => /^[=+@\t\r-]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell)));
    equal(risky, [], 'cells that a spreadsheet takes for formulas');
    const arn = rows[0].findIndex((title) => title.toLowerCase() === 'arn');
    truthy(arn >= 0, `the file has no column arn: ${rows[0]}`);
    const wanted = new Set();
    let cursor = '';
    do {
      const answer = await context.request.get(
        `${base}/api/v1/resources?filter=type:ec2/volume&limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      const body = await answer.json();
      for (const item of body.items) wanted.add(item.arn);
      cursor = body.next_cursor;
    } while (cursor);
    const exported = new Set(rows.slice(1).map((row) => row[arn]));
    equal(
      [...wanted].filter((each) => !exported.has(each)),
      [],
      'resources that the file lacks',
    );
    equal(exported.size, wanted.size, 'resources in the file');
  });
}

async function wrongFilter(browser) {
  await withInventory(
    browser,
    '/inventory',
    async (page) => {
      const box = page.getByRole('combobox', { name: 'Filter' });
      await box.fill('prod nosuchkey:x');
      await page.locator('#filter-error').waitFor();
      equal(await box.getAttribute('aria-invalid'), 'true', 'the box says that it is wrong');
      await box.fill('type:ec2/volume');
      await page.locator('#filter-error').waitFor({ state: 'detached' });
      await page.locator('a[id^="row-"]').first().waitFor();
    },
    { allowed: /400/ },
  );
}

async function facets(browser) {
  await withInventory(browser, '/inventory', async (page) => {
    const chips = page.getByRole('group', { name: 'Narrow by' });
    await chips.getByRole('button', { name: 'Type' }).click();
    const option = page.getByRole('checkbox', { name: /^EC2 instance/i }).first();
    const label = await option.evaluate((box) => box.closest('[class*="body"]')?.textContent ?? '');
    await option.click();
    await page.waitForURL(/filter=type:ec2\/instance/);
    const expected = Number(label.replace(/^\D*2\D*/, '').replaceAll(/\D/g, ''));
    await page.waitForFunction((count) => {
      const table = document.querySelector('[role="table"]');
      return table && Number(table.getAttribute('aria-rowcount')) - 1 === count;
    }, expected);
  });
}

async function keyboard(browser) {
  await withInventory(browser, '/inventory?filter=type:ec2/instance', async (page) => {
    const [first, second] = await ids(page);
    await page.keyboard.press('j');
    await page.waitForFunction((id) => document.activeElement?.id === id, first);
    await page.keyboard.press('x');
    await page.getByRole('region', { name: 'Selection' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Resource' }).waitFor();
    await page.keyboard.press(']');
    await page.waitForURL(new RegExp(`id=${encodeURIComponent(second.slice(4))}`));
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Resource' }).waitFor({ state: 'detached' });
    await page.waitForFunction((id) => document.activeElement?.id === id, second);
    await page.keyboard.press('/');
    equal(await page.evaluate(() => document.activeElement?.id), 'filter', 'the focus after /');
    await page.keyboard.type('x');
    equal(await page.getByRole('region', { name: 'Selection' }).isVisible(), true, 'typing does not select');
  });
}

async function columnsInUrl(browser) {
  await withInventory(browser, '/inventory?columns=name,region&sort=region&order=desc', async (page) => {
    const titles = await page.getByRole('columnheader').allTextContents();
    equal(titles.filter(Boolean), ['Name', 'Region'], 'columns of the URL');
    equal(
      await page.getByRole('columnheader', { name: 'Region' }).getAttribute('aria-sort'),
      'descending',
      'the order',
    );
  });
}

async function scopeStays(browser) {
  await withInventory(browser, '/inventory', async (page) => {
    const all = await rowCount(page);
    await page.getByRole('button', { name: /^Scope/ }).click();
    await page.getByRole('group', { name: 'Accounts' }).getByRole('checkbox').first().click();
    await page.waitForURL(/accounts=\d{12}/);
    await page.keyboard.press('Escape');
    await page.waitForFunction((before) => {
      const table = document.querySelector('[role="table"]');
      return table && Number(table.getAttribute('aria-rowcount')) - 1 < before;
    }, all);
    await page.getByRole('link', { name: 'Coverage', exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Coverage' }).waitFor();
    truthy(url(page).searchParams.get('accounts'), 'the scope is gone after walking to another page');
  });
}

// The figure of the overview leads to the very resources that it counts.
async function untagged(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/');
  const figure = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'Without tags' }) });
  const counted = Number((await figure.getByText(/^[\d,]+$/).textContent()).replaceAll(',', ''));
  await page.getByRole('link', { name: 'Without tags' }).click();
  await page.getByRole('heading', { level: 1, name: 'Inventory' }).waitFor();
  await page.locator('a[id^="row-"]').first().waitFor();
  equal(await rowCount(page), counted, 'untagged resources in the list');
  none(page.faults, 'from the overview to the untagged resources');
  await context.close();
}

// Who comes to an empty filter box is told what can be asked for; a wrong filter is explained once.
async function filterHelp(browser) {
  await withInventory(browser, '/inventory', async (page) => {
    await page.keyboard.press('/');
    await page.getByRole('option', { name: /^created:/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('listbox', { name: 'Completions' }).waitFor({ state: 'hidden' });
  });
}

export const checks = [
  { name: 'inventory: the figure of untagged resources leads to them', run: untagged },
  { name: 'inventory: an empty filter box offers its keys', run: filterHelp },
  { name: 'inventory: filter, URL, reload, same rows', run: filterInUrl },
  { name: 'inventory: the facets move no row when they come', run: facetsMoveNothing },
  { name: 'inventory: back and forward restore', run: backRestores },
  { name: 'inventory: the whole set by scrolling, few rows drawn', run: wholeSet },
  { name: 'inventory: CSV is the filtered set, without formulas', run: csv },
  { name: 'inventory: a wrong filter says where, and recovers', run: wrongFilter },
  { name: 'inventory: a facet narrows to its count', run: facets },
  { name: 'inventory: by keyboard alone', run: keyboard },
  { name: 'inventory: columns and order in the URL', run: columnsInUrl },
  { name: 'inventory: the scope goes along to other pages', run: scopeStays },
];
