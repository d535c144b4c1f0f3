import { compileAcl } from '@aftertone/contracts';
import { describe, expect, it } from 'vitest';
import type { Viewer } from './access-index.ts';
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

const viewerOf = (tenantId: string, ...acl: string[]): Viewer => {
  const [userId, tokenId] = ['U', 'S'];
  return { tenantId, userId, tokenId, acl, allows: compileAcl(acl, { authId: userId, sessionId: tokenId }) };
};

const hubOf = (keep: number, isLive = true): EventHub => {
  const hub = new EventHub(keep);
  hub.follow({ isLive: () => isLive });
  return hub;
};

const at = (position: number) => ({ position, part: 0 });
const positions = (hub: EventHub, from: number): number[] =>
  hub.since('mailbox', at(from), 100).map(({ place }) => place.position);

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
    hub.listen(
      {
        onEvent: (_service, { place }) => heard.push(`event ${place.position}`),
        onReset: (service) => heard.push(`reset ${service}`),
      },
      viewerOf('x', 'events.#'),
    );
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

  it('tells only those of the tenant whose rights allow it, as they are now', () => {
    const hub = hubOf(9);
    const heard: string[] = [];
    const listener = (name: string) => ({
      onEvent: (_service: string, { place }: PlacedEvent) => heard.push(`${name} ${place.position}`),
      onReset: () => undefined,
    });
    const all = hub.listen(listener('all'), viewerOf('x', 'events.mailboxes.#'));
    const changing = hub.listen(listener('changing'), viewerOf('x', 'events.users.#'));
    hub.listen(listener('foreign'), viewerOf('y', '#'));
    hub.publish('mailbox', placed(1));
    changing.change(viewerOf('x', 'events.*.x.#'));
    hub.publish('mailbox', placed(2));
    all.leave();
    hub.publish('mailbox', placed(3));
    changing.leave();
    hub.publish('mailbox', placed(4));
    expect(heard.sort()).toEqual(['all 1', 'all 2', 'changing 2', 'changing 3']);
  });

  it('knows how far everybody has come, whoever the events were for', () => {
    const hub = hubOf(9);
    expect(hub.head('mailbox')).toBeUndefined();
    for (const position of [3, 4, 2]) hub.publish('mailbox', placed(position));
    expect(hub.head('mailbox')).toEqual({ position: 4, part: 1 });
    hub.reset('mailbox');
    expect(hub.head('mailbox')).toBeUndefined();
  });
});
