import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { isNotFound } from '../streams/event-stream.ts';

export interface DurableOptions {
  stream: string;
  name: string;
  filter: string;
  /** How long an event may stay without a sign of life before the bus brings it again; milliseconds. */
  ackWaitMs: number;
  /** Most events that are taken and not yet finished; bounds the memory. */
  maxPending: number;
}

const configOf = ({ name, filter, ackWaitMs, maxPending }: DurableOptions) =>
  ({
    durable_name: name,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    // We count failures ourselves: the bus would stop to deliver without telling anybody.
    max_deliver: -1,
    max_ack_pending: maxPending,
  }) satisfies Partial<ConsumerConfig>;

const isAsDeclared = (info: ConsumerInfo, want: ReturnType<typeof configOf>): boolean => {
  const have = new Map<string, unknown>(Object.entries(info.config));
  return Object.entries(want).every(([name, value]) => have.get(name) === value);
};

/**
 * Makes the durable when it is missing. One that was left with events taken and not finished (its holder died, or the
 * connection broke) is made anew from its first unfinished event: they come at once and in order, not after the
 * acknowledgement time and behind newer ones. So is one that was declared otherwise, and one that is ahead of its stream
 * because the stream lost its end. What had been finished behind that place comes again; the inbox knows it.
 */
export const ensureDurable = async (manager: JetStreamManager, options: DurableOptions): Promise<ConsumerInfo> => {
  const config = configOf(options);
  const info = await infoOf(manager, options);
  if (info === undefined) {
    return manager.consumers.add(options.stream, { ...config, deliver_policy: DeliverPolicy.All });
  }
  const { state } = await manager.streams.info(options.stream);
  const isAhead = info.delivered.stream_seq > state.last_seq;
  if (info.num_ack_pending === 0 && isAsDeclared(info, config) && !isAhead) return info;
  await manager.consumers.delete(options.stream, options.name);
  return manager.consumers.add(options.stream, {
    ...config,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: (isAhead ? 0 : info.ack_floor.stream_seq) + 1,
  });
};

const infoOf = async (manager: JetStreamManager, options: DurableOptions): Promise<ConsumerInfo | undefined> => {
  try {
    return await manager.consumers.info(options.stream, options.name);
  } catch (error) {
    // A stream that is missing is another matter: its owner makes it, we wait.
    if (isNotFound(error) && (await manager.streams.info(options.stream))) return undefined;
    throw error;
  }
};
