// What people keep: views of the pages, statements of the console, and how they like the dashboard.
import { base, faultsOf, openContext, openPage, scanned, settle, still } from '../../browser.mjs';
import { equal, none, truthy } from '../../expect.mjs';
import { addPerson, contextOf } from '../../people.mjs';

const kFilter = 'type:ec2/volume';
const unique = (name) => `${name} ${Date.now().toString(36)}`;
const button = (page, name) => page.getByRole('button', { name, exact: true });
const item = (page, name) => page.getByRole('menuitem', { name });

// A view is named in the button once it is the current one.
const viewsButton = (page, word = 'Views') => page.getByRole('button', { name: new RegExp(`^${word}`) });

async function saveAs(page, name, { shared = false, word = 'Views' } = {}) {
  await viewsButton(page, word).click();
  await item(page, 'Save as…').click();
  const dialog = page.getByRole('dialog', { name: /^Save this/ });
  await dialog.getByLabel('Name').fill(name);
  if (shared) await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await button(page, `${word}: ${name}`).waitFor();
}

const rowsOf = async (page) =>
  Number(await page.getByRole('table', { name: 'Resources' }).getAttribute('aria-rowcount')) - 1;

async function lifeOfAView(browser, shots) {
  const context = await openContext(browser);
  await scanned(context);
  const page = await openPage(context, `/inventory?filter=${kFilter}&columns=name,region&sort=region`);
  const rows = await rowsOf(page);
  const name = unique('Volumes');
  await saveAs(page, name);
  await page.reload();
  await button(page, `Views: ${name}`).waitFor();
  const filter = page.getByRole('combobox', { name: 'Filter' });
  await filter.fill('');
  await filter.press('Enter');
  await button(page, `Views: ${name} changed`).waitFor();
  await settle(page);
  truthy((await rowsOf(page)) > rows, 'the filter is not off');
  await viewsButton(page).click();
  await item(page, `Update “${name}”`).waitFor();
  await still(page);
  await page.screenshot({ path: `${shots}views-changed.png` });
  await settle(page);
  none(await faultsOf(page), 'the menu of a view that was changed');
  await item(page, name).first().click();
  await page.waitForURL((url) => url.searchParams.get('filter') === kFilter);
  await button(page, `Views: ${name}`).waitFor();
  await settle(page);
  equal(await rowsOf(page), rows, 'rows of the view');
  equal(
    (await page.getByRole('columnheader').allTextContents()).filter(Boolean),
    ['Name', 'Region'],
    'columns of the view',
  );

  await page.getByRole('columnheader', { name: 'Region' }).getByRole('button').click();
  await button(page, `Views: ${name} changed`).waitFor();
  await viewsButton(page).click();
  await item(page, `Update “${name}”`).click();
  await button(page, `Views: ${name}`).waitFor();
  await viewsButton(page).click();
  await item(page, 'Rename…').click();
  const renamed = unique('Disks');
  const dialog = page.getByRole('dialog', { name: 'Rename the view' });
  await dialog.getByLabel('Name').fill(renamed);
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await button(page, `Views: ${renamed}`).waitFor();
  await page.goto(`${base}/inventory`);
  await viewsButton(page).click();
  await item(page, renamed).click();
  await page.waitForURL(/order=desc/);
  await viewsButton(page).click();
  await item(page, 'Delete…').click();
  await page.getByRole('dialog', { name: 'Delete the view' }).getByRole('button', { name: 'Delete' }).click();
  await button(page, 'Views').waitFor();
  truthy(page.url().includes(`filter=${kFilter}`), 'what is shown went with the view');
  await viewsButton(page).click();
  await page
    .getByText(/No view is saved yet|Save as/)
    .first()
    .waitFor();
  equal(await item(page, renamed).count(), 0, 'views of that name');
  await settle(page);
  none(await faultsOf(page), 'the menu');
  await context.close();
}

// The same control on each page; what is private stays so, also for an administrator.
async function sharedAndPrivate(browser) {
  const admin = await openContext(browser);
  const pages = [
    ['inventory', `filter=${kFilter}`],
    ['findings', 'severity=low'],
    ['changes', 'range=30d'],
  ];
  const other = await contextOf(browser, await addPerson(browser, admin));
  for (const [path, words] of pages) {
    const hidden = unique(`${path} mine`);
    const shown = unique(`${path} ours`);
    const mine = await openPage(admin, `/${path}?${words}`);
    await saveAs(mine, hidden);
    await saveAs(mine, shown, { shared: true });
    const theirs = await openPage(other, `/${path}`);
    await viewsButton(theirs).click();
    await item(theirs, shown).waitFor();
    equal(await item(theirs, hidden).count(), 0, `private views that others see on ${path}`);
    await item(theirs, shown).click();
    await theirs.waitForURL((url) => url.search.includes(words));
    await button(theirs, `Views: ${shown}`).waitFor();
    await viewsButton(theirs).click();
    await item(theirs, 'Go on without it').waitFor();
    equal(await item(theirs, 'Delete…').count(), 0, 'ways to delete what somebody else shares');
    // The address of a private view tells nothing, not even its name.
    const id = new URL(mine.url()).searchParams.get('saved');
    const answer = await other.request.fetch(`${base}/api/v1/views?kind=${path}`);
    truthy((await answer.text()).includes(id), 'the shared view is not in the list');
    truthy(!(await answer.text()).includes(hidden), 'the private view is in the list');
    await settle(theirs);
    none([...(await faultsOf(theirs)), ...mine.faults], path);
    await mine.close();
    await theirs.close();
  }
  await other.close();
  await admin.close();
}

async function preferences(browser) {
  const admin = await openContext(browser);
  const name = await addPerson(browser, admin);
  const first = await contextOf(browser, name);
  const page = await openPage(first, '/inventory');
  await button(page, 'Columns').click();
  await page.getByRole('checkbox', { name: 'State' }).uncheck();
  await page.getByRole('checkbox', { name: 'ARN' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Theme/ }).click();
  await item(page, 'Dark').click();
  await page.getByRole('button', { name: /^User menu/ }).click();
  await item(page, 'Show times in UTC').click();
  // At once: what was chosen just before the page goes is told by the next one.
  await page.goto(`${base}/inventory`);
  await page.getByRole('columnheader', { name: 'ARN' }).waitFor();
  await page.waitForFunction(() => localStorage.getItem('hm-prefs-untold') === 'false');
  await first.close();

  const second = await contextOf(browser, name);
  const again = await openPage(second, '/inventory');
  await again.waitForFunction(() => document.documentElement.dataset.mantineColorScheme === 'dark');
  await again.getByRole('columnheader', { name: 'ARN' }).waitFor();
  equal(await again.getByRole('columnheader', { name: 'State' }).count(), 0, 'columns that were put away');
  await again.getByRole('button', { name: /^User menu/ }).click();
  await item(again, 'Show times in local zone').waitFor();
  await settle(again);
  none(await faultsOf(again), 'another browser');
  await again.keyboard.press('Escape');
  // Somebody else in the same browser has their own.
  await second.clearCookies();
  const context = await openContext(browser);
  await second.addCookies(await context.cookies());
  const others = await openPage(second, '/inventory');
  await others.waitForFunction(() => document.documentElement.dataset.mantineColorScheme === 'light');
  equal(await others.getByRole('columnheader', { name: 'ARN' }).count(), 0, "columns of somebody else's");
  await context.close();
  await second.close();
  await admin.close();
}

// Tables of settings: what is put away stays away after a reload, and comes back.
async function tableColumns(browser, shots) {
  const admin = await openContext(browser);
  const page = await openPage(admin, '/settings?tab=accounts');
  const heads = page.getByRole('table', { name: 'Accounts' }).getByRole('columnheader');
  const all = await heads.count();
  await button(page, 'Columns').click();
  await page.getByRole('checkbox').nth(1).uncheck();
  equal(await heads.count(), all - 1, 'columns');
  await page.waitForFunction(() => localStorage.getItem('hm-prefs-untold') === 'false');
  await page.reload();
  await heads.first().waitFor();
  equal(await heads.count(), all - 1, 'columns after a reload');
  await button(page, 'Columns').click();
  await still(page);
  await page.screenshot({ path: `${shots}table-columns.png` });
  await settle(page);
  none(await faultsOf(page), 'the chooser');
  await button(page, 'Back to default').click();
  equal(await heads.count(), all, 'columns by default');
  await page.waitForFunction(() => localStorage.getItem('hm-prefs-untold') === 'false');
  await admin.close();
}

// Each table, wherever it stands, lets its columns be chosen in the corner of its head.
async function everyTable(browser, shots) {
  const admin = await openContext(browser);
  const paths = ['/tags', '/quotas', '/coverage', '/spending'];
  const tabs = ['users', 'audit', 'server'];
  for (const path of [...paths, ...tabs.map((tab) => `/settings?tab=${tab}`)]) {
    const page = await openPage(admin, path);
    const tables = page.locator('table[aria-label]:not([role="grid"])');
    await tables.first().waitFor();
    for (const table of await tables.all()) {
      const label = `${path}: ${await table.getAttribute('aria-label')}`;
      const box = table.locator('xpath=../..');
      const heads = table.locator('thead th');
      const all = await heads.count();
      await box.getByRole('button', { name: 'Columns', exact: true }).click();
      await box.locator('input[type="checkbox"]:not([disabled])').first().uncheck();
      equal(await heads.count(), all - 1, label);
      await box.getByRole('button', { name: 'Back to default' }).click();
      equal(await heads.count(), all, label);
      await page.keyboard.press('Escape');
    }
    if (path === '/coverage') {
      const plan = page.getByRole('table', { name: 'Refresh plan' });
      await plan.getByRole('button').first().click();
      await plan.locator('xpath=../..').getByRole('button', { name: 'Columns', exact: true }).click();
      await page.getByRole('checkbox', { name: 'Next due' }).uncheck();
      await page.getByRole('checkbox', { name: 'Calls, month' }).uncheck();
      const widths = await plan
        .locator('tr')
        .evaluateAll((rows) => [
          ...new Set(rows.map((row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0))),
        ]);
      equal(widths, [8], 'cells of each row of the plan');
      await still(page);
      await page.screenshot({ path: `${shots}plan-columns.png` });
      await page.getByRole('button', { name: 'Back to default' }).click();
    }
    await settle(page);
    none(await faultsOf(page), path);
    await page.waitForFunction(() => localStorage.getItem('hm-prefs-untold') === 'false');
    await page.close();
  }
  await admin.close();
}

async function findingColumns(browser) {
  const admin = await openContext(browser);
  const page = await openPage(admin, '/findings');
  const heads = page.getByRole('table', { name: 'Findings' }).getByRole('columnheader');
  await heads.first().waitFor();
  await button(page, 'Columns').click();
  await page.getByRole('checkbox', { name: 'Account' }).uncheck();
  equal(
    await heads.allTextContents(),
    ['Severity', 'Finding', 'Resource', 'State', 'Opened'],
    'columns that are left',
  );
  await settle(page);
  none(await faultsOf(page), 'findings with fewer columns');
  await button(page, 'Back to default').click();
  equal(await heads.count(), 6, 'columns by default');
  await page.waitForFunction(() => localStorage.getItem('hm-prefs-untold') === 'false');
  await admin.close();
}

export const checks = [
  { name: 'views: saved, kept, changed, updated, renamed and deleted', run: lifeOfAView },
  { name: 'views: others see what is shared and nothing that is private', run: sharedAndPrivate },
  { name: 'views: choices go along to another browser, and are each person’s own', run: preferences },
  { name: 'views: the columns of the findings are chosen', run: findingColumns },
  { name: 'views: the columns of a table are chosen and kept', run: tableColumns },
  { name: 'views: the columns of every table are chosen', run: everyTable, limitMs: 240_000 },
];
