import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';

let notify: Notify;
beforeEach(async () => {
  notify = await startNotify();
});
afterEach(() => notify.close());

const lanes = 3;
const messages = 40;

it('looks for what was tried before now and then, not whenever something ends', async () => {
  const box = someMailbox({ to: ['anna@example.test'] });
  const news = Array.from({ length: messages }, () => box.messageCreated());
  await notify.tell(box.created(), ...news);
  const asked = vi.spyOn(notify.store.pool, 'query');
  const looks = (name: string): number =>
    asked.mock.calls.filter(([query]) => Reflect.get(Object(query), 'name') === name).length;
  const began = performance.now();
  // One after the other, so that there is a look after each.
  notify.startSending({ NOTIFY_CONCURRENCY: 1, NOTIFY_POLL_MS: 1_000 });
  await eventually(() => expect(notify.smtp.messages).toHaveLength(messages));
  const rounds = Math.ceil((performance.now() - began) / 250) + 1;
  expect(looks('take-fresh')).toBeGreaterThan(messages);
  expect(looks('take-tried')).toBeGreaterThan(0);
  expect(looks('take-tried')).toBeLessThanOrEqual(lanes * rounds);
});
