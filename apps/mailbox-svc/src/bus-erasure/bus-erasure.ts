import { setTimeout as delay } from 'node:timers/promises';
import { eventStreamName, tellsOfMessages } from '@aftertone/contracts';
import { type RecordedEvent, relayedThrough } from '@aftertone/event-store';
import { type Bus, StreamPositions } from '@aftertone/messaging';
import { jetstreamManager } from '@nats-io/jetstream';
import { inParallel } from '../calls/in-parallel.ts';
import type { Ground } from '../ground/ground.ts';
import { messageAggregate } from '../messages/message.aggregate.ts';

export interface BusErasureOptions {
  bus: Bus;
  cell: string;
  /** Name of the relay that fills the stream. */
  relay: string;
}

const atOnce = 16;
const historyPage = 500;
/** How long one try waits for the relay before it is given back to be tried again. */
const relayWaitMs = 3_000;
const relayPollMs = 100;

/**
 * Takes the contract events of messages that were purged, or forwarded and are not kept, off the bus, where they would
 * tell of the caller for seven days more.
 *
 * It begins when the end itself has been published: everything about the message is on the bus then, and what may be
 * published again later is made from events whose key is gone.
 */
export class BusErasure {
  private readonly ground: Ground;
  private readonly options: BusErasureOptions;

  constructor(ground: Ground, options: BusErasureOptions) {
    this.ground = ground;
    this.options = options;
  }

  async react(events: readonly RecordedEvent[]): Promise<void> {
    const ends = events.filter(({ type }) => type === 'MessagePurged' || type === 'MessageForwarded');
    const last = ends.at(-1);
    if (last === undefined) return;
    await this.untilRelayed(last.position);
    const { bus, cell } = this.options;
    const stream = eventStreamName(cell, 'mailbox');
    const manager = await jetstreamManager(bus.connection(), { checkAPI: false });
    const held = await StreamPositions.of(bus, cell, 'mailbox');
    if (held === null) throw new Error('the stream of this service is not there yet');
    await inParallel(ends, atOnce, async (end) => {
      for (const position of await this.positionsBefore(end)) {
        for (const { sequence, subject } of await held.messagesAt(position)) {
          // With true the server overwrites what it stored.
          if (tellsOfMessages(subject)) await manager.streams.deleteMessage(stream, sequence, true);
        }
      }
    });
  }

  private async untilRelayed(position: number): Promise<void> {
    const end = performance.now() + relayWaitMs;
    while ((await relayedThrough(this.ground.store.pool, this.options.relay)) < position) {
      if (performance.now() > end) throw new Error(`the relay has not come to position ${position} yet`);
      await delay(relayPollMs);
    }
  }

  /** Positions of what happened to the message before its end. */
  private async positionsBefore({ tenantId, streamId, version }: RecordedEvent): Promise<number[]> {
    const id = streamId.slice(`${messageAggregate.type}-`.length);
    const positions: number[] = [];
    for (let afterVersion = 0; ; ) {
      const page = { afterVersion, limit: historyPage };
      const events = await this.ground.store.history(messageAggregate, tenantId, id, page);
      positions.push(...events.filter((event) => event.version < version).map((event) => event.position));
      const last = events.at(-1);
      if (last === undefined || last.version >= version) return positions;
      afterVersion = last.version;
    }
  }
}
