import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(`${workspace}${file}`, 'utf8');
const readme = read('README.md');

it('names every setting of every service, and none that no service reads', () => {
  const parts = globSync(['apps/*/src/config.ts', 'apps/*/src/*/{settings,smtp-security}.ts'], { cwd: workspace });
  const sources = ['libs/platform/src/config/settings.ts', ...parts];
  const settings = sources.flatMap((file) =>
    [...read(file).matchAll(/^ {2,4}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name),
  );
  expect(settings.length).toBeGreaterThan(30);
  const tables = readme.split('\n').filter((line) => line.startsWith('| `'));
  const named = tables.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name),
  );
  expect([...new Set(named)].sort()).toEqual([...new Set(settings)].sort());
});

it('shows the subscriber of examples/ as it is', () => {
  const source = read('examples/src/subscriber.ts');
  const shown = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(shown).not.toBe('');
  expect(source).toContain(shown);
});
