import { createLogger } from '@aftertone/platform';
import { eventually } from '@aftertone/testing';
import { expect, it } from 'vitest';
import { repeatedly } from './repeatedly.ts';

const log = createLogger({ service: 'test', level: 'silent' });

it('does it again after a failure, then never', async () => {
  let tries = 0;
  const task = repeatedly('trying', log, async () => {
    tries += 1;
    if (tries === 1) throw new Error('not yet');
  });
  await eventually(() => expect(tries).toBe(2));
  await task.stop();
  expect(tries).toBe(2);
});

it('does it again and again until it is stopped', async () => {
  let tries = 0;
  const task = repeatedly(
    'sweeping',
    log,
    async () => {
      tries += 1;
    },
    1,
  );
  await eventually(() => expect(tries).toBeGreaterThan(3));
  await task.stop();
  const last = tries;
  await new Promise((resolve) => setImmediate(resolve));
  expect(tries).toBe(last);
});
