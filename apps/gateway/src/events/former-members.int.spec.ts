import type { CloudEvent } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventReader } from '../test-support/event-reader.ts';
import { LiveUnderTest, password } from '../test-support/live-under-test.ts';
import { someGroup } from '../test-support/some-group.ts';

let live: LiveUnderTest;

beforeAll(async () => {
  live = await LiveUnderTest.start();
});

afterAll(() => live?.close());

const world = async () => {
  const user = await live.newUser();
  const token = await live.gateway.logIn({ username: user.username, password });
  const box = someGroup(live.tenantId);
  const tell = (events: Parameters<typeof live.publisher.tell>[0]) => live.publisher.tell(events);
  const group = `voicemails.groups.${box.mailboxId}.messages.created`;
  const message = (): CloudEvent => ({
    ...box.closed(1),
    id: newId(),
    type: 'message_created',
    subject: `mailboxes.${box.mailboxId}.messages.created`,
  });
  const deposit = async (): Promise<string> => {
    const event = message();
    await tell([[event, group]]);
    return event.id;
  };
  /** One that comes to the user on another way, behind all others. */
  const marker = (): [CloudEvent, string] => [message(), `users.${user.id}.voicemails.messages.created`];
  await tell([[box.settings(1, 'group', [])], [box.member(2, user.id, ['listen'])]]);
  await eventually(async () => {
    const { rows } = await live.gateway.parts.database.query('SELECT 1 FROM group_access WHERE user_id = $1', [
      user.id,
    ]);
    expect(rows).toHaveLength(1);
  });
  return { user, token, box, tell, group, message, deposit, marker };
};

describe('whoever is no member any more', () => {
  it('gets no message that is left behind the removal, on streams that are open', async () => {
    const { user, token, box, tell, group, message, deposit, marker } = await world();
    const reader = await EventReader.open(live.gateway.url, token);
    const client = await live.follow(token);
    await client.subscribe('a');
    const got = () => ({
      sse: reader.events.map(({ event }) => event.id),
      socket: client.of('event', 'a').map(({ event }) => event.id),
    });
    const before = await deposit();
    await eventually(() => expect(got()).toEqual({ sse: [before], socket: [before] }));
    const last = marker();
    const deposits = Array.from({ length: 25 }, () => [message(), group] as const);
    await tell([[box.removed(3, user.id)], ...deposits, last]);
    const expected = [before, last[0].id];
    await eventually(() => expect(got()).toEqual({ sse: expected, socket: expected }));
    // The member is back: what comes behind that is for them again, as soon as the session knows.
    await tell([[box.member(4, user.id, ['listen'])]]);
    await eventually(async () => {
      await deposit();
      expect(got().sse.length).toBeGreaterThan(expected.length);
    });
    reader.close();
  });

  it('nor on one that is opened before the sessions know it', async () => {
    const { user, token, box, tell, group, message, marker } = await world();
    const witness = await live.follow();
    await witness.subscribe('all');
    // As if whoever follows the groups stood still: the stream is told, what sessions are made from is not.
    const { live: events, cells } = live.gateway.parts;
    events
      .hubIn(cells.home)
      .publish('mailbox', { place: { position: 1, part: 0 }, paths: ['x'], event: box.removed(3, user.id) });
    const reader = await EventReader.open(live.gateway.url, token);
    const last = marker();
    await tell([[message(), group], last]);
    await eventually(() => expect(reader.events.map(({ event }) => event.id)).toEqual([last[0].id]));
    reader.close();
  });
});
