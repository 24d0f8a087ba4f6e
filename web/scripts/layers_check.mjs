// Proves that the linter refuses every import against the order `lib <- api <- components <- pages <- app`:
// each case below is written to a temporary file inside its layer and must fail, or pass, as it says.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const web = new URL('..', import.meta.url).pathname;
const kName = 'layers_probe';
const kCases = [
  ['src/lib', '@/api/client', false],
  ['src/lib', '@/pages/overview/x', false],
  ['src/api', '@/lib/format', true],
  ['src/api', '@/components/icons', false],
  ['src/components', '@/api/client', true],
  ['src/components', '@/pages/inventory/inventory_page', false],
  ['src/components', '@/app/router', false],
  ['src/pages/overview', '@/components/icons', true],
  ['src/pages/overview', '@/pages/inventory/inventory_page', false],
  ['src/pages/overview', '../inventory/inventory_page', false],
  ['src/pages/overview', '@/app/router', false],
  ['src/app', '@/pages/overview/overview_page', true],
];
let failed = 0;
for (const [folder, target, allowed] of kCases) {
  const file = join(web, folder, `${kName}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `import { thing } from '${target}';\n\nexport const probe = thing;\n`);
  const run = spawnSync(join(web, 'node_modules/.bin/oxlint'), [file], { cwd: web, encoding: 'utf8' });
  const refused = run.stdout.includes('no-restricted-imports');
  rmSync(file);
  if (refused === allowed) {
    failed += 1;
    console.error(`${folder} importing ${target}: should be ${allowed ? 'allowed' : 'refused'}`);
  }
}
console.log(`layers: ${kCases.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
