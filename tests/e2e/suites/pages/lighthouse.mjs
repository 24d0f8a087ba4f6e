// Lighthouse's own judgement of accessibility: nothing less than 100 on the pages that people live in.
import { join } from 'node:path';
import { openContext } from '../../browser.mjs';
import { equal } from '../../expect.mjs';
import { lighthouse } from '../../lighthouse.mjs';

const kPages = { overview: '/', inventory: '/inventory', coverage: '/coverage' };

async function accessibility(browser, shots, name, path) {
  const context = await openContext(browser);
  const report = await lighthouse(
    context,
    path,
    ['accessibility'],
    join(shots, `accessibility-${name}.json`),
  );
  await context.close();
  const short = Object.values(report.audits).filter((each) => each.score !== null && each.score < 1);
  equal(
    {
      score: report.categories.accessibility.score,
      short: short.map((each) => each.id),
      path: report.finalDisplayedUrl,
    },
    { score: 1, short: [], path: new URL(path, report.finalDisplayedUrl).href },
    'Lighthouse',
  );
}

export const checks = Object.entries(kPages).map(([name, path]) => ({
  name: `lighthouse accessibility ${name}`,
  run: (browser, shots) => accessibility(browser, shots, name, path),
}));
