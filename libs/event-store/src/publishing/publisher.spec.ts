import { cloudEvent, eventHeaders } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import type { RecordedEvent } from '../types.ts';
import { Publisher } from './publisher.ts';

const recorded: RecordedEvent = {
  position: 7,
  tenantId: newId(),
  streamId: 'thing-1',
  version: 3,
  id: newId(),
  type: 'ThingDone',
  data: {},
  meta: { actor: { kind: 'system', id: 'spec' }, correlationId: 'c-1', causationId: 'cause' },
  stamps: {},
  at: '2026-01-02T03:04:05.678Z',
};

const publisher = new Publisher({
  source: '/aftertone/c1/thing',
  publish: () => [
    {
      type: 'thing_done',
      path: 'things.1.done',
      audiences: ['users.a.things.done', 'users.b.things.done'],
      sequence: 4,
      data: {},
    },
    { type: 'lamp_changed', path: 'things.1.lamp', data: { on: true } },
  ],
});

it('sends every contract event on its canonical subject and then a copy to each audience, numbered through', () => {
  const messages = publisher.busMessages(recorded);
  const subjects = ['things.1.done', 'users.a.things.done', 'users.b.things.done', 'things.1.lamp'];
  expect(messages.map(({ subject }) => subject)).toEqual(subjects.map((path) => `evt.${recorded.tenantId}.${path}`));
  expect(
    messages.map(({ part, headers }) => [part, headers[eventHeaders.part], headers[eventHeaders.position]]),
  ).toEqual([0, 1, 2, 3].map((part) => [part, String(part), '7']));
  expect(messages[0]?.headers[eventHeaders.audience]).toBe('users.a.things.done,users.b.things.done');
  expect(messages[1]?.headers[eventHeaders.audience]).toBeUndefined();
});

it('gives copies the id of the event but a message id of their own, or JetStream would drop all but the first', () => {
  const messages = publisher.busMessages(recorded);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(4);
  const ids = messages.map(({ body }) => cloudEvent.parse(JSON.parse(body)).id);
  expect(ids).toEqual([recorded.id, recorded.id, recorded.id, `${recorded.id}.1`]);
});

it('wraps an event as CloudEvents, with what is known of its place and cause', () => {
  const [first, second] = publisher.envelopes(recorded);
  expect(first?.event).toMatchObject({
    specversion: '1.0',
    source: '/aftertone/c1/thing',
    subject: 'things.1.done',
    time: recorded.at,
    tenantid: recorded.tenantId,
    sequence: 4,
    streamversion: 3,
    correlationid: 'c-1',
    causationid: 'cause',
  });
  expect(second?.event).not.toHaveProperty('sequence');
});
