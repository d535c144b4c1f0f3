import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { eventStreamName } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { AckPolicy } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import { become, ownBus, ownDatabase, type Surroundings, sample } from '../bus.harness.ts';
import { allDone, consume } from '../consumer/consumer.harness.ts';
import type { IncomingEvent } from '../consumer/incoming-event.ts';
import { streamManager } from './event-stream.ts';
import { jetStreamTarget, type TargetMessage } from './jetstream-target.ts';

/** Files of a stream's messages below the server's folder. */
const blocks = (folder: string, stream: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes(`${stream}/msgs/`))
    .map((path) => join(folder, path));

const blockFile = ({ nats, cell }: Surroundings): string => {
  const found = blocks(nats.dataDir, eventStreamName(cell, 'mailbox')).find((path) => path.endsWith('.blk'));
  if (found === undefined) throw new Error('the stream has no file');
  return found;
};

/** What the relay does after an interruption: it asks, and publishes what the stream does not hold. */
const relayOn = (target: ReturnType<typeof jetStreamTarget>) => async (all: readonly TargetMessage[]) => {
  const { last, lastSequence } = await target.inspect();
  await target.publish(
    all.filter(({ position }) => position > (last?.position ?? 0)),
    lastSequence,
  );
};

async function setUp() {
  const [around, database] = await Promise.all([ownBus(), ownDatabase()]);
  const seen: number[] = [];
  const known = new Set<string>();
  const handle = async (events: readonly IncomingEvent[]): Promise<void> => {
    // An inbox: what comes again changes nothing.
    for (const { event, position } of events) if (!known.has(event.id)) seen.push(position);
    for (const { event } of events) known.add(event.id);
  };
  const mailbox = newId();
  const messages = Array.from({ length: 14 }, (_, n) => sample({ position: n + 1, mailbox }));
  const target = jetStreamTarget({ ...around, service: 'mailbox' });
  return { ...around, database, seen, handle, messages, relay: relayOn(target) };
}
const upTo = (count: number, from = 1): number[] => Array.from({ length: count - from + 1 }, (_, n) => n + from);

describe('a stream that has lost its end', () => {
  it('is filled again, and every event arrives once and in order, also under numbers that were finished before', async () => {
    const around = await setUp();
    const { nats, bus, messages, relay, seen } = around;
    await relay(messages.slice(0, 6));
    consume(around, around.handle);
    await become(() => seen, upTo(6));
    await allDone(around);
    // The server writes behind; an orderly end writes everything.
    await nats.stop();
    const end = statSync(blockFile(around)).size;
    await nats.start();
    await become(() => bus.isUp, true);
    await relay(messages.slice(0, 10));
    await become(() => seen, upTo(10));
    await allDone(around);

    await nats.kill();
    await become(() => bus.isUp, false);
    truncateSync(blockFile(around), end);
    await nats.start();
    await become(() => bus.isUp, true);
    await relay(messages);
    await become(() => seen, upTo(14));
    await allDone(around);
    const { state } = await (await streamManager(bus.connection())).streams.info(
      eventStreamName(around.cell, 'mailbox'),
    );
    expect(state.last_seq).toBe(14);
  });

  it('hides nothing when what is left of the log gets numbers that others had', async () => {
    const around = await setUp();
    const { nats, bus, messages, relay, seen } = around;
    await relay(messages.slice(0, 10));
    consume(around, around.handle);
    await become(() => seen, upTo(10));
    await allDone(around);
    await nats.kill();
    await become(() => bus.isUp, false);
    for (const file of blocks(nats.dataDir, eventStreamName(around.cell, 'mailbox'))) rmSync(file);
    await nats.start();
    await become(() => bus.isUp, true);
    // The older half is too old by now: the new ones get numbers up to 9.
    await relay(messages.slice(5));
    await become(() => seen, upTo(14));
    await allDone(around);
  });

  it('moves back what is pushed to others, with all of its settings, and leaves alone who is behind', async () => {
    const around = await setUp();
    const { nats, bus, messages, relay } = around;
    await relay(messages.slice(0, 10));
    const stream = eventStreamName(around.cell, 'mailbox');
    const manager = await streamManager(bus.connection());
    const common = { ack_policy: AckPolicy.Explicit, max_deliver: -1, max_ack_pending: 7 };
    await manager.consumers.add(stream, { ...common, durable_name: 'behind' });
    const taken: number[] = [];
    bus.connection().subscribe('push.here', {
      callback: (_error, message) => {
        taken.push(Number(message.headers?.get('Aftertone-Position')));
        message.respond('+ACK');
      },
    });
    await manager.consumers.add(stream, { ...common, durable_name: 'pushed', deliver_subject: 'push.here' });
    await become(() => taken, upTo(10));
    await become(async () => (await manager.consumers.info(stream, 'pushed')).ack_floor.stream_seq, 10);

    await nats.kill();
    await become(() => bus.isUp, false);
    for (const file of blocks(nats.dataDir, stream)) rmSync(file);
    await nats.start();
    await become(() => bus.isUp, true);
    taken.length = 0;
    await relay(messages.slice(10));
    await become(() => taken, upTo(14, 11));
    expect((await manager.consumers.info(stream, 'pushed')).config).toMatchObject({
      ...common,
      deliver_subject: 'push.here',
    });
    expect((await manager.consumers.info(stream, 'behind')).config.deliver_policy).toBe('all');
  });
});
