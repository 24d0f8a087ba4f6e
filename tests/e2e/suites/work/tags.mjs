// The Tags page: three numbers that sum up, keys with their values, owners, and plans that may be copied and run by hand.
import { readFileSync } from 'node:fs';
import {
  base,
  faultsOf,
  lookContext,
  openContext,
  openPage,
  scanned,
  settle,
  widths,
} from '../../browser.mjs';
import { equal, none, truthy } from '../../expect.mjs';

const get = async (context, path) => {
  const answer = await context.request.get(`${base}/api/v1/${path}`);
  truthy(answer.ok(), `${path} answers ${answer.status()}`);
  return answer.json();
};

async function withPage(browser, path, run) {
  const context = await openContext(browser);
  const page = await openPage(context, path);
  await run(page, context);
  await settle(page);
  none(await faultsOf(page), path);
  await context.close();
}

async function coverage(browser) {
  await withPage(browser, '/tags', async (page, context) => {
    const { keys, accounts, types, resources } = await get(context, 'tags/coverage');
    for (const { key, tagged, untagged, unknown } of keys) {
      equal(tagged + untagged + unknown, resources, `resources of the key ${key}`);
      for (const parts of [accounts, types]) {
        const sum = parts.reduce((all, part) => all + part.keys.find((each) => each.key === key).tagged, 0);
        equal(sum, tagged, `tagged ones of ${key} by account or type`);
      }
    }
    truthy(
      keys.some((each) => each.tagged > 0 && each.untagged > 0),
      'a key that some bear and some do not',
    );
    await page.getByRole('table', { name: 'Required tags by account' }).waitFor();
    await page.getByText('By type', { exact: true }).click();
    await page.waitForURL(/by=type/);
    const table = page.getByRole('table', { name: 'Required tags by type' });
    await table.getByRole('link').first().click();
    await page.waitForURL(/\/inventory\?.*filter=type/);
  });
}

async function values(browser) {
  await withPage(browser, '/tags', async (page, context) => {
    const { items } = await get(context, 'tags/keys');
    const [{ key }] = items[0].spellings;
    const { items: groups } = await get(context, `tags/values?key=${encodeURIComponent(key)}`);
    const fold = page.getByRole('button', { name: `Values of ${key}` });
    await fold.click();
    const list = page.getByRole('list', { name: `Values of ${key}` });
    const [{ value, resources }] = groups[0].spellings;
    await list.getByRole('link', { name: value, exact: true }).click();
    await page.waitForURL(/\/inventory/);
    const table = page.getByRole('table', { name: 'Resources' });
    await table.waitFor();
    await page.waitForFunction(
      (rows) => document.querySelector('[aria-label="Resources"]')?.getAttribute('aria-rowcount') === rows,
      String(resources + 1),
    );
  });
}

async function owner(browser) {
  await withPage(browser, '/tags', async (page, context) => {
    await scanned(context);
    const owners = await get(context, 'tags/owners');
    truthy(owners.by_tag > 0, 'resources whose tag names an owner');
    const { resources } = await get(context, 'tags/coverage');
    const {
      by_tag: byTag,
      through,
      by_creator: made,
      none: unowned,
      creator_unknown: unsure,
      unknown,
    } = owners;
    equal(
      byTag + through + made + unowned + unsure + unknown,
      resources,
      'resources by how the owner is known',
    );
    const first = owners.items.find((item) => item.via === 'tag');
    await page
      .getByRole('table', { name: 'Owners' })
      .getByRole('link', { name: first.name, exact: true })
      .first()
      .click();
    await page.locator('a[id^="row-"]').first().click();
    const drawer = page.getByRole('complementary');
    await drawer.getByText(`by its tag ${first.key}`).waitFor();
    // Whose it is leads to all that are theirs, and the filter box knows the owners.
    await drawer.getByRole('link', { name: first.name, exact: true }).click();
    await page.waitForURL(/owner(:|%3A)/);
    await page.locator('a[id^="row-"]').first().waitFor();
    const filter = page.getByRole('combobox', { name: 'Filter' });
    await filter.fill(`owner:${first.name.slice(0, 2)}`);
    await page.getByRole('option', { name: `owner:${first.name}` }).waitFor();
  });
}

async function plan(browser) {
  await withPage(browser, '/tags', async (page) => {
    const panel = page.getByRole('region', { name: 'Propose tags' });
    await panel.getByRole('textbox', { name: 'Resources' }).fill('type:ec2/volume');
    await panel.getByRole('textbox', { name: 'Key' }).fill('Owner');
    await panel.getByRole('textbox', { name: 'Value' }).fill(`it's $(id)`);
    await panel.getByRole('button', { name: 'Make the plan' }).click();
    await page.waitForURL(/tag=Owner/);
    const code = panel.getByRole('region', { name: 'AWS CLI' });
    await code.waitFor();
    const text = await code.textContent();
    truthy(text.includes('aws resourcegroupstaggingapi tag-resources --region='), 'no command');
    truthy(text.includes(`it'\\''s $(id)`), `the value is not quoted: ${text.slice(0, 400)}`);
    const waiting = page.waitForEvent('download');
    await panel.getByRole('button', { name: 'Download tags.sh' }).click();
    const file = await (await waiting).path();
    equal(readFileSync(file, 'utf8').trimEnd(), text, 'what is downloaded');
    await panel.getByText('Terraform', { exact: true }).click();
    await panel.getByRole('region', { name: 'Terraform' }).getByText('aws_ec2_tag').first().waitFor();
    await page.reload();
    await code.waitFor();
  });
}

async function wrongFilter(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/tags?tag=Owner&value=x&filter=nosuch:1', { allowed: /400/ });
  await page.getByRole('region', { name: 'Propose tags' }).getByRole('alert').waitFor();
  await settle(page);
  none(await faultsOf(page), 'a wrong filter');
  await context.close();
}

// With everything open, in every look.
const looks = ['light', 'dark'].flatMap((scheme) =>
  Object.entries(widths).map(([width, viewport]) => ({ scheme, width, viewport })),
);

async function look(browser, shots, { scheme, width, viewport }) {
  const context = await lookContext(browser, { scheme, viewport });
  for (const [name, path] of [
    ['tags', '/tags?key=Environment'],
    ['tags-types', '/tags?by=type'],
    ['tags-plan', '/tags?tag=Owner&value=payments&filter=service:ec2'],
  ]) {
    const page = await openPage(context, path);
    if (name === 'tags-plan') await page.getByRole('region', { name: 'AWS CLI' }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${shots}${name}-${scheme}-${width}.png`, fullPage: name !== 'tags-plan' });
    await settle(page);
    none(await faultsOf(page), path);
    await page.close();
  }
}

export const checks = [
  { name: 'tags: tagged, untagged and unknown sum up by account and type', run: coverage },
  { name: 'tags: the values of a key lead to its resources', run: values },
  { name: 'tags: owners, and the owner of a resource', run: owner },
  { name: 'tags: a plan is shown, quoted and downloaded', run: plan },
  { name: 'tags: a wrong filter is said so', run: wrongFilter },
  ...looks.map((each) => ({
    name: `tags: look, ${each.scheme}, ${each.width}`,
    run: (browser, shots) => look(browser, shots, each),
  })),
];
