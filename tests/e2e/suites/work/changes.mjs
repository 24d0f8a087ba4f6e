// What changes in AWS reaches a page that is open.
import { base, faultsOf, openContext, openPage, scanned, settle, widths } from '../../browser.mjs';
import { equal, none, truthy } from '../../expect.mjs';
import { awsCall, startCompany } from '../../simulator.mjs';

const { HM_E2E_AWS, HM_E2E_SIMULATOR, HM_E2E_RESOURCES, HM_E2E_SEED } = process.env;

async function instanceStops(browser, shots) {
  if (!HM_E2E_AWS || !HM_E2E_SIMULATOR) return { skipped: 'the server is not a demo that this run started' };
  const company = await startCompany(HM_E2E_SIMULATOR, { resources: HM_E2E_RESOURCES, seed: HM_E2E_SEED });
  company.stop();
  const context = await openContext(browser);
  await scanned(context);
  const list = await context.request.get(
    `${base}/api/v1/resources?filter=${encodeURIComponent('type:ec2/instance state:running region:eu-west-1')}&limit=50`,
  );
  const found = (await list.json()).items.at(-1);
  const page = await openPage(context, `/inventory?filter=type:ec2/instance+${found.key}`);
  const row = page.getByRole('row').filter({ has: page.locator(`#row-${found.id}`) });
  await row.getByRole('cell', { name: 'running', exact: true }).waitFor();
  await page.evaluate(() => {
    globalThis.hmSamePage = true;
  });
  const account = company.accounts.find((each) => each.account_id === found.account_id);
  await awsCall(HM_E2E_AWS, account, {
    service: 'ec2',
    region: found.region,
    form: { Action: 'StopInstances', Version: '2016-11-15', 'InstanceId.1': found.key },
  });
  const asked = await context.request.post(`${base}/api/v1/scan`, { data: {}, headers: { Origin: base } });
  equal(asked.status(), 202, 'asking for a scan');
  await row.getByRole('cell', { name: /^stopp/ }).waitFor({ timeout: 90_000 });
  equal(await page.evaluate(() => globalThis.hmSamePage), true, 'the page was not loaded anew');
  await row.locator(`#row-${found.id}`).click();
  await page.getByRole('tab', { name: /^History/ }).click();
  // Its event may have shown it on the way: then that it has stopped is a change of its own.
  const changed = page
    .getByRole('tabpanel')
    .getByRole('listitem')
    .filter({ hasText: /running.*stopp/ });
  await changed.first().getByText('Changed').waitFor();
  await page.screenshot({ path: `${shots}changed-history.png` });
  await context.close();
  return found;
}

// The page of changes shows the same: found by the filter of its URL, told member by member, in every look.
async function changesPage(browser, shots) {
  const found = await instanceStops(browser, shots);
  if (found.skipped) return found;
  for (const scheme of ['light', 'dark']) {
    for (const [width, viewport] of Object.entries(widths)) {
      const context = await openContext(browser, { scheme, viewport });
      const page = await openPage(context, `/changes?filter=${found.key}&kind=changed&range=24h`);
      const rows = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: found.name }) });
      await rows.first().waitFor();
      for (const toggle of await rows.getByRole('button', { name: /^What changed of/ }).all()) {
        await toggle.focus();
        await page.keyboard.press('Enter');
        equal(await toggle.getAttribute('aria-expanded'), 'true', 'the row is open');
      }
      const row = rows.filter({ hasText: /State\.Name.*running.*stopp/ });
      await row.first().getByText('ec2:StopInstances').first().waitFor();
      truthy((await row.first().textContent()).includes(':user/'), 'the caller is named');
      await page.screenshot({ path: `${shots}changes-open-${scheme}-${width}.png` });
      none(await faultsOf(page), `the open change, ${scheme}, ${width}`);
      await context.close();
    }
  }
  return undefined;
}

async function changesFilter(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/changes?range=all');
  const kinds = page.getByRole('group', { name: 'Kinds of change' });
  await kinds.getByRole('button', { name: /^First seen/ }).click();
  await page.waitForURL(/kind=any/);
  await settle(page);
  await page.getByRole('button', { name: 'Older changes' }).waitFor();
  await page.getByRole('combobox', { name: 'Filter' }).fill('type:ec2/vpc');
  await page.waitForURL(/filter=type:ec2\/vpc/);
  await page.getByText('VPC ·').first().waitFor();
  await page.reload();
  await settle(page);
  equal(
    await page.getByRole('combobox', { name: 'Filter' }).inputValue(),
    'type:ec2/vpc',
    'the filter after reload',
  );
  await page.getByLabel('Time range').selectOption('custom');
  await page.waitForURL(/range=custom/);
  await page.getByLabel(/^Until/).fill('2001-01-01T00:00');
  await page.getByText('No such change').waitFor();
  await page.goBack();
  await page.getByRole('combobox', { name: 'Filter' }).fill('no:such');
  await page.getByRole('alert').first().waitFor();
  await context.close();
}

// Downloaded from the page: one line a difference, and nothing that a spreadsheet would run.
async function changesExport(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/changes?kind=any&range=all&filter=type:ec2/vpc');
  await page.getByRole('button', { name: 'Export' }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  const download = await waiting;
  const lines = (await (await context.request.get(download.url())).text()).trim().split('\r\n');
  equal(lines[0].split(',').slice(0, 5).join(), 'at,kind,type,id,name', 'the head of the file');
  const list = await context.request.get(
    `${base}/api/v1/changes?kind=found,created,changed,gone,returned&filter=type:ec2/vpc&limit=1000`,
  );
  truthy(lines.length > (await list.json()).items.length, `only ${lines.length} lines`);
  truthy(!lines.some((line) => /(^|,)"?[=+@]/.test(line)), 'a cell begins as a formula');
  await context.close();
}

export const checks = [
  {
    name: 'changes: an instance that stops is seen in the open page, its history and the feed',
    run: changesPage,
  },
  { name: 'changes: what is asked for stands in the URL', run: changesFilter },
  { name: 'changes: the export holds every difference and no formula', run: changesExport },
];
