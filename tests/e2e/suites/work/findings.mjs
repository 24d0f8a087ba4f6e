// What people do with findings: narrow them, read one, decide about it, and see it at its resource.
import { base, faultsOf, openContext, openPage, settle } from '../../browser.mjs';
import { equal, none, truthy } from '../../expect.mjs';

const kRulesMs = 60_000;

// The rules run behind the scan: until they have, there is nothing to look at.
async function withFindings(browser, path, run) {
  const context = await openContext(browser);
  const until = Date.now() + kRulesMs;
  let found = 0;
  while (found === 0 && Date.now() < until) {
    const answer = await context.request.get(`${base}/api/v1/findings?limit=1`);
    truthy(answer.ok(), `findings answer ${answer.status()}`);
    found = (await answer.json()).total;
    if (found === 0) await new Promise((done) => setTimeout(done, 500));
  }
  truthy(found > 0, 'the rules found nothing');
  const page = await openPage(context, path);
  await run(page, context);
  await settle(page); // the check may have walked to another page, of which it has seen a part
  none(await faultsOf(page), path);
  await context.close();
}

const rowCount = async (page) =>
  Number(await page.getByRole('table', { name: 'Findings' }).getAttribute('aria-rowcount')) - 1;
const links = (page) => page.locator('a[id^="finding-"]');

async function narrowing(browser) {
  await withFindings(browser, '/findings', async (page) => {
    const all = await rowCount(page);
    await page.getByRole('button', { name: 'Category', exact: true }).click();
    await page.getByRole('checkbox').first().check();
    await page.waitForURL(/category=/);
    await page.keyboard.press('Escape');
    truthy((await rowCount(page)) <= all, 'a category holds more than everything');
    await page.getByRole('columnheader', { name: 'Finding' }).getByRole('button').click();
    await page.waitForURL(/sort=rule/);
    await page.reload();
    await links(page).first().waitFor();
    truthy(page.url().includes('category='), 'the category is not kept');
  });
}

async function decision(browser) {
  await withFindings(browser, '/findings', async (page) => {
    const first = links(page).first();
    const id = (await first.getAttribute('id')).replace('finding-', '');
    await first.click();
    const drawer = page.getByRole('complementary', { name: 'Finding' });
    await drawer.getByRole('heading', { name: 'Why it matters' }).waitFor();
    await drawer.getByRole('tab', { name: 'AWS CLI' }).click();
    truthy(
      (await drawer.getByRole('region', { name: 'Commands' }).textContent()).includes('aws '),
      'no command',
    );
    none(await faultsOf(page), 'the drawer');
    await drawer.getByRole('button', { name: 'Acknowledge' }).click();
    const dialog = page.getByRole('dialog', { name: 'Acknowledge' });
    await dialog.getByRole('textbox').fill('seen by the browser');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await drawer.getByText('seen by the browser').first().waitFor();
    await page.goto(`${base}/findings?state=acknowledged&id=${id}`);
    await drawer.getByText('by ', { exact: false }).first().waitFor();
    await drawer.getByRole('button', { name: 'Reopen' }).click();
    await drawer.getByRole('button', { name: 'Acknowledge' }).waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
  });
}

async function atTheResource(browser) {
  await withFindings(browser, '/findings', async (page) => {
    const title = await links(page).first().textContent();
    await links(page).first().click();
    const drawer = page.getByRole('complementary', { name: 'Finding' });
    await drawer.locator('a[href^="/r/"]').click();
    const panel = page.getByRole('region', { name: 'Findings' });
    await panel.getByRole('link', { name: title }).first().waitFor();
  });
}

async function overviewAgrees(browser) {
  await withFindings(browser, '/', async (page) => {
    const attention = page.getByRole('region', { name: 'Needs attention' });
    const link = attention.locator('a[href^="/findings?rule="]').first();
    await link.waitFor();
    const said = Number(/([\d,.\s]+) findings?/.exec(await attention.textContent())[1].replaceAll(/\D/g, ''));
    await link.click();
    await page.getByRole('table', { name: 'Findings' }).waitFor();
    equal(await rowCount(page), said, 'findings on both pages');
  });
}

export const checks = [
  { name: 'findings: narrowing and ordering stand in the URL', run: narrowing },
  { name: 'findings: one is read, acknowledged and reopened', run: decision },
  { name: 'findings: a finding leads to its resource, which names it', run: atTheResource },
  { name: 'findings: the overview and the page agree', run: overviewAgrees },
];
