import type { CloudEvent } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import { Platform } from './platform.ts';
import { EventSocket } from './socket.ts';
import { EventStream } from './sse.ts';

let platform: Platform;
let admin: Client;
let alice: Client;
let box: string;

beforeAll(async () => {
  platform = await Platform.start();
  admin = platform.admin;
  alice = platform.as('alice');
  box = platform.demo.mailboxId;
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

interface Page {
  items: { cursor: string; event: CloudEvent }[];
  next: string | null;
  cursor: string;
}

/** All events from `after` to `until` or the end, page by page; and the cursor behind them. */
const walk = async (client: Client, query: Record<string, string>): Promise<Omit<Page, 'next'>> => {
  const items: Page['items'] = [];
  for (let after = query.after ?? 'first'; ; ) {
    const page: Page = await client.json('GET', `/v1/events/history?${new URLSearchParams({ ...query, after })}`);
    items.push(...page.items);
    if (page.next === null) return { items, cursor: page.cursor };
    after = page.next;
  }
};

/** Ids of events by service: between services there is no order. */
const byService = (events: readonly { event: CloudEvent }[]): Record<string, string[]> => {
  const ids: Record<string, string[]> = {};
  for (const { event } of events) ids[event.source] = [...(ids[event.source] ?? []), event.id];
  return ids;
};

describe('what happened', () => {
  it('is the same on SSE, on a WebSocket and in pages of history, for whoever may see it', async () => {
    const live = await EventSocket.open(platform.url, admin.token, 'first');
    for (let n = 0; n < 5; n++) {
      const { id } = await admin.leave(box, { metadata: { callerNumber: `+3315550123${n}` } });
      await alice.send('PATCH', `/v1/messages/${id}`, { heard: true });
    }
    for (const client of [admin, alice]) {
      const stream = await EventStream.open(platform.url, client.token, { after: 'first' });
      const socket = await EventSocket.open(platform.url, client.token, 'first');
      const { items, cursor } = await eventually(async () => {
        const walked = await walk(client, { limit: '3' });
        expect(walked.items.filter(({ event }) => event.type === 'message_updated').length).toBeGreaterThanOrEqual(5);
        expect(byService(stream.events)).toEqual(byService(walked.items));
        expect(byService(socket.events)).toEqual(byService(walked.items));
        return walked;
      });
      const middle = items[Math.floor(items.length / 2)]?.cursor ?? '';
      const [before, after] = [
        await walk(client, { until: middle }),
        await walk(client, { after: middle, until: cursor }),
      ];
      expect(byService([...before.items, ...after.items])).toEqual(byService(items));
      stream.close();
      socket.close();
    }
    expect(live.events.length).toBeGreaterThan(20);
    live.close();
  });

  it('goes over from history to live events behind the last page', async () => {
    const { items, cursor } = await walk(admin, {});
    const [stream, socket] = [
      await EventStream.open(platform.url, admin.token, { after: cursor }),
      await EventSocket.open(platform.url, admin.token, cursor),
    ];
    const { id } = await admin.leave(box, { metadata: { callerNumber: '+33155501239' } });
    const isIt = ({ event }: { event: CloudEvent }): boolean => event.data.messageId === id;
    await eventually(() => expect([stream.events.some(isIt), socket.events.some(isIt)]).toEqual([true, true]));
    const known = new Set(items.map(({ event }) => event.id));
    expect([...stream.events, ...socket.events].filter(({ event }) => known.has(event.id))).toEqual([]);
    stream.close();
    socket.close();
  });
});
