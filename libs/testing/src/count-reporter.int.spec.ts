import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TestCounts } from './count-reporter.ts';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const reporter = fileURLToPath(new URL('./count-reporter.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  // Below the workspace, where `vitest` is found.
  mkdirSync(join(workspace, '.cache'), { recursive: true });
  folder = mkdtempSync(join(workspace, '.cache', 'count-reporter-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs these spec files with the reporter. */
async function countsOf(files: Record<string, string>): Promise<TestCounts> {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.spec.ts`), `import { beforeAll, it } from 'vitest';\n${text}`);
  }
  const file = join(folder, 'counts.json');
  const vitest = join(workspace, 'node_modules', 'vitest', 'vitest.mjs');
  await new Promise<void>((resolve) => {
    execFile(
      process.execPath,
      [vitest, 'run', '--root', folder, `--reporter=${reporter}`],
      { env: { ...process.env, AFTERTONE_TEST_COUNTS: file } },
      () => resolve(),
    );
  });
  return JSON.parse(readFileSync(file, 'utf8'));
}

it('counts what passed, failed and was skipped, with the reason', async () => {
  const counts = await countsOf({
    mixed: `it('a', () => {}); it('b', () => {}); it('c', () => { throw new Error('no'); });
      it.skip('d', () => {}); it('e', (context) => context.skip('no engine here'));`,
  });
  expect(counts).toEqual({
    passed: 2,
    failed: 1,
    skipped: [
      { name: 'd', reason: null },
      { name: 'e', reason: 'no engine here' },
    ],
  });
});

it('counts a file that cannot be loaded, and one whose hook fails', async () => {
  const counts = await countsOf({
    broken: `throw new Error('cannot be loaded');`,
    hook: `beforeAll(() => { throw new Error('no server'); }); it('never runs', () => {});`,
    fine: `it('a', () => {});`,
  });
  expect([counts.passed, counts.failed]).toEqual([1, 2]);
});
