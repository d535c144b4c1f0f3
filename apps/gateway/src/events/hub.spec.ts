import { describe, expect, it } from 'vitest';
import { EventHub, type PlacedEvent } from './hub.ts';

const placed = (position: number, type = 'message_created', data = {}): PlacedEvent => ({
  place: { position, part: 0 },
  paths: ['mailboxes.x.messages.created'],
  event: {
    specversion: '1.0',
    id: String(position),
    source: '/aftertone/c1/mailbox',
    type,
    subject: 'mailboxes.x.messages.created',
    time: '2026-03-01T09:00:00.000Z',
    datacontenttype: 'application/json',
    tenantid: 'x',
    streamversion: 1,
    correlationid: 'x',
    data,
  },
});

const hubOf = (keep: number, isLive = true): EventHub => {
  const hub = new EventHub(keep);
  hub.follow({ isLive: () => isLive });
  return hub;
};

const at = (position: number) => ({ position, part: 0 });
const positions = (hub: EventHub, from: number): number[] =>
  hub.since('mailbox', at(from)).map(({ place }) => place.position);

describe('the hub', () => {
  it('keeps the latest events of each service, in order and once', () => {
    const hub = hubOf(3);
    for (const position of [1, 2, 3, 2, 3, 4]) hub.publish('mailbox', placed(position));
    hub.publish('notify', placed(9));
    expect(positions(hub, 0)).toEqual([2, 3, 4]);
    expect(positions(hub, 4)).toEqual([4]);
    expect(hub.covers('mailbox', at(2))).toBe(true);
    expect(hub.covers('mailbox', at(1))).toBe(false);
  });

  it('answers for nothing while the bus is away', () => {
    const hub = hubOf(3, false);
    hub.publish('mailbox', placed(1));
    expect(hub.covers('mailbox', at(1))).toBe(false);
  });

  it('forgets what it kept when something may be missing, and when a message was purged', () => {
    const hub = hubOf(9);
    const heard: string[] = [];
    hub.listen({
      onEvent: (_service, { place }) => heard.push(`event ${place.position}`),
      onReset: (service) => heard.push(`reset ${service}`),
    });
    hub.publish('mailbox', placed(1));
    const before = hub.watermark('mailbox');
    hub.publish('mailbox', placed(2, 'message_deleted', { reason: 'purged' }));
    expect(positions(hub, 0)).toEqual([2]);
    expect(hub.holds('mailbox', before)).toBe(false);
    hub.publish('mailbox', placed(3, 'message_deleted', { reason: 'deleted' }));
    expect(positions(hub, 0)).toEqual([2, 3]);
    hub.reset('mailbox');
    expect(positions(hub, 0)).toEqual([]);
    expect(heard).toEqual(['event 1', 'event 2', 'event 3', 'reset mailbox']);
  });
});
