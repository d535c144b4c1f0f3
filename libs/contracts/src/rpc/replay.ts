import { z } from 'zod';
import { cloudEvent } from '../envelope.ts';

/** A stretch of one service's log as contract events, for subscribers that ask for more than the bus still holds. */
export const replayInput = z.strictObject({
  /** Events after this log position. */
  afterPosition: z.number().int().min(0),
  limit: z.number().int().min(1).max(1000).default(500),
});

export const replayOutput = z.object({
  events: z.array(
    z.object({
      position: z.number().int(),
      /** Place among the contract events of that position, from 0. */
      part: z.number().int(),
      /** Access paths without the `evt.<tenant>.` prefix: the canonical one first, then each audience's. */
      paths: z.array(z.string()),
      event: cloudEvent,
    }),
  ),
  /** Every event up to here has been looked at. */
  throughPosition: z.number().int(),
  /** Newest position of the log when it was read. */
  headPosition: z.number().int(),
});
export type ReplayPage = z.output<typeof replayOutput>;
