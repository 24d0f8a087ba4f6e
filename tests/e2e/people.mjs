// Somebody else than the administrator, made for one check: with an own password, logged in as often as wanted.
import { base, logIn, openContext } from './browser.mjs';
import { equal } from './expect.mjs';

const kPassword = 'a sentence that nobody guesses';
const headers = { Origin: base };
let made = 0;

async function ask(request, method, path, data) {
  const answer = await request.fetch(`${base}/api/v1${path}`, { method, data, headers });
  equal(answer.ok(), true, `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer;
}

// Gives the name. `admin` is a context of the administrator's.
export async function addPerson(browser, admin) {
  made += 1;
  const name = `person-${made}-${Date.now().toString(36)}`;
  const answer = await ask(admin.request, 'POST', '/users', { name, role: 'viewer' });
  const { password } = await answer.json();
  const context = await openContext(browser, { anonymous: true });
  await ask(context.request, 'POST', '/session', { name, password });
  await ask(context.request, 'POST', '/session/password', {
    current_password: password,
    new_password: kPassword,
  });
  await context.close();
  return name;
}

// A browser of its own, where this person has just logged in.
export async function contextOf(browser, name, options = {}) {
  const context = await openContext(browser, { ...options, anonymous: true });
  const page = await context.newPage();
  await page.goto(base);
  await logIn(page, name, kPassword);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.close();
  return context;
}
