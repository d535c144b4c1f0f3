import type { CloudEvent } from '@aftertone/contracts';
import { expect, it } from 'vitest';
import type { Delivered } from '../bus/raw-recorder.ts';
import { checkPublications, countPublications } from './publications.ts';

const published = (id: string, sequence: number, more: Partial<Delivered> = {}): Delivered => ({
  ...{ stream: 'S', life: 1, sequence, subject: 'evt.t.mailboxes.b.messages.updated', id, version: sequence },
  ...{ messageId: 'm', deliveries: 1, at: sequence * 1000 },
  ...more,
});
const log = (...ids: string[]): CloudEvent[] => ids.map((id) => ({ id, type: 'message_updated' }) as CloudEvent);
const check = (ids: readonly string[], delivered: readonly Delivered[]) =>
  checkPublications(log(...ids), delivered, new Set()).map(({ what, ids: which }) => [what, ...which]);

it('has nothing to say of each event once, however often a publication is delivered', () => {
  const again = published('a', 1, { deliveries: 2 });
  expect(check(['a', 'b'], [published('a', 1), published('b', 2), again])).toEqual([]);
  expect(countPublications([published('a', 1), again])).toEqual({ published: 0, redelivered: 1 });
});

it('finds an event that the stream had already, unless the stream has lost it or forgotten its id', () => {
  const [first, second] = [published('a', 1), published('a', 2)];
  expect(check(['a'], [first, second])).toEqual([['published again, though the stream had it', expect.any(String)]]);
  expect(check(['a'], [first, { ...second, life: 2 }])).toEqual([]);
  expect(check(['a'], [first, { ...second, at: first.at + 120_001 }])).toEqual([]);
  expect(countPublications([first, { ...second, life: 2 }])).toEqual({ published: 1, redelivered: 0 });
});

it('takes copies for others for what they are', () => {
  const copy = { subject: 'evt.t.voicemails.global.messages.updated' };
  expect(check(['a'], [published('a', 1), published('a', 2, copy)])).toEqual([]);
});

it('misses what no stream has had, and what came out of order', () => {
  expect(check(['a', 'b'], [published('a', 1)])).toEqual([
    ['events of the log that no stream has had', 'message_updated b'],
  ]);
  expect(check(['a', 'b'], [published('b', 1, { version: 2 }), published('a', 2, { version: 1 })])).toEqual([
    ['first published in another order than they changed', 'm v1 after v2 at 2'],
  ]);
});

it('blames nobody for the order where the end was cut before all of it was heard', () => {
  const [before, later, again] = [
    published('x', 1, { messageId: 'other' }),
    published('b', 3, { version: 2 }),
    published('a', 2, { version: 1, life: 2 }),
  ];
  expect(check(['a', 'b', 'x'], [before, later, again])).toEqual([]);
  const nothingBetween = { ...later, sequence: 2 };
  expect(check(['a', 'b', 'x'], [before, nothingBetween, again])).toEqual([
    ['first published in another order than they changed', 'm v1 after v2 at 2'],
  ]);
});
