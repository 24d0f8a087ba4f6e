// Run after every `npm install` that changes package-lock.json: `node scripts/complete_lock.mjs`.
// A native tool names one optional package per platform. npm leaves those out of the lock that a registry
// does not offer to it, and `npm ci` then refuses the lock as incomplete. The names say the platform, so the
// entries can be written without the packages; on the platform itself npm checks what it downloads as usual.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const systems = new Set(['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']);
const processors = { arm: 'arm', arm64: 'arm64', ia32: 'ia32', x64: 'x64' };
let added = 0;

for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key]) continue;
    const words = name.split(/[-/]/);
    const system = words.find((word) => systems.has(word));
    if (!system) throw new Error(`${name}: its name does not say for which system it is`);
    const processor = words[words.indexOf(system) + 1];
    lock.packages[key] = {
      version,
      cpu: [processors[processor] ?? processor],
      dev: entry.dev,
      ...(system === 'linux' ? { libc: [words.at(-1).startsWith('musl') ? 'musl' : 'glibc'] } : {}),
      optional: true,
      os: [system],
    };
    added += 1;
  }
}
const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added`);
