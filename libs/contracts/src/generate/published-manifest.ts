// Takes out of package.json what only holds in this repository while the package is packed, and puts it back after that.
// npm packs the file as it lies there: it knows no `exports` in `publishConfig`, as other package managers do.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const manifest = new URL('../../package.json', import.meta.url);
const kept = new URL('../package.json.kept', import.meta.url);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Sources are not in the package: a bundler that asks for the condition `source` would not find them. */
const withoutSources = (exports: unknown): unknown =>
  isRecord(exports)
    ? Object.fromEntries(
        Object.entries(exports)
          .filter(([condition]) => condition !== 'source')
          .map(([name, target]) => [name, withoutSources(target)]),
      )
    : exports;

if (process.argv.includes('--restore')) {
  if (existsSync(kept)) renameSync(kept, manifest);
} else {
  const text = readFileSync(manifest, 'utf8');
  const { exports, ...rest } = JSON.parse(text) as { exports: unknown };
  writeFileSync(kept, text);
  writeFileSync(manifest, `${JSON.stringify({ ...rest, exports: withoutSources(exports) }, null, 2)}\n`);
}
