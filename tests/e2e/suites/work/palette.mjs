import { openContext, openPage } from '../../browser.mjs';
import { equal, truthy } from '../../expect.mjs';

async function byKeyboard(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/');
  const opener = page.getByRole('button', { name: /Search resources/ });
  await opener.focus();
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: /Search/ });
  await box.waitFor();
  truthy(await box.evaluate((input) => input === document.activeElement), 'the palette has no focus');
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'detached' });
  truthy(
    await opener.evaluate((button) => button === document.activeElement),
    'Esc does not give the focus back',
  );

  await page.keyboard.press('Control+k');
  await page.keyboard.type('coverage');
  await page.getByRole('option', { name: 'Coverage', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Coverage' }).waitFor();
  await page.keyboard.press('Control+k');
  equal(await page.getByRole('option').first().textContent(), 'Coverage', 'the recent visit stands first');
  await context.close();
}

async function resources(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/inventory?filter=type:ec2/instance');
  const name = await page.locator('a[id^="row-"]').first().textContent();
  await page.keyboard.press('Control+k');
  await page.keyboard.type(name);
  // What is offered beside resources is not found anywhere.
  const option = page.getByRole('option').filter({ hasText: name }).filter({ hasText: 'found in' }).first();
  await option.waitFor();
  for (let step = 0; step < 20 && (await option.getAttribute('aria-selected')) !== 'true'; step += 1) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/r\//);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await context.close();
}

// The palette comes after the page is drawn. What is typed behind its shortcut until then is not lost.
async function typedEarly(browser) {
  const context = await openContext(browser);
  let go = () => {};
  const held = new Promise((done) => {
    go = done;
  });
  await context.route(/\/assets\/palette-[^/]*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  const page = await openPage(context, '/');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('cover');
  go();
  await page.getByRole('option', { name: 'Coverage', exact: true }).waitFor();
  await page.keyboard.type('age');
  const box = page.getByRole('combobox', { name: /Search/ });
  equal(await box.inputValue(), 'coverage', 'what was typed before and after the palette came');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Coverage' }).waitFor();
  await context.close();
}

// What was found for the words before is not opened for those of now.
async function nothingElse(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('e');
  await page.getByRole('group', { name: 'Resources' }).getByRole('option').first().waitFor();
  await context.route(/\/api\/v1\/search/, () => {});
  await page.keyboard.type('zzqx');
  await page.keyboard.press('Enter');
  equal(await page.getByRole('option').count(), 0, 'entries for words that nothing was found for so far');
  await page.getByText('Searching').waitFor();
  truthy(!page.url().includes('/r/'), 'a resource that nobody asked for was opened');
  await context.close();
}

async function byAddressOrTag(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/inventory?filter=type:ec2/instance');
  await page.locator('a[id^="row-"]').first().waitFor();
  const { address, tag } = await page.evaluate(async () => {
    const list = await (
      await fetch('/api/v1/resources?filter=type:ec2/instance%20tag:Environment&limit=1')
    ).json();
    const detail = await (await fetch(`/api/v1/resources/${list.items[0].id}`)).json();
    return { address: detail.document.PrivateIpAddress, tag: detail.tags.Environment };
  });
  truthy(address, 'the first instance has no address');
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: /Search/ });
  await box.fill(address);
  const option = page
    .getByRole('option')
    .filter({ hasText: `private_ip_address: ${address}` })
    .first();
  await option.waitFor();
  truthy(await box.evaluate((input) => input === document.activeElement), 'the box has lost the focus');
  await page
    .getByRole('status')
    .filter({ hasText: /result/ })
    .waitFor();

  // What a query language would take for its own is text like any other.
  await box.fill('%"* NEAR');
  await page.getByRole('status').filter({ hasText: 'Nothing fits' }).waitFor();

  // A colon has a meaning in a filter, and none in a search.
  await box.fill('arn:aws:ec2:');
  await page.getByRole('option', { name: 'Filter the inventory by arn:aws:ec2:' }).click();
  await page.waitForURL(/filter=%22arn:aws:ec2:%22/);
  await page.locator('a[id^="row-"]').first().waitFor();
  await page.keyboard.press('Control+k');

  await box.fill('no-such-thing');
  await page.getByRole('option', { name: 'Look for no-such-thing among what is gone' }).waitFor();

  await box.fill(`environment=${tag}`);
  await page
    .getByRole('option')
    .filter({ hasText: `tag:Environment: ${tag}` })
    .first()
    .waitFor();
  await page.getByRole('option', { name: `Filter the inventory by environment=${tag}` }).click();
  await page.waitForURL(/filter=/);
  await page.locator('a[id^="row-"]').first().waitFor();
  await context.close();
}

export const checks = [
  { name: 'palette: by keyboard alone, Esc gives the focus back', run: byKeyboard },
  { name: 'palette: what is typed before it is there is not lost', run: typedEarly },
  { name: 'palette: finds resources and says why', run: resources },
  { name: 'palette: opens nothing that was found for other words', run: nothingElse },
  { name: 'palette: finds by address and tag, and leads to the inventory', run: byAddressOrTag },
];
