// Lighthouse on one page of the server, in a browser of its own that carries the session of `context`.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { base } from './browser.mjs';

const kLimitMs = 110_000;
const kChromeFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// The report's categories and audits, as Lighthouse writes them. It stays in `file`.
export async function lighthouse(context, path, categories, file) {
  const cookies = (await context.cookies()).map((each) => `${each.name}=${each.value}`).join('; ');
  const profile = mkdtempSync(join(tmpdir(), 'lh-'));
  try {
    await promisify(execFile)(
      process.execPath,
      [
        'node_modules/lighthouse/cli/index.js',
        base + path,
        '--preset=desktop',
        `--only-categories=${categories.join(',')}`,
        '--output=json',
        `--output-path=${file}`,
        '--quiet',
        `--extra-headers=${JSON.stringify({ Cookie: cookies })}`,
        `--chrome-flags=${[...kChromeFlags, `--user-data-dir=${profile}`].join(' ')}`,
      ],
      {
        env: { ...process.env, CHROME_PATH: process.env.HM_CHROMIUM ?? '/usr/bin/chromium' },
        timeout: kLimitMs,
      },
    );
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}
