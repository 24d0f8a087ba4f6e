// The live connection is cut between the browser and the server, and later let through again.
import { openContext, openPage } from '../../browser.mjs';
import { truthy } from '../../expect.mjs';

async function cutAndHeal(browser) {
  const context = await openContext(browser);
  let cut = false;
  let heartbeat = 15;
  const sockets = [];
  const resumed = [];
  await context.routeWebSocket(/\/api\/v1\/live/, (socket) => {
    if (cut) {
      socket.close();
      return;
    }
    resumed.push(new URL(socket.url()).searchParams.get('since'));
    const server = socket.connectToServer();
    server.onMessage((text) => {
      heartbeat = JSON.parse(text).heartbeat_seconds ?? heartbeat;
      socket.send(text);
    });
    sockets.push(socket);
  });
  const page = await openPage(context, '/');
  await page.getByRole('status', { name: 'Live updates: Live' }).waitFor();
  cut = true;
  for (const socket of sockets) await socket.close();
  await page.getByRole('status', { name: 'Live updates: Reconnecting' }).waitFor();
  await page.getByText('Live updates have stopped').waitFor({ timeout: (2 * heartbeat + 5) * 1000 });
  await page.getByRole('status', { name: 'Live updates: Stale' }).waitFor();
  truthy(
    await page.getByRole('heading', { name: 'Resources' }).isVisible(),
    'the page is not readable while stale',
  );
  cut = false;
  await page.getByRole('button', { name: 'Try again now' }).click();
  await page.getByRole('status', { name: 'Live updates: Live' }).waitFor();
  await page.getByText('Live updates have stopped').waitFor({ state: 'detached' });
  truthy(/^\d+$/.test(resumed.at(-1) ?? ''), `the connection did not resume behind a position: ${resumed}`);
  await context.close();
}

async function scanShows(browser) {
  const context = await openContext(browser);
  const page = await openPage(context, '/');
  await page.getByRole('status', { name: 'Live updates: Live' }).waitFor();
  // One may be under way already, also where the page has not heard of it yet: then the button changes before the click.
  await page.getByRole('button', { name: 'Scan now' }).click({ timeout: 90_000 });
  await page.getByRole('region', { name: 'Scan under way' }).waitFor({ timeout: 30_000 });
  await context.close();
}

export const checks = [
  { name: 'live: stale after two heartbeats, then recovers and resumes', run: cutAndHeal },
  { name: 'live: a scan shows its progress', run: scanShows },
];
