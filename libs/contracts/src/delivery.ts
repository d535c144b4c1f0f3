import { z } from 'zod';
import { id, instant, mailboxId, messageId } from './common.ts';

export const channel = z.enum(['email']);

/**
 * What became of one notification. `sending` is an attempt under way; `unknown` is an attempt that a crash cut off
 * between sending and recording, after which it is sent again. `cancelled`: the message was purged before it was sent.
 */
export const deliveryState = z.enum(['pending', 'sending', 'delivered', 'failed', 'cancelled']);

export const delivery = z.object({
  id,
  /** The contract event that asked for it. With channel and recipient it is the notification's identity. */
  eventId: z.string(),
  messageId,
  mailboxId,
  channel,
  recipient: z.string(),
  state: deliveryState,
  attempts: z.array(
    z.object({
      n: z.number().int(),
      startedAt: instant,
      endedAt: instant.nullable(),
      outcome: z.enum(['sending', 'delivered', 'failed', 'unknown']),
      /** The server's answer or the error, without caller data. */
      detail: z.string().nullable(),
    }),
  ),
  /** When it is tried again; null when it is finished. */
  nextAttemptAt: instant.nullable(),
  createdAt: instant,
});
export type Delivery = z.output<typeof delivery>;
