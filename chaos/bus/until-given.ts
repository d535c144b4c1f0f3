import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@aftertone/local';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

const LOOK_MS = 100;
const PUBLISHED_MS = 60_000;

export interface Awaited {
  stream: string;
  durable: string;
  /** Of the event. */
  subject: string;
  /** Something that is in it, and in none before it on this subject. */
  text: string;
}

/**
 * Resolves when a durable consumer has been given an event. Under load one may be far behind: there is no limit as long as
 * it comes nearer, and `standstillMs` once it does not.
 */
export async function untilGiven(
  connection: NatsConnection,
  { stream, durable, subject, text }: Awaited,
  standstillMs: number,
): Promise<void> {
  const manager = await jetstreamManager(connection);
  const published = async () => {
    const message = await manager.streams.getMessage(stream, { last_by_subj: subject });
    return message?.string().includes(text) ? message.seq : undefined;
  };
  const sequence = Number(await waitFor('the event on the bus', published, { timeoutMs: PUBLISHED_MS }));
  let at = { given: 0, since: performance.now() };
  for (;;) {
    const { delivered } = await manager.consumers.info(stream, durable);
    if (delivered.stream_seq >= sequence) return;
    if (delivered.stream_seq > at.given) at = { given: delivered.stream_seq, since: performance.now() };
    if (performance.now() - at.since > standstillMs) {
      throw new Error(`${durable} stands still at ${at.given}, before ${sequence}`);
    }
    await delay(LOOK_MS);
  }
}
