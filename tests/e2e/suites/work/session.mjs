import { base, logIn, openContext, openPage, password, user } from '../../browser.mjs';
import { equal, truthy } from '../../expect.mjs';

const kViewer = `viewer-${Date.now().toString(36)}`;
const kOwnPassword = 'a sentence that nobody guesses';

async function wrongPassword(browser) {
  const context = await openContext(browser, { anonymous: true });
  const page = await openPage(context, '/', { allowed: /401/ });
  await logIn(page, 'nobody-here', 'certainly wrong');
  await page.getByRole('alert').waitFor();
  equal(await page.getByLabel('Password', { exact: true }).inputValue(), '', 'the password after a refusal');
  await context.close();
}

async function ended(browser) {
  const context = await openContext(browser, { anonymous: true });
  const page = await openPage(context, '/inventory?filter=type:ec2/volume', { allowed: /401/ });
  await logIn(page, user, password);
  await page.locator('a[id^="row-"]').first().waitFor();
  await context.clearCookies();
  await page.getByRole('columnheader', { name: 'Region' }).getByRole('button').click();
  await page.getByRole('heading', { name: 'Your session ended' }).waitFor();
  await logIn(page, user, password);
  await page.locator('a[id^="row-"]').first().waitFor();
  truthy(page.url().includes('filter=type:ec2/volume'), `the page is another one now: ${page.url()}`);
  await context.close();
}

async function addViewer(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/settings?tab=users');
  await page.getByRole('button', { name: 'Add a user' }).click();
  await page.getByLabel('Name').fill(kViewer);
  await page.getByRole('button', { name: 'Add the user' }).click();
  const secret = page.getByRole('dialog', { name: /One-time password/ });
  const once = await secret.locator('code').textContent();
  await secret.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('cell', { name: kViewer, exact: true }).waitFor();
  await context.close();
  return once;
}

// A viewer made in the settings logs in, must choose a password, and sees no page that is not theirs.
async function viewer(browser) {
  const once = await addViewer(browser);
  const context = await openContext(browser, { anonymous: true });
  const page = await openPage(context, '/', { allowed: /401|403/ });
  await logIn(page, kViewer, once);
  await page.getByRole('heading', { name: 'Choose a password' }).waitFor();
  await page.getByLabel('One-time password').fill(once);
  await page.getByLabel('New password', { exact: true }).fill(kOwnPassword);
  await page.getByLabel('New password again').fill(kOwnPassword);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  const menu = page.getByRole('navigation', { name: 'Main' });
  equal(await menu.getByRole('link', { name: 'Connect an account' }).count(), 0, 'the menu of a viewer');
  equal(await page.getByRole('button', { name: 'Scan now' }).count(), 0, 'the scan button of a viewer');
  await page.goto(`${base}/settings?tab=users`);
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  equal(await page.getByRole('link', { name: 'Users' }).count(), 0, 'the settings of a viewer');
  equal((await context.request.get(`${base}/api/v1/users`)).status(), 403, 'the list of users for a viewer');
  await context.close();
}

async function removeViewer(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/settings?tab=users');
  const row = page.getByRole('row').filter({ has: page.getByRole('cell', { name: kViewer, exact: true }) });
  await row.getByRole('button', { name: 'Remove' }).click();
  const confirm = page.getByRole('dialog', { name: `Remove ${kViewer}` });
  equal(
    await confirm.getByRole('button', { name: 'Remove the user' }).isDisabled(),
    true,
    'removing without the name',
  );
  await confirm.getByRole('textbox').fill(kViewer);
  await confirm.getByRole('button', { name: 'Remove the user' }).click();
  await page.getByRole('cell', { name: kViewer, exact: true }).waitFor({ state: 'detached' });
  await context.close();
}

async function logsOut(browser) {
  const context = await openContext(browser, { anonymous: true });
  const page = await openPage(context, '/', { allowed: /401/ });
  await logIn(page, user, password);
  await page.getByRole('button', { name: /User menu/ }).click();
  await page.getByRole('menuitem', { name: /^Log out/ }).click();
  await page.getByRole('button', { name: 'Log in' }).waitFor();
  equal((await context.request.get(`${base}/api/v1/session`)).status(), 401, 'the session after logging out');
  await context.close();
}

export const checks = [
  { name: 'session: a wrong password is refused in words', run: wrongPassword },
  { name: 'session: an ended session goes on where it was', run: ended },
  { name: 'session: a viewer sees only what is theirs', run: viewer },
  { name: 'session: a user is removed only by typing the name', run: removeViewer },
  { name: 'session: log out', run: logsOut },
];
