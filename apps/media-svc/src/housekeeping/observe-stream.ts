import { eventStreamName, instant } from '@aftertone/contracts';
import type { Clock } from '@aftertone/kernel';
import type { Bus } from '@aftertone/messaging';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import { z } from 'zod';
import type { StreamObservation } from './applied-events.ts';

const timed = z.object({ time: instant });

/** What the bus says about mailbox-svc's stream and our consumer on it; null while either does not exist. */
export const observeStream = async (
  bus: Bus,
  { cell, durable, clock }: { cell: string; durable: string; clock: Clock },
): Promise<StreamObservation | null> => {
  const manager = await jetstreamManager(bus.connection(), { checkAPI: false });
  const stream = eventStreamName(cell, 'mailbox');
  const at = clock().toISOString();
  try {
    // The stream first: what it gets after this is not taken for applied because the consumer has caught up later.
    const { created, state, config } = await manager.streams.info(stream);
    const consumer = await manager.consumers.info(stream, durable);
    const caughtUp = consumer.num_pending === 0 && consumer.num_ack_pending === 0;
    const reachedSequence = Math.max(consumer.ack_floor.stream_seq, caughtUp ? state.last_seq : 0);
    return {
      createdAt: new Date(created).toISOString(),
      firstSequence: state.first_seq,
      lastSequence: state.last_seq,
      oldestAt: await oldestAt(manager, stream, state),
      reachedSequence,
      reachedAt: reachedSequence === 0 ? null : await timeOf(manager, stream, reachedSequence),
      caughtUp,
      keepsMs: keepsMs(config),
      at,
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

const oldestAt = async (
  manager: JetStreamManager,
  stream: string,
  state: StreamInfo['state'],
): Promise<string | null> => (state.messages === 0 ? null : timeOf(manager, stream, state.first_seq));

/** Time of the event at a place; null when it has left the stream. */
const timeOf = async (manager: JetStreamManager, stream: string, sequence: number): Promise<string | null> => {
  const message = await manager.streams.getMessage(stream, { seq: sequence });
  return message === null ? null : timed.parse(message.json()).time;
};

type Bounds = Pick<StreamInfo['config'], 'max_age' | 'max_bytes' | 'max_msgs' | 'max_msgs_per_subject'>;

/** Only a time may be what makes it let go of events. */
export const keepsMs = ({ max_age, max_bytes, max_msgs, max_msgs_per_subject }: Bounds): number => {
  const isBounded = [max_bytes, max_msgs, max_msgs_per_subject].some((bound) => bound > 0);
  if (isBounded) return 0;
  return max_age === 0 ? Number.POSITIVE_INFINITY : max_age / 1e6;
};

const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === JetStreamApiCodes.StreamNotFound || error.code === JetStreamApiCodes.ConsumerNotFound);
