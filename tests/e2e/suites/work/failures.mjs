// The server, or the way to it, fails in the middle of the work: what was loaded stays, what failed is said, nothing
// is asked for again and again, and what is old does not look new.
import { openContext, openPage } from '../../browser.mjs';
import { below, equal, truthy } from '../../expect.mjs';

const kFailed = /Failed to load resource|net::ERR/;
const api = (path) => new RegExp(`/api/v1/${path}`);

async function withPage(browser, path, run, { prepare } = {}) {
  const context = await openContext(browser);
  const live = await tapLive(context);
  await prepare?.(context);
  const page = await openPage(context, path, { allowed: kFailed });
  await run(page, context, live);
  equal(page.faults, [], path);
  await context.close();
}

// The live connection, into which a check can say that something changed.
async function tapLive(context) {
  const live = { seq: 0, cut: false, noScans: false, sockets: [] };
  await context.routeWebSocket(/\/api\/v1\/live/, (socket) => {
    if (live.cut) {
      socket.close();
      return;
    }
    const server = socket.connectToServer();
    server.onMessage((text) => {
      const message = JSON.parse(text);
      live.seq = Math.max(live.seq, message.seq ?? 0);
      if (live.noScans && message.kind === 'scan') return;
      socket.send(text);
    });
    live.sockets.push(socket);
  });
  live.change = (noun, id) => {
    live.seq += 1;
    const items = [{ seq: live.seq, noun, id, at: new Date().toISOString() }];
    live.sockets.at(-1).send(JSON.stringify({ kind: 'changes', seq: live.seq, items }));
  };
  return live;
}

const frames = (page, wanted) =>
  page.evaluate(
    (left) =>
      new Promise((done) => {
        let at = left;
        const step = () => {
          at -= 1;
          if (at > 0) requestAnimationFrame(step);
          else done();
        };
        requestAnimationFrame(step);
      }),
    wanted,
  );
const strip = (page) => page.getByRole('alert').filter({ hasText: 'could not be loaded further' });
const rows = { '/inventory': 'a[id^="row-"]', '/findings': 'a[id^="finding-"]' };

// The list is renewed while the server cannot be reached.
async function renewalFails(browser) {
  await withPage(browser, '/inventory', async (page, context, live) => {
    const links = page.locator(rows['/inventory']);
    await links.first().waitFor();
    await page.getByRole('status', { name: 'Live updates: Live' }).waitFor();
    await page
      .getByRole('checkbox', { name: /^Select (?!all)/ })
      .first()
      .check();
    live.change('resource', 'made-up');
    await page.getByRole('button', { name: /changed since this list was loaded/ }).waitFor();
    await context.route(api('resources\\?'), (route) => route.abort());
    await page.getByRole('button', { name: /changed since this list was loaded/ }).click();
    await strip(page).waitFor();
    truthy((await links.count()) > 5, 'the rows that were loaded are gone');
    await context.unroute(api('resources\\?'));
    await strip(page).getByRole('button', { name: 'Retry' }).click();
    await strip(page).waitFor({ state: 'detached' });
    truthy((await links.count()) > 5, 'no rows after trying again');
  });
}

// News of one list is not news of the next.
async function newsOfAnother(browser) {
  await withPage(browser, '/inventory', async (page, _context, live) => {
    await page.locator(rows['/inventory']).first().waitFor();
    await page.getByRole('status', { name: 'Live updates: Live' }).waitFor();
    await page
      .getByRole('checkbox', { name: /^Select (?!all)/ })
      .first()
      .check();
    live.change('resource', 'made-up');
    const news = page.getByRole('button', { name: /changed since this list was loaded/ });
    await news.waitFor();
    await page.getByRole('combobox', { name: 'Filter' }).fill('type:ec2/volume');
    await page.waitForURL(/filter=/);
    await news.waitFor({ state: 'detached' });
  });
}

// A later page fails: it is asked for once, and again when a person says so.
async function laterPageFails(browser, path) {
  await withPage(browser, path, async (page, context) => {
    await page.locator(rows[path]).first().waitFor();
    let asked = 0;
    await context.route(/[?&]cursor=/, (route) => {
      asked += 1;
      return route.abort();
    });
    const scroller = page.getByRole('table').locator('..');
    await scroller.evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
    await strip(page).waitFor();
    await frames(page, 40);
    below(asked, 2, 'requests for a page that fails');
    await context.unroute(/[?&]cursor=/);
    await strip(page).getByRole('button', { name: 'Retry' }).click();
    await strip(page).waitFor({ state: 'detached' });
    await page.waitForFunction((selector) => document.querySelectorAll(selector).length > 5, rows[path]);
  });
}

// Old numbers are not taken for those of the narrowed scope, nor a failure for success.
async function oldNumbers(browser) {
  await withPage(browser, '/', async (page, context) => {
    let go = () => {};
    const held = new Promise((done) => {
      go = done;
    });
    await context.route(api('summary\\?accounts='), async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole('button', { name: /^Scope/ }).click();
    await page.getByRole('group', { name: 'Accounts' }).getByRole('checkbox').first().click();
    await page.waitForURL(/accounts=\d{12}/);
    const figure = page.getByRole('heading', { name: 'Resources', exact: true });
    await page.locator('[aria-busy="true"]').filter({ has: figure }).first().waitFor();
    go();
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  });
}

async function renewedInVain(browser) {
  await withPage(browser, '/', async (page, context, live) => {
    await page.getByRole('status', { name: 'Live updates: Live' }).waitFor();
    await page.getByRole('heading', { name: 'Resources', exact: true }).waitFor();
    await context.route(api('summary'), (route) => route.abort());
    live.change('resource', 'made-up');
    await page.getByText('What is shown could not be renewed.').waitFor();
    truthy(
      await page.getByRole('heading', { name: 'Resources', exact: true }).isVisible(),
      'the page is gone',
    );
  });
}

// A scan whose end nobody here was told of, since the connection was away.
async function scanEndsUnheard(browser) {
  await withPage(browser, '/', async (page, context, live) => {
    await page.getByRole('status', { name: 'Live updates: Live' }).waitFor();
    const now = async () => (await context.request.get(`${new URL(page.url()).origin}/api/v1/scan`)).json();
    // As if the page had heard of a scan, and then nothing more of it.
    live.sockets.at(-1).send(JSON.stringify({ kind: 'scan', scan: { ...(await now()), running: true } }));
    await page.getByRole('region', { name: 'Scan under way' }).waitFor();
    live.cut = true;
    live.noScans = true;
    for (const socket of live.sockets) await socket.close();
    await page.getByRole('status', { name: 'Live updates: Reconnecting' }).waitFor();
    const until = Date.now() + 90_000;
    while ((await now()).running && Date.now() < until) await new Promise((done) => setTimeout(done, 250));
    live.cut = false;
    await page.getByRole('status', { name: 'Live updates: Live' }).waitFor();
    await page.getByRole('region', { name: 'Scan under way' }).waitFor({ state: 'detached' });
  });
}

// The browser thinks that it has no network; the server on the same machine answers all the same.
async function offlineInName(browser) {
  await withPage(browser, '/inventory', async (page) => {
    const first = page.locator(rows['/inventory']).first();
    const before = await first.getAttribute('id');
    await page.evaluate(() => dispatchEvent(new Event('offline')));
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await page.waitForFunction((id) => document.querySelector('a[id^="row-"]')?.id !== id, before);
  });
}

async function scopeIsHonest(browser) {
  let go = () => {};
  const held = new Promise((done) => {
    go = done;
  });
  const prepare = (context) =>
    context.route(api('accounts'), async (route) => {
      await held;
      await route.abort();
    });
  const run = async (page, context) => {
    await page.getByRole('button', { name: /^Scope/ }).click();
    const accounts = page.getByRole('group', { name: 'Accounts' });
    await accounts.getByText('Loading').waitFor();
    go();
    await accounts.getByText(/cannot be reached/).waitFor();
    await context.unroute(api('accounts'));
  };
  await withPage(browser, '/query', run, { prepare });
}

// The matrix may hold a part of the sweeps; how many gaps there are is the server's word.
async function gapsOfAll(browser) {
  const prepare = (context) =>
    context.route(api('sweeps\\?'), async (route) => {
      if (route.request().url().includes('outcome=')) return route.continue();
      const answer = await route.fetch();
      const body = await answer.json();
      return route.fulfill({ response: answer, json: { ...body, items: [], next_cursor: null } });
    });
  const run = async (page, context) => {
    const { origin } = new URL(page.url());
    const answer = await context.request.get(`${origin}/api/v1/sweeps?outcome=ok&limit=1`);
    const { total } = await answer.json();
    truthy(total > 0, 'no sweep was answered');
    await page.getByRole('button', { name: /^OK/ }).click();
    const panel = page.getByRole('region', { name: 'Sweeps that were answered' });
    await panel.getByRole('table').waitFor();
    const said = Number((await panel.locator('header').textContent()).replaceAll(/\D/g, ''));
    truthy(said >= total, `sweeps that were answered: ${said} of ${total}`);
  };
  await withPage(browser, '/coverage', run, { prepare });
}

async function refusalInDialog(browser) {
  await withPage(browser, '/settings?tab=keys', async (page, context) => {
    const name = `e2e ${Date.now()}`;
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await context.route(api('keys/'), (route) => route.abort());
    const row = page.getByRole('row').filter({ hasText: name });
    await row.getByRole('button', { name: 'Revoke' }).click();
    const dialog = page.getByRole('dialog', { name: `Revoke ${name}` });
    await dialog.getByRole('textbox').fill(name);
    await dialog.getByRole('button', { name: 'Revoke the key' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
    await context.unroute(api('keys/'));
    await dialog.getByRole('button', { name: 'Revoke the key' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });
}

// Where the page came by plain HTTP from another machine there is no clipboard for scripts.
async function copyWithoutClipboard(browser) {
  const prepare = (context) =>
    context.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  const run = async (page) => {
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Copied the link').waitFor();
    const box = page.getByRole('combobox', { name: 'Filter' });
    await box.focus();
    await page.keyboard.press('Control+v');
    truthy((await box.inputValue()).includes('/inventory'), `what was copied: ${await box.inputValue()}`);
  };
  await withPage(browser, '/inventory', run, { prepare });
}

export const checks = [
  { name: 'failures: a list that cannot be renewed stays', run: renewalFails },
  { name: 'failures: news of one list is not news of the next', run: newsOfAnother },
  {
    name: 'failures: a page of the inventory that fails is asked for once',
    run: (browser) => laterPageFails(browser, '/inventory'),
  },
  {
    name: 'failures: a page of the findings that fails is asked for once',
    run: (browser) => laterPageFails(browser, '/findings'),
  },
  { name: 'failures: numbers of the scope before are dimmed', run: oldNumbers },
  { name: 'failures: what cannot be renewed is said', run: renewedInVain },
  { name: 'failures: a scan that ended unheard is not shown as running', run: scanEndsUnheard },
  { name: 'failures: a browser that thinks itself offline still asks', run: offlineInName },
  { name: 'failures: the scope says that it loads, or why it is empty', run: scopeIsHonest },
  { name: 'failures: gaps are counted over all sweeps', run: gapsOfAll },
  { name: 'failures: a refusal stands in its dialog', run: refusalInDialog },
  { name: 'failures: copying works without a clipboard', run: copyWithoutClipboard },
];
