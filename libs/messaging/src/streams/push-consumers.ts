import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Bus } from '../bus/bus.ts';
import { isAtLeast } from '../bus/version.ts';
import { isNotFound, streamManager } from './event-stream.ts';

/** A durable that the bus pushes to a subject; whoever listens there acknowledges each message by answering it. */
export interface PushConsumer {
  stream: string;
  name: string;
  /** More than one: only where `takesManyFilters`. */
  filters: readonly string[];
  /** One subject without wildcards: the server does not notice listeners on wildcards. */
  deliverSubject: string;
  /** How long an unanswered message stays out before it comes again; milliseconds. */
  ackWaitMs: number;
  /** Most unanswered messages. */
  maxPending: number;
}

/** A push consumer as the server has it. */
export interface HeldConsumer {
  name: string;
  filters: readonly string[];
  deliverSubject: string | undefined;
  isBound: boolean;
  /** Sequence number up to which everything that concerns it is acknowledged. */
  floor: number;
}

/** Whether one consumer may have several filters: a server of before 2.10 knows no such field and would deliver everything. */
export const takesManyFilters = (bus: Bus): boolean => isAtLeast(bus.serverVersion ?? '0', '2.10.0');

const heldFrom = (info: ConsumerInfo, lastSequence: number): HeldConsumer => {
  const { config, num_pending: waiting, num_ack_pending: unanswered } = info;
  const acknowledged = Math.max(info.ack_floor.stream_seq, (config.opt_start_seq ?? 1) - 1);
  const delivered = Math.max(acknowledged, info.delivered.stream_seq);
  // Messages that do not concern it move no floor.
  const floor = unanswered > 0 ? acknowledged : waiting > 0 ? delivered : Math.max(delivered, lastSequence);
  return {
    name: info.name,
    filters: config.filter_subjects ?? (config.filter_subject === undefined ? [] : [config.filter_subject]),
    deliverSubject: config.deliver_subject,
    isBound: info.push_bound === true,
    floor,
  };
};

/** The durable push consumers of one connection. All throw `bus-unavailable`, or what JetStream refuses. */
export class PushConsumers {
  private readonly manager: JetStreamManager;

  private constructor(manager: JetStreamManager) {
    this.manager = manager;
  }

  static async of(bus: Bus): Promise<PushConsumers> {
    return new PushConsumers(await streamManager(bus.connection()));
  }

  /** All of a stream whose names begin so. `lastSequence`: what the stream held before this was asked. */
  async list(stream: string, prefix: string, lastSequence: number): Promise<HeldConsumer[]> {
    const found: HeldConsumer[] = [];
    for await (const info of this.manager.consumers.list(stream))
      if (info.name.startsWith(prefix)) found.push(heldFrom(info, lastSequence));
    return found;
  }

  /** Makes it, to deliver from this sequence number on; one of the same name that is there already stays as it is. */
  async make(consumer: PushConsumer, startSequence: number): Promise<void> {
    const { stream, name, filters, deliverSubject, ackWaitMs, maxPending } = consumer;
    const [filter] = filters;
    const config: Partial<ConsumerConfig> = {
      durable_name: name,
      ...(filters.length === 1 && filter !== undefined
        ? { filter_subject: filter }
        : { filter_subjects: [...filters] }),
      deliver_subject: deliverSubject,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      // Whoever reads decides; the bus would stop to deliver without telling anybody.
      max_deliver: -1,
      max_ack_pending: maxPending,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: startSequence,
    };
    try {
      await this.manager.consumers.add(stream, config);
    } catch (error) {
      if (!(await this.has(stream, name))) throw error;
    }
  }

  async remove(stream: string, name: string): Promise<void> {
    try {
      await this.manager.consumers.delete(stream, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Messages that it has delivered and that are not answered; none of one that is not there. */
  async unanswered(stream: string, name: string): Promise<number> {
    try {
      return (await this.manager.consumers.info(stream, name)).num_ack_pending;
    } catch (error) {
      if (isNotFound(error)) return 0;
      throw error;
    }
  }

  private async has(stream: string, name: string): Promise<boolean> {
    return this.manager.consumers.info(stream, name).then(
      () => true,
      (error: unknown) => {
        if (isNotFound(error)) return false;
        throw error;
      },
    );
  }
}
