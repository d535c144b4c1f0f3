import { cloudEvent, eventHeaders } from '@aftertone/contracts';
import type { RecordedEvent } from '@aftertone/event-store';
import { describe, expect, it } from 'vitest';
import { ann, bob } from '../mailboxes/mailbox.samples.ts';
import { box, deposited, now } from '../messages/message.samples.ts';
import { mailboxPublisher } from './publisher.ts';

const publisher = mailboxPublisher('c1');
const recorded: RecordedEvent = {
  position: 41,
  tenantId: '0190e000-0000-7000-8000-000000000001',
  streamId: 'message-0190d000-0000-7000-8000-000000000001',
  version: 1,
  id: '0190f000-0000-7000-8000-000000000001',
  type: deposited.type,
  data: deposited.data,
  meta: { actor: { kind: 'user', id: ann }, correlationId: 'call-1', causationId: 'cause-1' },
  stamps: {
    mailbox: {
      feedId: box,
      sequence: 7,
      counters: [1, 0, 0, 0, 0, 0, 12_340, 1],
      access: { type: 'personal', ownerUserIds: [ann, bob] },
    },
  },
  at: now,
};

describe('the envelopes of a stored event', () => {
  it('are CloudEvents with ids that follow from the stored one', () => {
    const made = publisher.envelopes(recorded);
    expect(made.map(({ part, event }) => [part, event.id, event.type, event.sequence])).toEqual([
      [0, recorded.id, 'message_created', 7],
      [1, `${recorded.id}.1`, 'mwi_updated', 8],
    ]);
    for (const { event } of made) {
      expect(cloudEvent.parse(event)).toEqual(event);
      expect(event).toMatchObject({
        source: '/aftertone/c1/mailbox',
        time: now,
        streamversion: 1,
        tenantid: recorded.tenantId,
        correlationid: 'call-1',
        causationid: 'cause-1',
      });
    }
  });

  it('are none for an event that only a newer version knows', () => {
    expect(publisher.envelopes({ ...recorded, type: 'MessageTranscribed' })).toEqual([]);
  });
});

describe('the bus messages of a stored event', () => {
  const messages = publisher.busMessages(recorded);

  it('are numbered through, each with an id of its own: JetStream would drop copies of one id', () => {
    expect(messages.map(({ part, position }) => [position, part])).toEqual(
      [0, 1, 2, 3, 4, 5].map((part) => [41, part]),
    );
    expect(new Set(messages.map(({ id }) => id)).size).toBe(6);
    expect(messages[2]?.id).toBe(`${recorded.id}:users.${bob}.voicemails.messages.created`);
  });

  it('are equal copies; only the canonical one names the audience', () => {
    expect(new Set(messages.slice(0, 3).map(({ body }) => body)).size).toBe(1);
    expect(messages.map(({ headers }) => headers[eventHeaders.audience])).toEqual([
      `users.${ann}.voicemails.messages.created,users.${bob}.voicemails.messages.created`,
      undefined,
      undefined,
      `users.${ann}.voicemails.mwi.updated,users.${bob}.voicemails.mwi.updated`,
      undefined,
      undefined,
    ]);
  });

  it('are the same each time they are made', () => {
    expect(publisher.busMessages(recorded)).toEqual(messages);
  });
});
