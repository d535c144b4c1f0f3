import { expect, it } from 'vitest';
import { runAlone } from '../../spec-support/run-alone.ts';

it.each(['wav', 'mp3'])(
  'an hour takes no more memory than a minute (%s)',
  async (format) => {
    const { stdout, code } = await runAlone('./convert-memory.ts', { FORMAT: format, MINUTES: '60' });
    expect(code).toBe(0);
    const { growthMegabytes } = JSON.parse(stdout);
    console.log(`converting an hour to ${format}: memory grew by ${growthMegabytes} MB`);
    expect(growthMegabytes).toBeLessThan(40);
  },
  // 17 seconds of work for MP3, and far more on a machine that does much else.
  600_000,
);
