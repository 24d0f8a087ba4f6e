// What people do on the other pages.
import { base, openContext, openPage } from '../../browser.mjs';
import { equal, truthy } from '../../expect.mjs';

async function withPage(browser, path, run, options) {
  const context = await openContext(browser);
  const page = await openPage(context, path, options);
  await run(page, context);
  await context.close();
}

const figure = async (page, title) =>
  page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: title }) })
    .locator('p')
    .first()
    .textContent();

async function overviewAgrees(browser) {
  await withPage(browser, '/', async (page) => {
    const shown = (await figure(page, 'Resources'))?.replaceAll(/\D/g, '');
    await page.getByRole('heading', { name: 'Resources' }).getByRole('link').click();
    const table = page.getByRole('table', { name: 'Resources' });
    await table.waitFor();
    equal(String(Number(await table.getAttribute('aria-rowcount')) - 1), shown, 'resources on both pages');
  });
}

async function typeLeadsToList(browser) {
  await withPage(browser, '/', async (page) => {
    const row = page.getByRole('region', { name: 'What you own' }).getByRole('row').nth(1);
    const expected = (await row.getByRole('cell').last().textContent())?.replaceAll(/\D/g, '');
    await row.getByRole('link').click();
    const table = page.getByRole('table', { name: 'Resources' });
    await table.waitFor();
    equal(String(Number(await table.getAttribute('aria-rowcount')) - 1), expected, 'resources of the type');
  });
}

async function matrix(browser) {
  await withPage(browser, '/coverage', async (page) => {
    const grid = page.getByRole('grid', { name: 'Sweeps' });
    equal(
      await grid.locator('button[data-at][tabindex="0"]').count(),
      1,
      'places where Tab enters the matrix',
    );
    const folded = await grid.locator('thead tr').nth(1).getByRole('columnheader').count();
    const { items: types } = await (await page.request.get(`${base}/api/v1/types`)).json();
    truthy(folded < types.length / 2, `columns of the folded matrix: ${folded} of ${types.length} types`);
    // The cell of a folded service tells how many of its sweeps ended how, and unfolds it.
    await grid
      .getByRole('button', { name: /^ec2, .*: \d+ OK/ })
      .first()
      .click();
    equal(
      await grid.getByRole('button', { name: 'ec2', exact: true }).getAttribute('aria-expanded'),
      'true',
      'whether the service is unfolded',
    );
    const cell = grid.getByRole('button', { name: /^EBS volume, .*: OK$/ }).first();
    await cell.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Last complete').waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByText('Last complete').waitFor({ state: 'detached' });
    truthy(
      await cell.evaluate((each) => each === document.activeElement),
      'the cell has not got the focus back',
    );
    await page.keyboard.press('ArrowRight');
    truthy(await cell.evaluate((each) => each !== document.activeElement), 'the arrow key did not move');
  });
}

// When what is asked for again.
async function refreshPlan(browser, shots) {
  await withPage(browser, '/coverage', async (page) => {
    const plan = page.getByRole('table', { name: 'Refresh plan' });
    await plan.getByRole('button', { name: /^ec2/ }).click();
    const row = plan.getByRole('row').filter({ hasText: 'EBS volume' }).first();
    await row.waitFor();
    await row.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${shots}refresh-plan.png` });
    const text = await row.textContent();
    truthy(text.includes('5 min') && !text.includes('unknown'), `the plan of volumes: ${text}`);
  });
}

async function query(browser) {
  await withPage(
    browser,
    '/query',
    async (page) => {
      const editor = page.getByRole('textbox', { name: 'SQL statement' });
      await editor.fill('select type, count(*) as n from (select 1 as type) group by type');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('region', { name: 'Rows' }).getByRole('cell').first().waitFor();
      truthy(page.url().includes('sql='), 'the statement is not in the URL');
      await editor.fill('delete from aws_ec2_instance');
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByRole('alert').waitFor();
    },
    { allowed: /400/ },
  );
}

async function connect(browser) {
  await withPage(
    browser,
    '/connect',
    async (page) => {
      const id = await page.locator('dd code').nth(1).textContent();
      await page.getByRole('button', { name: 'Copy the external id' }).click();
      await page.getByRole('status').filter({ hasText: 'Copied the external id' }).waitFor();
      equal(await page.evaluate(() => navigator.clipboard.readText()), id, 'the copied external id');
      await page.getByRole('button', { name: 'Policies' }).click();
      const policies = page.getByRole('region', { name: /^Permissions/ });
      await policies.first().waitFor();
      const actions = (await policies.allTextContents()).flatMap((text) =>
        JSON.parse(text).Statement.flatMap((statement) => statement.Action),
      );
      const answer = await page.request.get(new URL('/api/v1/iam-policy', page.url()).href);
      equal(actions.length, (await answer.json()).permissions.length, 'actions in the policies');
      const trust = await page.getByRole('region', { name: /^Trust policy/ }).textContent();
      truthy(trust?.includes(id ?? '?'), 'the trust policy does not name the external id');
      await page.getByLabel('Role ARN').fill('arn:aws:iam::000000000000:role/NoSuchRole');
      await page.getByRole('button', { name: 'Test' }).click();
      await page.getByRole('alert').waitFor();
    },
    { allowed: /40\d|502/ },
  );
}

async function key(browser) {
  const name = `e2e ${Date.now()}`;
  await withPage(browser, '/settings?tab=keys', async (page) => {
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Make the key' }).click();
    const dialog = page.getByRole('dialog', { name: `Key ${name}` });
    const secret = await dialog.locator('code').textContent();
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    const base = new URL(page.url()).origin;
    const headers = { Authorization: `Bearer ${secret}` };
    equal((await fetch(`${base}/api/v1/session`, { headers })).status, 200, 'the key');
    const row = page.getByRole('row').filter({ hasText: name });
    await row.getByRole('button', { name: 'Revoke' }).click();
    const confirm = page.getByRole('dialog', { name: `Revoke ${name}` });
    await confirm.getByRole('textbox').fill(name);
    await confirm.getByRole('button', { name: 'Revoke the key' }).click();
    await confirm.waitFor({ state: 'hidden' });
    equal((await fetch(`${base}/api/v1/session`, { headers })).status, 401, 'the revoked key');
    await page.reload();
    truthy(!(await page.content()).includes(secret ?? '?'), 'the secret is shown again');
  });
}

// After a walk to another page, the focus is in that page.
async function focusGoesAlong(browser) {
  await withPage(browser, '/', async (page) => {
    for (const title of ['Coverage', 'Findings', 'Inventory', 'Overview', 'Coverage']) {
      await page
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link', { name: title, exact: true })
        .click();
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      await page.waitForFunction(
        (wanted) =>
          document.activeElement?.id === 'page-title' && document.activeElement.textContent === wanted,
        title,
        { timeout: 3000 },
      );
    }
    await page.goto(`${new URL(page.url()).origin}/inventory`);
    await page.locator('a[id^="row-"]').first().click();
    await page.getByRole('link', { name: 'Open full page' }).click();
    await page.waitForURL(/\/r\//);
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1', undefined, { timeout: 3000 });
  });
}

async function theme(browser) {
  await withPage(browser, '/', async (page) => {
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await page.goto(page.url(), { waitUntil: 'commit' });
    await page.waitForFunction(() => document.body !== null);
    equal(
      await page.evaluate(() => document.documentElement.dataset.mantineColorScheme),
      'dark',
      'the theme at once',
    );
    // It is the person's, and so every other check's.
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('menuitem', { name: 'As the system' }).click();
    await page.waitForFunction(
      () =>
        localStorage.getItem('hm-theme') === 'auto' && localStorage.getItem('hm-prefs-untold') === 'false',
    );
  });
}

// The menus of the top bar come beside the page: a press that is quicker than the network is not lost.
async function earlyPress(browser) {
  const context = await openContext(browser);
  let release;
  const held = new Promise((done) => (release = done));
  await context.route(/top_menus-.*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  const page = await openPage(context, '/');
  await page.getByRole('button', { name: /^User menu/ }).click();
  equal(await page.getByRole('menuitem').count(), 0, 'menu items that are not loaded yet');
  release();
  await page.getByRole('menuitem', { name: /^Log out/ }).waitFor();
  await context.close();
}

export const checks = [
  { name: 'work: overview and inventory agree', run: overviewAgrees },
  { name: 'work: a type leads to its list', run: typeLeadsToList },
  { name: 'work: the coverage matrix by pointer and keyboard', run: matrix },
  { name: 'work: the refresh plan', run: refreshPlan },
  { name: 'work: SQL runs, is kept in the URL, and refuses writes', run: query },
  { name: 'work: connecting an account says what AWS said', run: connect },
  { name: 'work: a key is shown once, works, and is revoked', run: key },
  { name: 'work: the focus goes along to the next page', run: focusGoesAlong },
  { name: 'work: a menu that is pressed before it is loaded opens once it is', run: earlyPress },
  { name: 'work: the theme is kept and set before the page shows', run: theme },
];
