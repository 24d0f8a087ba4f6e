// Every page, light and dark, desktop and phone: no axe violation, no console error, no breach of the policy.
import { faultsOf, lookContext, openContext, openPage, settle, widths } from '../../browser.mjs';
import { equal, none, truthy } from '../../expect.mjs';

const pages = [
  ['overview', '/', 'Overview'],
  ['inventory', '/inventory', 'Inventory'],
  ['topology-map', '/topology?view=map', 'Topology'],
  ['topology-list', '/topology?view=list&show=state', 'Topology'],
  ['findings', '/findings', 'Findings'],
  ['findings-any', '/findings?state=any', 'Findings'],
  ['changes', '/changes', 'Changes'],
  ['changes-any', '/changes?kind=any&range=all', 'Changes'],
  ['coverage', '/coverage', 'Coverage'],
  ['quotas', '/quotas', 'Quotas'],
  ['tags', '/tags', 'Tags'],
  ['spending', '/spending', 'What HostMaster costs'],
  ['query', '/query?sql=select+1+as+one', 'SQL console'],
  ['settings-accounts', '/settings', 'Settings'],
  ['settings-users', '/settings?tab=users', 'Settings'],
  ['settings-keys', '/settings?tab=keys', 'Settings'],
  ['settings-audit', '/settings?tab=audit', 'Settings'],
  ['settings-server', '/settings?tab=server', 'Settings'],
  ['connect', '/connect', 'Connect an account'],
  ['not-found', '/nosuch', 'Page not found'],
];

const looks = ['light', 'dark'].flatMap((scheme) =>
  Object.entries(widths).map(([width, viewport]) => ({ scheme, width, viewport })),
);

async function check(browser, shots, [name, path, title], look) {
  const context = await lookContext(browser, look);
  const page = await openPage(context, path);
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await page.screenshot({ path: `${shots}${name}-${look.scheme}-${look.width}.png` });
  none(await faultsOf(page), path);
  await page.close();
}

async function login(browser, shots, look) {
  const context = await openContext(browser, { ...look, anonymous: true });
  const page = await openPage(context, '/inventory', { allowed: /401/ });
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await page.screenshot({ path: `${shots}login-${look.scheme}-${look.width}.png` });
  none(await faultsOf(page), 'the login');
  await context.close();
}

// A link to something that is gone is answered in words; that it is no fault of the server is seen by no Retry.
async function noResource(browser, shots, look) {
  const context = await lookContext(browser, look);
  const page = await openPage(context, '/r/0000000000000000', { allowed: /404/ });
  await page.getByText('There is no such resource').waitFor();
  equal(await page.getByRole('button', { name: 'Retry' }).count(), 0, 'buttons to retry');
  await page.screenshot({ path: `${shots}no-resource-${look.scheme}-${look.width}.png` });
  none(await faultsOf(page), 'a resource that is none');
  await page.close();
}

// The chart is drawn with the number beside it, and says the same as a table.
async function metrics(browser, shots, look) {
  const context = await lookContext(browser, look);
  const page = await openPage(context, '/inventory?filter=type:ec2/instance+state:running');
  await page.locator('a[id^="row-"]').first().click();
  await page.getByRole('tab', { name: 'Metrics' }).click();
  const chart = page.getByRole('img', { name: /^CPUUtilization, Average: from .* latest/ });
  await chart.waitFor({ timeout: 90_000 }); // the first who asks may come before the metrics are read
  await chart.locator('canvas').waitFor();
  await page.screenshot({ path: `${shots}metrics-${look.scheme}-${look.width}.png` });
  none(await faultsOf(page), 'the metrics');
  const section = page.getByRole('region', { name: 'CPUUtilization', exact: true });
  await section.getByRole('button', { name: 'Table of CPUUtilization' }).click();
  const rows = section.getByRole('table').locator('tbody tr');
  truthy((await rows.count()) > 50, 'rows of the table');
  await page.screenshot({ path: `${shots}metrics-table-${look.scheme}-${look.width}.png` });
  none(await faultsOf(page), 'the metrics as a table');
  await page.close();
}

async function resource(browser, shots, look) {
  const context = await lookContext(browser, look);
  const page = await openPage(context, '/inventory?filter=type:ec2/instance');
  const link = page.locator('a[href^="/r/"]').first();
  await link.waitFor();
  await page.goto(new URL(await link.getAttribute('href'), page.url()).href);
  await page.getByRole('heading', { name: 'Configuration' }).waitFor();
  await settle(page);
  await page.screenshot({ path: `${shots}resource-${look.scheme}-${look.width}.png`, fullPage: false });
  none(await faultsOf(page), 'a resource');
  await page.close();
}

export const checks = looks.flatMap((look) => [
  ...pages.map((page) => ({
    name: `page: ${page[0]}, ${look.scheme}, ${look.width}`,
    run: (browser, shots) => check(browser, shots, page, look),
  })),
  {
    name: `page: login, ${look.scheme}, ${look.width}`,
    run: (browser, shots) => login(browser, shots, look),
  },
  {
    name: `page: metrics, ${look.scheme}, ${look.width}`,
    run: (browser, shots) => metrics(browser, shots, look),
  },
  {
    name: `page: resource, ${look.scheme}, ${look.width}`,
    run: (browser, shots) => resource(browser, shots, look),
  },
  {
    name: `page: no resource, ${look.scheme}, ${look.width}`,
    run: (browser, shots) => noResource(browser, shots, look),
  },
]);
