// What changes in AWS reaches a page that is open.
import { base, openContext, openPage } from '../browser.mjs';
import { equal, truthy } from '../expect.mjs';
import { awsCall, startCompany } from '../simulator.mjs';

const { HM_E2E_AWS, HM_E2E_SIMULATOR, HM_E2E_RESOURCES, HM_E2E_SEED } = process.env;

async function scanned(context) {
  for (let tries = 0; tries < 240; tries += 1) {
    const scan = await (await context.request.get(`${base}/api/v1/scan`)).json();
    if (!scan.running) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error('the scan under way does not end');
}

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
  const latest = page.getByRole('tabpanel').getByRole('listitem').first();
  await latest.getByText('Changed').waitFor();
  const words = await latest.textContent();
  truthy(/running.*stopp/.test(words), `the history does not say what changed: ${words}`);
  await page.screenshot({ path: `${shots}changed-history.png` });
  await context.close();
}

export const changeChecks = [
  { name: 'changes: an instance that stops is seen in the open page and its history', run: instanceStops },
];
