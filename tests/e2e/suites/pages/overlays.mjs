// What opens over a page is held to the same as the page.
import { faultsOf, lookContext, openPage, still, widths } from '../../browser.mjs';
import { none } from '../../expect.mjs';

async function openDrawer(page) {
  await page.locator('a[href^="/r/"]').first().click();
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await page.getByRole('textbox', { name: 'Search the configuration' }).waitFor();
}

const overlays = [
  ['drawer', '/inventory?filter=type:ec2/instance', openDrawer],
  [
    'drawer-history',
    '/inventory?filter=type:ec2/instance',
    async (page) => {
      await openDrawer(page);
      await page.getByRole('tab', { name: 'History' }).click();
      await page.getByText('First seen').first().waitFor();
    },
  ],
  [
    'palette',
    '/',
    async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /Search/ }).fill('prod');
      await page.getByRole('option').filter({ hasText: 'found in' }).first().waitFor();
    },
  ],
  [
    'scope',
    '/',
    async (page) => {
      await page.getByRole('button', { name: /^Scope/ }).click();
      await page.getByRole('checkbox').first().waitFor();
    },
  ],
  [
    'user-menu',
    '/',
    async (page) => {
      await page.getByRole('button', { name: /User menu/ }).click();
      await page.getByRole('menuitem', { name: /^Log out/ }).waitFor();
    },
  ],
  [
    'shortcuts',
    '/inventory',
    async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    },
  ],
  [
    'facet',
    '/inventory',
    async (page) => {
      await page.getByRole('group', { name: 'Narrow by' }).getByRole('button').first().click();
      await page.getByRole('checkbox', { name: /[0-9]/ }).first().waitFor();
    },
  ],
  [
    'export-menu',
    '/inventory',
    async (page) => {
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: /^CSV/ }).waitFor();
    },
  ],
  [
    'views-menu',
    '/inventory?filter=type:ec2/volume',
    async (page) => {
      await page.getByRole('button', { name: 'Views' }).click();
      await page.getByRole('menuitem', { name: 'Save as…' }).waitFor();
    },
  ],
  [
    'save-view',
    '/findings',
    async (page) => {
      await page.getByRole('button', { name: 'Views' }).click();
      await page.getByRole('menuitem', { name: 'Save as…' }).click();
      await page.getByRole('dialog', { name: 'Save this view' }).waitFor();
    },
  ],
  [
    'sql-completion',
    '/query',
    async (page) => {
      await page.getByLabel('Search tables and columns').waitFor();
      await page.getByRole('textbox', { name: 'SQL statement' }).fill('select count(*)\nfrom aws_ec2_ins');
      await page.getByRole('listbox', { name: 'Completions' }).getByRole('option').first().waitFor();
    },
  ],
  [
    'column-stats',
    '/query',
    async (page) => {
      await page.getByLabel('Search tables and columns').fill('aws_ec2_instance');
      await page.locator('summary', { hasText: 'aws_ec2_instance' }).first().click();
      await page.getByRole('button', { name: 'instance_type: what it holds' }).first().click();
      await page.getByRole('dialog').getByRole('table').waitFor();
    },
  ],
  [
    'wrong-filter',
    '/inventory?filter=nosuchkey:x',
    async (page) => page.locator('#filter-error').waitFor(),
    /400/,
  ],
  [
    'add-user',
    '/settings?tab=users',
    async (page) => {
      await page.getByRole('button', { name: 'Add a user' }).click();
      await page.getByRole('dialog', { name: 'Add a user' }).waitFor();
    },
  ],
];

async function check(browser, shots, [name, path, open, allowed], scheme, width) {
  const context = await lookContext(browser, { scheme, viewport: widths[width] });
  const page = await openPage(context, path, { allowed });
  await open(page);
  // Mantine fades its overlays in; contrast is that of the end.
  await still(page);
  await page.screenshot({ path: `${shots}over-${name}-${scheme}-${width}.png` });
  none(await faultsOf(page), name);
  await page.close();
}

// These three in every look; the others in two that differ in both, since their parts are the same.
const kEverywhere = new Set(['drawer', 'palette', 'user-menu']);
const looks = [
  ['light', 'desktop'],
  ['dark', 'phone'],
  ['light', 'phone'],
  ['dark', 'desktop'],
];

export const checks = looks.flatMap(([scheme, width], index) =>
  overlays
    .filter(([name]) => index < 2 || kEverywhere.has(name))
    .map((overlay) => ({
      name: `over: ${overlay[0]}, ${scheme}, ${width}`,
      run: (browser, shots) => check(browser, shots, overlay, scheme, width),
    })),
);
