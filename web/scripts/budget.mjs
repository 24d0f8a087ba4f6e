// Fails the build when what a browser must load grows over its limit. Sizes are gzip -9, 1 KB = 1000 B.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const kEntryLimit = 180;
const kRouteLimit = 260;
const kCssLimit = 25;

const size = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1000;

// Everything that `key` pulls in before it can run.
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}
const kilobytes = (keys) => [...keys].reduce((sum, key) => sum + size(manifest[key].file), 0);

const entryKey = Object.keys(manifest).find((key) => manifest[key].isEntry);
const entry = closure(entryKey);
const lines = [['entry', kilobytes(entry), kEntryLimit]];
for (const key of Object.keys(manifest)) {
  if (!manifest[key].isDynamicEntry) continue;
  lines.push([key.replace('src/', ''), kilobytes(new Set([...entry, ...closure(key)])), kRouteLimit]);
}
// Of styles a browser loads what the page needs, not those of the pages that nobody opened.
const styles = (keys) => new Set([...keys].flatMap((key) => manifest[key].css ?? []));
const cssOf = (keys) => [...styles(keys)].reduce((sum, file) => sum + size(file), 0);
const pages = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry);
lines.push([
  'css of the largest page',
  Math.max(...pages.map((key) => cssOf(new Set([...entry, ...closure(key)])))),
  kCssLimit,
]);

let failed = 0;
for (const [name, used, limit] of lines) {
  const over = used > limit;
  failed += over ? 1 : 0;
  console.log(`${over ? 'OVER' : 'ok  '} ${used.toFixed(1).padStart(6)} of ${limit} KB gz  ${name}`);
}
process.exit(failed ? 1 : 0);
