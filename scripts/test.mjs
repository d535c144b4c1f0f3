// npm test -- [arguments of vitest]: sets up like npm start, runs the tests, and ends with a line of counts.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, prepare, runInstead, workspace } from './prepare.mjs';

const node = await prepare();
const args = process.argv.slice(2);
// The stories of the whole installation start the built services; several may start them at once, so build before.
if (args.length === 0 || args.some((argument) => argument.includes('e2e'))) await build(node, 'apps/*,examples');
const folder = mkdtempSync(join(tmpdir(), 'aftertone-counts-'));
const countsFile = join(folder, 'counts.json');
const vitest = join(workspace, 'node_modules', 'vitest', 'vitest.mjs');
const reporters = ['--reporter=default', '--reporter=./libs/testing/src/count-reporter.ts'];
const code = await runInstead(node, [vitest, 'run', ...reporters, ...args], {
  env: { ...process.env, AFTERTONE_TEST_COUNTS: countsFile },
});
const { passed, failed, skipped } = countsOf(countsFile, code);
rmSync(folder, { recursive: true, force: true });
for (const { name, reason } of skipped) console.log(`skipped: ${name}${reason ? ` (${reason})` : ''}`);
console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
process.exit(code);

/** What the reporter wrote. A run that failed outside every test, or before it could write anything, is one failure. */
function countsOf(file, exitCode) {
  const counts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0, skipped: [] };
  return { ...counts, failed: exitCode === 0 ? counts.failed : Math.max(1, counts.failed) };
}
