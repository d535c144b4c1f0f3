import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@aftertone/testing';
import { expect, it } from 'vitest';
import { runAlone } from '../spec-support/run-alone.ts';

// `npm run fuzz -- --cases 100000` is the long one.
it('a thousand damaged files end as sound or as a refusal, without a crash, a hang, or memory that stays taken', async () => {
  const folder = temporaryFolder('fuzz');
  const env = { CASES: '1000', SEED: String(randomInt(1e9)), CASE_FILE: join(folder.path, 'case') };
  // Coreutils: 124 when it took too long.
  const { code, stdout } = await runAlone('./fuzz-audio.ts', env, ['timeout', '--signal=KILL', '240']);
  // Where this fails, the file it failed on stays for whoever looks.
  expect(code, `seed ${env.SEED}, file ${env.CASE_FILE}`).toBe(0);
  expect(existsSync(env.CASE_FILE)).toBe(false);
  const { cases, heard, refused, growthMegabytes } = JSON.parse(stdout);
  expect(heard + refused).toBe(cases);
  expect(Math.min(heard, refused)).toBeGreaterThan(50);
  // Each decoder has more than a megabyte: any that stayed would be hundreds by now. Heaps that find their size are tens.
  expect(growthMegabytes).toBeLessThan(200);
  folder.remove();
}, 300_000);
