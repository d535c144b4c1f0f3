import type { ServiceName } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import { atEnd, become, ownBus, publish, type Surroundings, sample, tenant } from '../bus.harness.ts';
import { type TailedEvent, tailEvents } from './tail-events.ts';

const follow = (around: Surroundings, services: readonly ServiceName[] = ['mailbox']) => {
  const events: TailedEvent[] = [];
  const gaps: ServiceName[] = [];
  const tail = tailEvents({
    ...around,
    services,
    onEvent: (event) => events.push(event),
    onGap: (service) => gaps.push(service),
  });
  atEnd(() => tail.close());
  return { tail, events, gaps, positions: () => events.map(({ position }) => position) };
};

const live = (tail: { isLive(service: ServiceName): boolean }) => become(() => tail.isLive('mailbox'), true);

describe('the tail of all services', () => {
  it('brings canonical events from its beginning on, in order and with their audience', async () => {
    const around = await ownBus();
    await publish(around, [sample({ position: 1 })]);
    const { tail, events, gaps, positions } = follow(around);
    await live(tail);
    expect(gaps).toEqual(['mailbox']);
    const mailbox = newId();
    const audience = ['users.u1.voicemails.messages.created', 'users.u2.voicemails.messages.created'];
    await publish(around, [
      sample({ position: 2, mailbox, audience }),
      ...audience.map((path, n) => sample({ position: 2, part: n + 1, mailbox, path })),
      sample({ position: 3 }),
    ]);
    await become(positions, [2, 3]);
    expect(events[0]).toMatchObject({
      service: 'mailbox',
      tenantId: tenant,
      path: `mailboxes.${mailbox}.messages.created`,
      position: 2,
      part: 0,
      audience,
      event: { type: 'message_created' },
    });
  });

  it('brings everything of a stream that did not exist when it began', async () => {
    const around = await ownBus();
    const { tail, positions } = follow(around);
    expect(tail.isLive('mailbox')).toBe(false);
    await publish(around, [sample({ position: 1 }), sample({ position: 2 })]);
    await become(positions, [1, 2]);
  });

  it('misses nothing and repeats nothing while the connection is gone', async () => {
    const around = await ownBus();
    await publish(around, [sample({ position: 1 })]);
    const { tail, gaps, positions } = follow(around);
    await live(tail);
    await publish(around, [sample({ position: 2 })]);
    await become(positions, [2]);
    for (const position of [3, 5]) {
      await around.nats.kill();
      await become(() => tail.isLive('mailbox'), false);
      await around.nats.start();
      await eventually(() => publish(around, [sample({ position }), sample({ position: position + 1 })]));
      await become(positions, [2, ...Array.from({ length: position - 1 }, (_, n) => n + 3)]);
    }
    expect(gaps).toHaveLength(1);
  });

  it('leaves out what a relay publishes again after a wipe, and says that something may be missing', async () => {
    const around = await ownBus();
    await publish(around, [sample({ position: 1 })]);
    const { tail, gaps, positions } = follow(around);
    await live(tail);
    const known = [2, 3].map((position) => sample({ position }));
    await publish(around, known);
    await become(positions, [2, 3]);
    await around.nats.wipe();
    await eventually(() => publish(around, [sample({ position: 1 }), ...known, sample({ position: 4 })]));
    await become(positions, [2, 3, 4]);
    expect(gaps).toHaveLength(2);
  });
});
