// The estate as a map and as a list: both say what the API says, both are kept in the URL, and 10,000 resources are as
// quick to walk through as ten.
import { base, faultsOf, openContext, openPage, settle, widths } from '../../browser.mjs';
import { equal, none, truthy } from '../../expect.mjs';

const kMostBoxes = 400;
const kLongTaskMs = 400; // on a machine that does much else; the map takes tens

async function get(context, path) {
  const answer = await context.request.get(`${base}/api/v1/${path}`);
  truthy(answer.ok(), `${path} answers ${answer.status()}`);
  return answer.json();
}

// The way down to the first subnet that holds something.
async function firstSubnet(context) {
  const [account] = (await get(context, 'topology')).items;
  const within = `topology?account=${account.key}`;
  const region = (await get(context, within)).items.find((each) => each.key !== 'global');
  const { items } = await get(context, `${within}&region=${region.key}`);
  const vpc = items.find((each) => each.kind === 'vpc');
  const parts = (await get(context, `${within}&region=${region.key}&vpc=${vpc.key}`)).items;
  const subnet = parts.find((each) => each.kind === 'subnet');
  return { account, region, vpc, subnet };
}

async function levelsAddUp(browser) {
  const context = await openContext(browser);
  const { account, region, vpc } = await firstSubnet(context);
  const sum = (level) => level.items.reduce((all, each) => all + each.resources, level.more.resources);
  const top = await get(context, 'topology');
  equal(sum(top), top.resources, 'the accounts');
  equal(top.resources, (await get(context, 'resources?limit=1')).total, 'the inventory');
  let path = `topology?account=${account.key}`;
  equal(sum(await get(context, path)), account.resources, 'the regions of an account');
  path += `&region=${region.key}`;
  equal(sum(await get(context, path)), region.resources, 'the VPCs of a region');
  path += `&vpc=${vpc.key}`;
  equal(sum(await get(context, path)), vpc.resources, 'the subnets of a VPC');
  await context.close();
}

// Only with the keyboard: to the page, down the tree, to a resource, and back again by the URL.
async function listByKeyboard(browser, shots) {
  const context = await openContext(browser);
  const { account, region, vpc, subnet } = await firstSubnet(context);
  const page = await openPage(context, '/');
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.getByRole('heading', { level: 1, name: 'Topology' }).waitFor();
  await page.getByRole('button', { name: 'List' }).click();
  await page.waitForURL(/view=list/);
  for (const node of [account, region, vpc, subnet]) {
    const row = page.getByRole('treeitem').filter({ hasText: node.title }).first();
    await row.focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      () =>
        document.activeElement?.getAttribute('aria-expanded') === 'true' &&
        ![...document.querySelectorAll('[role=treeitem]')].some((each) => each.textContent === 'Loading'),
    );
  }
  equal(await page.locator('[role=treeitem][aria-level="4"][aria-expanded=true]').count(), 1, 'open subnets');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.locator('[role=treeitem][data-kind=resource]').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Resource' }).waitFor();
  none(await faultsOf(page), 'the list with its drawer');
  await page.screenshot({ path: `${shots}topology-list-drawer-light-desktop.png` });
  await page.keyboard.press('Escape');
  await page.reload();
  await settle(page);
  await page.locator('[role=treeitem][data-kind=resource]').first().waitFor();
  await context.close();
}

async function mapByPress(browser, shots) {
  const context = await openContext(browser);
  const { account, region } = await firstSubnet(context);
  const page = await openPage(context, '/topology?view=map');
  const box = (path) => page.locator(`[id="box-${path}"]`);
  await box(account.key).click();
  await page.waitForURL(new RegExp(`at=${account.key}`));
  await box(`${account.key}/${region.key}`).click();
  await page.waitForURL(new RegExp(`at=${account.key}/${region.key}`));
  const trail = page.getByRole('navigation', { name: 'Where in the estate' });
  equal(await trail.locator('[aria-current]').textContent(), region.title, 'where one is');
  await page.getByRole('button', { name: 'State' }).click();
  await page.waitForURL(/show=state/);
  await page.goBack();
  await page.waitForURL((url) => url.searchParams.get('at') === account.key);
  await box(account.key).focus();
  await page.keyboard.press('Backspace');
  await page.waitForURL((url) => !url.searchParams.has('at'));
  await page.keyboard.press('ArrowDown');
  truthy(
    await page.evaluate(() => document.activeElement?.id.startsWith('box-')),
    'the arrow keys leave the map',
  );
  await page.screenshot({ path: `${shots}topology-map-focus-light-desktop.png` });
  await context.close();
}

// From the whole estate down to single resources with the wheel alone.
async function wheelIsQuick(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/topology?view=map');
  await page.evaluate(() => {
    globalThis.hmLong = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.hmLong.push(Math.round(entry.duration));
    }).observe({ type: 'longtask' });
  });
  const map = page.getByRole('group', { name: 'Map of the estate' });
  const frame = await map.boundingBox();
  await page.mouse.move(frame.x + frame.width * 0.2, frame.y + frame.height * 0.25);
  let most = 0;
  for (let step = 0; step < 40; step += 1) {
    await page.mouse.wheel(0, -120);
    await page.waitForTimeout(60);
    most = Math.max(most, await page.locator('[id^="box-"]').count());
  }
  truthy(most > 20 && most <= kMostBoxes, `boxes at once: ${most}`);
  await page.locator('button[data-kind="resource"]').first().waitFor();
  await page.waitForURL(/at=/);
  const long = await page.evaluate(() => globalThis.hmLong);
  console.log(`     boxes at most ${most}, long tasks ${JSON.stringify(long)} ms`);
  truthy(!long.some((each) => each > kLongTaskMs), `long tasks: ${long.join(', ')} ms`);
  none(await faultsOf(page), 'the map after zooming');
  await context.close();
}

// A snapshot's volume is used by an instance: two steps from one to the other, said in words.
async function dependents(browser, shots) {
  const context = await openContext(browser);
  const { items } = await get(context, 'resources?filter=type:ec2/volume+state:in-use&limit=50');
  let found;
  for (const each of items) {
    const near = await get(context, `resources/${each.id}/neighbours`);
    if (near.dependents.items.some((one) => one.hop === 2)) {
      found = { each, near };
      break;
    }
  }
  truthy(found, 'no volume has something two steps out');
  const { each, near } = found;
  for (const [width, viewport] of Object.entries(widths)) {
    const look = await openContext(browser, { scheme: width === 'phone' ? 'dark' : 'light', viewport });
    const page = await openPage(look, `/r/${each.id}`);
    const section = page.getByRole('region', { name: 'What depends on this' });
    for (const hop of [1, 2]) {
      const one = near.dependents.items.find((item) => item.hop === hop && item.resource);
      await section.locator(`a[href*="${one.resource.id}"]`).first().waitFor();
    }
    await section.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${shots}dependents-${width}.png` });
    none(await faultsOf(page), 'what depends on a volume');
    await look.close();
  }
  await context.close();
}

export const checks = [
  { name: 'topology: each level adds up to the one above', run: levelsAddUp },
  { name: 'topology: the list is walked with the keyboard and kept in the URL', run: listByKeyboard },
  { name: 'topology: the map goes in and out, and says where', run: mapByPress },
  { name: 'topology: the wheel goes down to single resources without long tasks', run: wheelIsQuick },
  { name: 'topology: what depends on a volume, two steps out', run: dependents },
];
