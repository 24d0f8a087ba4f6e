// Small things that were wrong once, each as a person meets it.
import { base, logIn, openContext, openPage, password, settle, user } from '../../browser.mjs';
import { equal, truthy } from '../../expect.mjs';

async function withPage(browser, path, run, { allowed, ...options } = {}) {
  const context = await openContext(browser, options);
  const page = await openPage(context, path, { allowed });
  await run(page, context);
  equal(page.faults, [], path);
  await context.close();
}

const get = async (context, path) => (await context.request.get(`${base}/api/v1/${path}`)).json();
const firstRow = (page) => page.locator('a[id^="row-"]').first();

async function namedFacets(browser) {
  await withPage(browser, '/inventory', async (page, context) => {
    const { facets } = await get(context, 'resources?limit=1&facets=true');
    const { values } = facets.find((facet) => facet.key === 'state');
    truthy(
      values.some((each) => each.value === ''),
      'every resource has a state, so this check shows nothing',
    );
    await page.getByRole('group', { name: 'Narrow by' }).getByRole('button', { name: 'State' }).click();
    const boxes = page.getByRole('dialog', { name: 'State' }).getByRole('checkbox');
    await boxes.first().waitFor();
    const names = await boxes.evaluateAll((all) =>
      all.map((box) => box.labels[0]?.textContent.replaceAll(/[\d,.\s]/g, '') ?? ''),
    );
    equal(
      names.filter((name) => name === ''),
      [],
      'entries without a name',
    );
  });
}

async function notRead(browser) {
  const context = await openContext(browser);
  const { facets } = await get(context, 'resources?limit=1&facets=true');
  const types = facets.find((facet) => facet.key === 'type').values;
  let found;
  for (const { value } of types) {
    const { items } = await get(context, `resources?limit=1&filter=type:${value}`);
    found = items.find((each) => each.not_read.includes('created_at'));
    if (found) break;
  }
  truthy(found, 'every type tells when a resource was created, so this check shows nothing');
  const page = await openPage(context, `/r/${found.id}`);
  const row = page.locator('dl > div').filter({ has: page.getByText('Created', { exact: true }) });
  equal(await row.locator('dd').textContent(), 'not read', 'when it was created');
  await context.close();
}

async function selectingInDialog(browser) {
  await withPage(browser, '/settings?tab=keys', async (page) => {
    await page.getByRole('button', { name: 'Make a key' }).click();
    const box = page.getByLabel('Name');
    await box.fill('a name to select');
    const place = await box.boundingBox();
    await page.mouse.move(place.x + 40, place.y + place.height / 2);
    await page.mouse.down();
    await page.mouse.move(5, place.y, { steps: 4 });
    await page.mouse.up();
    truthy(await box.isVisible(), 'selecting a text closed the dialog');
    await page.mouse.click(5, 5);
    await box.waitFor({ state: 'detached' });
  });
}

// The drawer hides neither the bar, which has two lines on a narrow window, nor the banner below it.
async function drawerBelowTheBar(browser) {
  const viewport = { width: 700, height: 900 };
  await withPage(
    browser,
    '/inventory',
    async (page) => {
      await firstRow(page).click();
      const drawer = page.getByRole('complementary', { name: 'Resource' });
      await drawer.getByRole('tab', { name: 'Summary' }).waitFor();
      const bar = await page.locator('header').first().boundingBox();
      const { y } = await drawer.boundingBox();
      truthy(y >= bar.y + bar.height, `the drawer begins at ${y}, the bar ends at ${bar.y + bar.height}`);
    },
    { viewport },
  );
}

async function wordFollowsUrl(browser) {
  await withPage(browser, '/findings', async (page) => {
    const box = page.getByRole('textbox', { name: /^Find by/ });
    await box.fill('public');
    await page.waitForURL(/word=public/);
    const menu = page.getByRole('navigation', { name: 'Main' });
    await menu.getByRole('link', { name: 'Findings', exact: true }).click();
    await page.waitForURL((url) => !url.search.includes('word='));
    await page.waitForFunction(() => document.querySelector('form[role="search"] input').value === '');
  });
}

async function externalIdStays(browser) {
  await withPage(browser, '/connect', async (page) => {
    const shown = () => page.locator('dd code').nth(1).textContent();
    const first = await shown();
    await page.reload();
    await settle(page);
    await page.getByLabel('Role ARN').waitFor();
    equal(await shown(), first, 'the external id after reloading');
    await page.getByRole('textbox', { name: 'External id' }).fill('one-of-an-older-role');
    const trust = page.getByRole('region', { name: 'Trust policy' });
    await trust.getByText('one-of-an-older-role').waitFor();
    await page.getByRole('textbox', { name: 'External id' }).fill('short');
    truthy(await page.getByText('At least 16 characters').isVisible(), 'a short id is taken');
  });
}

async function visitsAreForgotten(browser) {
  const run = async (page) => {
    await logIn(page, user, password);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('coverage');
    await page.getByRole('option', { name: 'Coverage' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Coverage' }).waitFor();
    await page.getByRole('button', { name: /^User menu/ }).click();
    await page.getByRole('menuitem', { name: /^Log out/ }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    truthy(!kept.includes('/coverage'), `where the person was is still there: ${kept}`);
    await logIn(page, user, password);
    await page.getByRole('heading', { level: 1, name: 'Coverage' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('option').first().waitFor();
    equal(await page.getByRole('group', { name: 'Recent' }).count(), 0, 'recent visits after logging out');
  };
  await withPage(browser, '/', run, { anonymous: true, allowed: /401/ });
}

async function auditInUrl(browser) {
  await withPage(browser, '/settings?tab=audit', async (page) => {
    await page.getByRole('textbox', { name: 'Who' }).fill('nobody-of-that-name');
    await page.waitForURL(/actor=nobody/);
    await page.getByText('No entry fits').waitFor();
    await page.reload();
    await page.getByText('No entry fits').waitFor();
    const who = page.getByRole('textbox', { name: 'Who' });
    equal(await who.inputValue(), 'nobody-of-that-name', 'the filter after reloading');
  });
}

async function sortedFromTheTop(browser) {
  await withPage(browser, '/inventory', async (page) => {
    await firstRow(page).waitFor();
    const scroller = page.getByRole('table', { name: 'Resources' }).locator('..');
    await scroller.evaluate((box) => box.scrollTo({ top: 30_000 }));
    await page.locator('[role="row"][aria-rowindex="850"]').waitFor();
    await page.getByRole('columnheader', { name: 'Region' }).getByRole('button').click();
    await page.waitForURL(/sort=region/);
    await page.locator('[role="row"][aria-rowindex="2"] a[id^="row-"]').waitFor();
    equal(await scroller.evaluate((box) => box.scrollTop), 0, 'how far it is scrolled');
  });
}

async function consoleAndScope(browser) {
  await withPage(browser, '/query?accounts=123456789012', async (page) => {
    await page.getByText('The scope at the top does not narrow it').waitFor();
  });
}

async function exportOfWrongFilter(browser) {
  const run = async (page) => {
    await page.locator('#filter-error').waitFor();
    await page.locator('h1').click();
    await page.keyboard.press('e');
    await page.getByText('there is nothing to export').waitFor();
    truthy(page.url().includes('/inventory'), `the page was left for ${page.url()}`);
    truthy(await page.getByRole('button', { name: 'Export' }).isDisabled(), 'a wrong filter can be exported');
  };
  await withPage(browser, '/inventory?filter=nosuchkey:x', run, { allowed: /400/ });
}

async function cardsNamePlaces(browser) {
  const viewport = { width: 390, height: 844 };
  const run = async (page, context) => {
    const { items } = await get(context, 'findings?limit=1&state=open');
    const row = page.getByRole('row').filter({ has: page.locator(`#finding-${items[0].id}`) });
    await row.waitFor();
    truthy(await row.getByText(items[0].resource.name).first().isVisible(), 'the card names no resource');
    truthy(await row.getByText(items[0].account_name).first().isVisible(), 'the card names no account');
  };
  await withPage(browser, '/findings', run, { viewport });
}

export const checks = [
  { name: 'details: a facet has no entry without a name', run: namedFacets },
  { name: 'details: what is not asked for is not read, not none', run: notRead },
  { name: 'details: selecting a text does not close its dialog', run: selectingInDialog },
  { name: 'details: the drawer begins below the bar', run: drawerBelowTheBar },
  { name: 'details: the word to find follows the URL', run: wordFollowsUrl },
  { name: 'details: the external id stays, and can be another', run: externalIdStays },
  { name: 'details: recent visits end with the session', run: visitsAreForgotten },
  { name: 'details: the audit filter stands in the URL', run: auditInUrl },
  { name: 'details: another order begins at the top', run: sortedFromTheTop },
  { name: 'details: the console says that the scope does not narrow it', run: consoleAndScope },
  { name: 'details: a wrong filter exports nothing', run: exportOfWrongFilter },
  { name: 'details: findings on a phone name resource and account', run: cardsNamePlaces },
];
