import { eventHeaders, eventStreamName, eventSubject } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { jetstream } from '@nats-io/jetstream';
import { headers, nanos } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { openBus, ownBus, type Surroundings, sample, tenant } from '../bus.harness.ts';
import { streamManager } from './event-stream.ts';
import { jetStreamTarget } from './jetstream-target.ts';

const stored = async ({
  bus,
  cell,
}: Surroundings): Promise<Array<{ subject: string; position: number; part: number }>> => {
  const manager = await streamManager(bus.connection());
  const stream = eventStreamName(cell, 'mailbox');
  const { state } = await manager.streams.info(stream);
  const found = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(stream, { seq });
    if (message === null) continue;
    const at = (name: string): number => Number(message.header.get(name));
    found.push({ subject: message.subject, position: at(eventHeaders.position), part: at(eventHeaders.part) });
  }
  return found;
};

/** Paths of the copies that three owners of a mailbox get. */
const ownerPaths = (): string[] => [1, 2, 3].map(() => `users.${newId()}.voicemails.messages.created`);

const withCopies = (position: number, paths: readonly string[]) => {
  const id = newId();
  const mailbox = newId();
  const common = { id, mailbox, position };
  return [
    sample({ ...common, part: 0, audience: paths }),
    ...paths.map((path, n) => sample({ ...common, part: n + 1, path })),
  ];
};

describe('copies of one event for several people', () => {
  it('vanish when they carry the id of the event alone', async () => {
    const around = await ownBus();
    const target = jetStreamTarget({ ...around, service: 'mailbox' });
    await target.inspect();
    const client = jetstream(around.bus.connection());
    const [original, ...copies] = withCopies(1, ownerPaths());
    for (const message of [original, ...copies]) {
      if (message === undefined) throw new Error('no sample');
      await client.publish(message.subject, message.body, { msgID: original?.id ?? '', headers: headers() });
    }
    expect(await stored(around)).toHaveLength(1);
  });

  it('all arrive as we publish them, each on its subject and with its part', async () => {
    const around = await ownBus();
    const target = jetStreamTarget({ ...around, service: 'mailbox' });
    const paths = ownerPaths();
    const messages = withCopies(7, paths);
    const { lastSequence } = await target.inspect();
    expect(await target.publish(messages, lastSequence)).toBe(4);
    expect(await stored(around)).toEqual(messages.map(({ subject }, part) => ({ subject, position: 7, part })));
    expect(await target.inspect()).toMatchObject({ lastSequence: 4, last: { position: 7, part: 3 } });
  });
});

describe('the relay’s side of a stream', () => {
  it('makes the stream as declared, changes it when it is declared otherwise, and keeps what it holds', async () => {
    const around = await ownBus();
    const target = jetStreamTarget({ ...around, service: 'mailbox', maxAgeMs: 3_600_000 });
    const first = await target.inspect();
    expect(first).toMatchObject({ lastSequence: 0, last: null });
    await target.publish([sample({ position: 1 })], 0);

    const changed = jetStreamTarget({ ...around, service: 'mailbox' });
    expect(await changed.inspect()).toEqual({
      createdAt: first.createdAt,
      lastSequence: 1,
      last: { position: 1, part: 0 },
    });
    const manager = await streamManager(around.bus.connection());
    const { config } = await manager.streams.info(eventStreamName(around.cell, 'mailbox'));
    expect(config).toMatchObject({
      storage: 'file',
      retention: 'limits',
      max_age: nanos(7 * 86_400_000),
      duplicate_window: nanos(120_000),
      num_replicas: 1,
      subjects: ['evt.*.mailboxes.>', 'evt.*.voicemails.>', 'evt.*.users.*.voicemails.>'],
    });
  });

  it('keeps the order of many messages', async () => {
    const around = await ownBus();
    const target = jetStreamTarget({ ...around, service: 'mailbox', window: 16 });
    await target.inspect();
    const messages = Array.from({ length: 300 }, (_, n) => sample({ position: n + 1 }));
    expect(await target.publish(messages, 0)).toBe(300);
    expect((await stored(around)).map(({ position }) => position)).toEqual(messages.map(({ position }) => position));
  });

  it('refuses a relay that was replaced, and stores nothing of it', async () => {
    const around = await ownBus();
    const stale = jetStreamTarget({ ...around, service: 'mailbox' });
    const current = jetStreamTarget({ ...around, bus: await openBus(around.nats.url), service: 'mailbox' });
    await stale.inspect();
    await stale.publish([sample({ position: 1 })], 0);
    await current.publish([sample({ position: 2 }), sample({ position: 3 })], 1);
    await expect(stale.publish([sample({ position: 2 }), sample({ position: 3 })], 1)).rejects.toThrow(
      'wrong last sequence',
    );
    expect((await stored(around)).map(({ position }) => position)).toEqual([1, 2, 3]);
  });

  it('stores nothing behind a message that was refused since somebody else came between', async () => {
    const around = await ownBus();
    const target = jetStreamTarget({ ...around, service: 'mailbox' });
    const { lastSequence } = await target.inspect();
    const foreign = sample({ position: 9, part: 0 });
    await jetstream(around.bus.connection()).publish(foreign.subject, 'not ours');
    const messages = [1, 2, 3].map((position) => sample({ position, part: 0 }));
    await expect(target.publish(messages, lastSequence)).rejects.toThrow(/wrong last/);
    expect(await stored(around)).toHaveLength(1);
    const again = await target.inspect();
    expect(await target.publish(messages, again.lastSequence)).toBe(4);
    expect((await stored(around)).map(({ position }) => position).slice(1)).toEqual([1, 2, 3]);
  });

  it('goes on behind messages that the stream already holds', async () => {
    const around = await ownBus();
    const target = jetStreamTarget({ ...around, service: 'mailbox' });
    await target.inspect();
    const messages = [1, 2, 3, 4].map((position) => sample({ position }));
    await target.publish(messages.slice(1, 3), 0);
    expect(await target.publish(messages, 2)).toBe(4);
    expect((await stored(around)).map(({ position }) => position)).toEqual([2, 3, 1, 4]);
  });

  it("tells the newest message that is the relay's own, behind foreign ones and such as are gone", async () => {
    const around = await ownBus();
    const target = jetStreamTarget({ ...around, service: 'mailbox' });
    await target.inspect();
    const messages = [1, 2, 3, 4].map((position) => sample({ position }));
    await target.publish(messages, 0);
    const connection = around.bus.connection();
    await (await streamManager(connection)).streams.deleteMessage(eventStreamName(around.cell, 'mailbox'), 4);
    await jetstream(connection).publish(messages[0]?.subject ?? '', 'nobody knows this');
    const isOurs = async ({ position }: { position: number }) => position !== 3;
    expect(await target.inspect()).toMatchObject({ lastSequence: 5, last: { position: 3, part: 0 } });
    expect(await target.inspect(isOurs)).toMatchObject({ lastSequence: 5, last: { position: 2, part: 0 } });
  });

  it('tells that the bus was wiped, and makes the stream anew', async () => {
    const around = await ownBus();
    const target = jetStreamTarget({ ...around, service: 'mailbox' });
    const before = await target.inspect();
    await target.publish([sample({ position: 1 })], 0);
    await around.nats.wipe();
    await around.bus.whenUp();
    const after = await target.inspect();
    expect(after).toMatchObject({ lastSequence: 0, last: null });
    expect(after.createdAt).not.toBe(before.createdAt);
  });

  it('throws and does not wait while the bus is down', async () => {
    const around = await ownBus();
    const target = jetStreamTarget({ ...around, service: 'mailbox' });
    await around.nats.kill();
    await expect.poll(() => around.bus.isUp).toBe(false);
    await expect(target.inspect()).rejects.toMatchObject({ code: 'bus-unavailable', kind: 'unavailable' });
    await expect(target.publish([sample({ position: 1 })], 0)).rejects.toMatchObject({ code: 'bus-unavailable' });
  });

  it('fails on a message of another service’s area', async () => {
    const around = await ownBus();
    const target = jetStreamTarget({ ...around, service: 'mailbox' });
    await target.inspect();
    const foreign = { ...sample({ position: 1 }), subject: eventSubject(tenant, 'media.x.stored') };
    await expect(target.publish([foreign], 0)).rejects.toThrow();
  });
});
