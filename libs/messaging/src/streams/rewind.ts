import { type ConsumerInfo, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { isNotFound } from './event-stream.ts';

/** Sequence number up to which a durable takes everything for delivered. */
const reached = ({ delivered, ack_floor: floor }: ConsumerInfo): number =>
  Math.max(delivered.stream_seq, floor.stream_seq);

/**
 * Moves the durables back that are ahead of a stream that has lost its end, so that what gets those numbers now is
 * delivered to them. To be done before anything is published: later nobody can tell them any more. What they have
 * finished comes again where it is the same as before; they know it by its id.
 *
 * @param lastSequence of the stream
 * @returns names of those that were moved
 */
export const rewindDurables = async (
  manager: JetStreamManager,
  stream: string,
  lastSequence: number,
): Promise<string[]> => {
  const moved: string[] = [];
  for await (const info of manager.consumers.list(stream)) {
    const { durable_name: name } = info.config;
    // What has no name is made anew by whoever listens.
    if (name === undefined || reached(info) <= lastSequence) continue;
    await manager.consumers.delete(stream, name).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    const config = {
      ...info.config,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.min(info.ack_floor.stream_seq, lastSequence) + 1,
    };
    await manager.consumers.add(stream, config).catch(async (error: unknown) => {
      // Its holder, who noticed it at the same time, has made it again already, from the same place or an earlier one.
      await manager.consumers.info(stream, name).catch(() => {
        throw error;
      });
    });
    moved.push(name);
  }
  return moved;
};
