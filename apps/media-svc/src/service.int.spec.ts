import {
  type CloudEvent,
  cloudEvent,
  eventHeaders,
  eventStreamName,
  eventSubject,
  mediaQueries,
} from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { type Bus, connectBus, jetStreamTarget, listDeadLetters, RpcClient } from '@aftertone/messaging';
import { eventually, startPostgres } from '@aftertone/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greetingEvents } from './spec-support/greeting-events.ts';
import { messageEvent } from './spec-support/message-events.ts';
import { isReady, json, type RunningMedia, startMedia } from './spec-support/running-media.ts';
import { tone, wavFile } from './spec-support/wav-files.ts';

/** What mailbox-svc's relay does. */
const mailboxStream = (bus: Bus, cell: string) => {
  const target = jetStreamTarget({ bus, cell, service: 'mailbox' });
  let position = 0;
  return {
    publish: async (...events: CloudEvent[]): Promise<void> => {
      const { lastSequence } = await target.inspect();
      const messages = events.map((event) => ({
        subject: eventSubject(event.tenantid, event.subject),
        id: event.id,
        position: ++position,
        part: 0,
        headers: { [eventHeaders.position]: String(position), [eventHeaders.part]: '0' },
        body: JSON.stringify(event),
      }));
      await target.publish(messages, lastSequence);
    },
  };
};

const mediaEvents = async (bus: Bus, cell: string): Promise<CloudEvent[]> => {
  const manager = await jetstreamManager(bus.connection());
  const stream = eventStreamName(cell, 'media');
  const { state } = await manager.streams.info(stream);
  const events: CloudEvent[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage(stream, { seq });
    if (message !== null) events.push(cloudEvent.parse(message.json()));
  }
  return events;
};

describe('with bus and database', () => {
  let media: RunningMedia;
  let bus: Bus;
  let database: Pool;
  let mailboxes: ReturnType<typeof mailboxStream>;
  beforeAll(async () => {
    media = await startMedia({ environment: { MEDIA_HOUSEKEEPING_SECONDS: '1', MEDIA_RELEASE_GRACE_MINUTES: '0' } });
    database = new Pool({ connectionString: media.databaseUrl });
    bus = connectBus({ url: media.nats.url, name: 'test' });
    await bus.whenUp();
    mailboxes = mailboxStream(bus, media.cell);
    // mailbox-svc makes its stream when it starts.
    await mailboxes.publish();
    await eventually(() => isReady(media));
  });
  afterAll(async () => {
    await bus.close();
    await database.end();
    await media.close();
  });

  const day = 86_400_000;
  const applied = async (): Promise<{ since: Date; through: Date } | undefined> =>
    (await database.query('SELECT since, through FROM applied_events')).rows[0];
  const isGone = (mediaId: string) => eventually(async () => expect((await media.get(mediaId)).status).toBe(404));
  const eventsOf = async (mediaId: string) =>
    (await mediaEvents(bus, media.cell)).filter(({ data }) => data.mediaId === mediaId);

  it('tells the bus, and whoever asks for the log, what was stored', async () => {
    const mediaId = newId();
    await media.put(mediaId, wavFile());
    const [stored] = await eventually(async () => {
      const events = await eventsOf(mediaId);
      expect(events).toHaveLength(1);
      return events;
    });
    expect(stored).toMatchObject({
      type: 'media_stored',
      source: `/aftertone/${media.cell}/media`,
      tenantid: media.tenantId,
    });
    const client = new RpcClient({ bus, cell: media.cell });
    const context = {
      tenantId: media.tenantId,
      actor: { kind: 'service' as const, id: 'gateway', admin: true },
      correlationId: newId(),
      deadline: Date.now() + 5000,
    };
    const page = await client.call(mediaQueries.events, { afterPosition: 0 }, context);
    expect(page.events.map(({ event }) => event)).toContainEqual(stored);
    expect(page.events[0]?.paths).toEqual([page.events[0]?.event.subject]);
    expect(page.throughPosition).toBe(page.headPosition);
    const other = await client.call(mediaQueries.events, { afterPosition: 0 }, { ...context, tenantId: newId() });
    expect(other.events).toEqual([]);
  });

  it('keeps what messages play until the last one is purged, and then deletes the bytes', async () => {
    const mediaId = newId();
    await media.put(mediaId, wavFile({ sound: tone(0.1) }));
    const one = messageEvent({ tenantId: media.tenantId, messageId: newId() });
    const copy = messageEvent({ tenantId: media.tenantId, messageId: newId() });
    await mailboxes.publish(one.created(1, mediaId), copy.created(1, mediaId), one.purged(2));
    await mailboxes.publish(copy.purged(2));
    await isGone(mediaId);
    await eventually(() => expect(media.files().some((name) => name.startsWith(mediaId))).toBe(false));
    await eventually(async () =>
      expect((await eventsOf(mediaId)).map(({ type, data }) => [type, data.reason])).toEqual([
        ['media_stored', undefined],
        ['media_deleted', 'released'],
      ]),
    );
  });

  it('keeps what greetings say and said until it is forgotten', async () => {
    const [said, earlier] = [newId(), newId()];
    for (const [n, mediaId] of [said, earlier].entries())
      await media.put(mediaId, wavFile({ sound: tone(0.7 + n / 10) }));
    const { recorded, forgot } = greetingEvents({ tenantId: media.tenantId });
    const [one, other] = [newId(), newId()];
    await mailboxes.publish(recorded(1, { id: one, mediaId: earlier }), recorded(2, { id: other, mediaId: said }));
    await mailboxes.publish(forgot(3, { id: other, mediaId: said }, [one]));
    await isGone(earlier);
    expect((await media.get(said)).status).toBe(200);
    await mailboxes.publish(forgot(4, null, [other]));
    await isGone(said);
  });

  it('takes what was erased of the only events on the bus for no gap', async () => {
    const mediaId = newId();
    await media.put(mediaId, wavFile({ sound: tone(0.15) }));
    const message = messageEvent({ tenantId: media.tenantId, messageId: newId() });
    await mailboxes.publish(message.created(1, mediaId));
    const manager = await jetstreamManager(bus.connection());
    const stream = eventStreamName(media.cell, 'mailbox');
    const caughtUpAt = async (): Promise<Date> =>
      (await database.query('SELECT min(caught_up_at) AS at FROM applied_events')).rows[0].at;
    const published = new Date();
    await eventually(async () => expect((await caughtUpAt()).getTime()).toBeGreaterThan(published.getTime()));
    const before = await applied();
    // As after a week of silence, and mailbox-svc erases a message that is kept elsewhere.
    await manager.streams.purge(stream);
    const forwarded = messageEvent({ tenantId: media.tenantId, messageId: newId() });
    await mailboxes.publish(forwarded.created(1, null), message.purged(2));
    const { state } = await manager.streams.info(stream);
    await manager.streams.deleteMessage(stream, state.last_seq - 1, true);
    await isGone(mediaId);
    expect((await applied())?.since).toEqual(before?.since);
  });

  it('deletes what no message played when a day of events has been applied, by the time of the events', async () => {
    const [orphan, played, younger] = [newId(), newId(), newId()];
    await media.put(played, wavFile({ sound: tone(0.2) }));
    const { storedAt } = await json(await media.put(orphan, wavFile({ sound: tone(0.2) })));
    const after = (ms: number): Date => new Date(Date.parse(String(storedAt)) + ms);
    const message = messageEvent({ tenantId: media.tenantId, messageId: newId() });
    const other = messageEvent({ tenantId: newId(), messageId: newId() });
    await mailboxes.publish(message.created(1, played), other.created(1, null, after(day - 1)));
    await media.put(younger, wavFile({ sound: tone(0.3) }));
    await eventually(async () => expect((await applied())?.through).toEqual(after(day - 1)));
    expect((await media.get(orphan)).status).toBe(200);
    await mailboxes.publish(other.updated(2, null, after(day)));
    await isGone(orphan);
    expect((await media.get(played)).status).toBe(200);
    expect((await media.get(younger)).status).toBe(200);
  });

  it('deletes nothing that an event may speak of which it had to give up', async () => {
    const [before, behind] = [newId(), newId()];
    await media.put(before, wavFile({ sound: tone(0.5) }));
    const message = messageEvent({ tenantId: media.tenantId, messageId: newId() });
    await mailboxes.publish({ ...message.created(1, before), data: { messageId: 'unreadable' } });
    await eventually(async () =>
      expect(await listDeadLetters(database, { consumer: 'media-mailboxes' })).toHaveLength(1),
    );
    const { storedAt } = await json(await media.put(behind, wavFile({ sound: tone(0.6) })));
    const later = new Date(Date.parse(String(storedAt)) + day);
    await mailboxes.publish(messageEvent({ tenantId: newId(), messageId: newId() }).created(1, null, later));
    await isGone(behind);
    expect((await media.get(before)).status).toBe(200);
  });

  it('goes on by itself after the bus was wiped', async () => {
    const mediaId = newId();
    await media.nats.wipe();
    expect((await media.put(mediaId, wavFile({ sound: tone(0.4) }))).status).toBe(201);
    await eventually(async () => expect(await eventsOf(mediaId)).toHaveLength(1), { timeoutMs: 20_000 });
    const message = messageEvent({ tenantId: media.tenantId, messageId: newId() });
    await eventually(() => mailboxes.publish(message.created(1, mediaId)));
    await mailboxes.publish(message.purged(2));
    await isGone(mediaId);
  });
});

describe('without', () => {
  it('the bus: recordings are taken and played, and told when it is there', async () => {
    const media = await startMedia();
    try {
      await eventually(() => isReady(media));
      await media.nats.kill();
      const mediaId = newId();
      expect((await media.put(mediaId, wavFile())).status).toBe(201);
      expect((await media.get(mediaId)).status).toBe(200);
      await eventually(async () => {
        const ready = await fetch(`${media.service.url}/readyz`);
        expect([ready.status, await ready.json()]).toMatchObject([
          503,
          { checks: { bus: false, store: true, storage: true } },
        ]);
      });
      await media.nats.start();
      const bus = connectBus({ url: media.nats.url, name: 'test' });
      await bus.whenUp();
      await eventually(async () => expect(await mediaEvents(bus, media.cell)).toHaveLength(1));
      await bus.close();
    } finally {
      await media.close();
    }
  });

  it('the database: it starts, refuses clearly, and serves as soon as the database is there', async () => {
    const postgres = await startPostgres({ durable: true });
    await postgres.stop();
    const media = await startMedia({ databaseUrl: postgres.url });
    try {
      const mediaId = newId();
      const refused = await media.put(mediaId, wavFile());
      expect([refused.status, (await json(refused)).code]).toEqual([503, 'store-unavailable']);
      expect((await fetch(`${media.service.url}/healthz`)).status).toBe(200);
      await postgres.start();
      await eventually(() => isReady(media), { timeoutMs: 20_000 });
      expect((await media.put(mediaId, wavFile())).status).toBe(201);
      await postgres.kill();
      const [put, get] = await Promise.all([media.put(newId(), wavFile()), media.get(mediaId)]);
      expect([put.status, (await json(put)).code]).toEqual([503, 'store-unavailable']);
      expect([get.status, (await json(get)).code]).toEqual([503, 'store-unavailable']);
      await postgres.start();
      await eventually(async () => expect((await media.get(mediaId)).status).toBe(200), { timeoutMs: 20_000 });
    } finally {
      await media.close();
      await postgres.remove();
    }
  });
});
