import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, type OutgoingMessage, type Publisher, type Relay, startRelay } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { type Bus, connectBus, type JetStreamTarget, jetStreamTarget } from '@aftertone/messaging';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { startNats } from '../nats.ts';
import { type Done, timed, type Watched } from './use.ts';

export interface Backlog extends Watched {
  store: EventStore;
  publisher: Publisher;
  /** Events of the log that are drained: up to this position. */
  events: number;
}

interface EmptyBus {
  bus: Bus;
  target: JetStreamTarget;
  pid: number;
}

/** A NATS server without any messages, for as long as the work takes. */
const onEmptyBus = async <Result>(work: (empty: EmptyBus) => Promise<Result>): Promise<Result> => {
  const folder = mkdtempSync(join(tmpdir(), 'aftertone-bench-'));
  const nats = await startNats(folder);
  const bus = connectBus({ url: nats.url, name: 'bench' });
  try {
    await bus.whenUp();
    return await work({ bus, target: jetStreamTarget({ bus, cell: 'c1', service: 'mailbox' }), pid: nats.pid });
  } finally {
    await bus.close();
    await nats.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Relays the backlog to a stream that is empty. */
export const drain = ({ store, publisher, events, ...watched }: Backlog): Promise<Done> =>
  onEmptyBus(async ({ target, pid }) => {
    const { promise: drained, resolve } = Promise.withResolvers<void>();
    let relay: Relay | undefined;
    const done = await timed({ ...watched, nats: pid }, async () => {
      let [seen, made, published, needed] = [0, 0, 0, Number.POSITIVE_INFINITY];
      relay = startRelay({
        ...{ store, name: `bench-${newId()}`, target },
        translate: (event) => {
          const messages = publisher.busMessages(event);
          made += messages.length;
          if (event.position <= events) seen += 1;
          // The relay makes messages ahead of those that it publishes.
          if (event.position === events) needed = made;
          return messages;
        },
        onProgress: (progress) => {
          published += progress.published;
          if (published >= needed) resolve();
        },
      });
      await drained;
      return { events: seen, messages: needed };
    });
    await relay?.stop();
    return done;
  });

const window = 1_024;

const publishAll = (connection: NatsConnection, inbox: string, all: readonly OutgoingMessage[]): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let [sent, answered] = [0, 0];
  const send = (): void => {
    for (; sent < all.length && sent - answered < window; sent += 1) {
      const { subject, body, headers: fields, id } = all[sent] as OutgoingMessage;
      const given = headers();
      for (const [name, value] of Object.entries({ ...fields, 'Nats-Msg-Id': id })) given.set(name, value);
      connection.publish(subject, body, { reply: inbox, headers: given });
    }
  };
  connection.subscribe(inbox, {
    callback: (error) => {
      if (error) reject(error);
      answered += 1;
      if (answered === all.length) resolve();
      else send();
    },
  });
  send();
  return promise;
};

/** The first messages of the backlog, made beforehand, with nothing but the client library. */
export const barePublishes = async ({ store, publisher, events }: Backlog): Promise<Done> => {
  const all: OutgoingMessage[] = [];
  let position = 0;
  for (const some = Math.min(events, 20_000); position < some; ) {
    const page = await store.log.readAll(position, 1_000);
    for (const event of page) all.push(...publisher.busMessages(event));
    position = page.at(-1)?.position ?? some;
  }
  return onEmptyBus(async ({ bus, target, pid }) => {
    await target.inspect();
    return timed({ nats: pid }, async () => {
      await publishAll(bus.connection(), `${bus.inboxPrefix}.${newId()}`, all);
      return { events: position, messages: all.length };
    });
  });
};
