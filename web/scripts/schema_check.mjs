// Fails when src/api/schema.d.ts is not what the contract says: `npm run codegen` writes it anew.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const codegen = new URL('../codegen/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'schema-'));
const fresh = join(folder, 'schema.d.ts');
const run = spawnSync(
  process.execPath,
  ['node_modules/openapi-typescript/bin/cli.js', '../../src/api/openapi.yaml', '-o', fresh, '--alphabetize'],
  { cwd: codegen, encoding: 'utf8' },
);
if (run.status !== 0) {
  console.error(run.stderr || run.stdout);
  process.exit(1);
}
const same =
  readFileSync(fresh, 'utf8') === readFileSync(new URL('../src/api/schema.d.ts', import.meta.url), 'utf8');
rmSync(folder, { recursive: true });
console.log(
  same ? 'schema: as the contract says' : 'schema: src/api/openapi.yaml has changed; run `npm run codegen`',
);
process.exit(same ? 0 : 1);
