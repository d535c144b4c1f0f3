import { z } from 'zod';
import { id, instant, shortText } from './common.ts';
import { channel, deliveryPurpose } from './delivery.ts';
import { audioContentTypes } from './message.ts';
import { audioFormat, messageStorage } from './notification-settings.ts';

/** A made-up message: whatever is left out is as usual. */
export const previewedMessage = z.strictObject({
  callerNumber: shortText.nullable().default('+15550100'),
  callerName: shortText.nullable().default('Preview'),
  urgent: z.boolean().default(false),
  confidential: z.boolean().default(false),
  durationMs: z.number().int().min(0).max(86_400_000).default(15_000),
  /** Of the recording; absent: as long as `durationMs` takes at 8 kHz and 16 bit. */
  bytes: z.number().int().min(0).max(1_073_741_824).optional(),
  /** `none`: nothing was recorded. */
  contentType: z.enum([...audioContentTypes, 'none']).default('audio/wav'),
  /** When it comes; absent: now. */
  at: instant.optional(),
});

const previewedDelivery = z.object({
  /** Place in the chain: first attempts of later steps wait for those of earlier ones. */
  step: z.number().int(),
  channel,
  purpose: deliveryPurpose,
  /** Address or number; id of a webhook, of a device; for lamps the id of the mailbox. */
  recipient: z.string(),
  userId: id.nullable(),
  /** When it is tried first: later than the message where quiet hours or a digest hold it back. */
  dueAt: instant,
  /** It is one of several messages in one e-mail. */
  digest: z.boolean(),
  /** Null: it is for a program. */
  content: z
    .object({
      language: z.string(),
      timezone: z.string(),
      /** The recording that goes with it, and what it is turned into; null: none. */
      audio: z.object({ contentType: z.string(), format: audioFormat }).nullable(),
      /**
       * Why it has none: no recording is there, none is wanted, it is confidential, digests have none, or it is larger
       * than what is attached.
       */
      audioReason: z.enum(['attached', 'no-audio', 'not-wanted', 'confidential', 'digest', 'too-large']),
      /** It has a link to the recording. */
      link: z.boolean(),
      /** Who called is told. */
      caller: z.boolean(),
    })
    .nullable(),
});

/** Somebody who could be told and is not. */
const skippedRecipient = z.object({
  channel,
  recipient: z.string(),
  userId: id.nullable(),
  /** Lasting code. */
  reason: z.string(),
  /** Says why, and what to do. */
  message: z.string(),
});

/** Who would be told of a message, in the order of the chain, and who not. */
export const notificationPreview = z.object({
  /** `external`: the message itself goes there, and nobody else is told. */
  storage: messageStorage,
  /** What becomes of the message once every e-mail about it has been accepted; `nothing` where none would do. */
  afterNotify: z.enum(['save', 'delete', 'nothing']),
  planned: z.array(previewedDelivery),
  skipped: z.array(skippedRecipient),
  /** While nobody takes care of the message. */
  escalation: z.array(
    z.object({
      step: z.number().int(),
      of: z.number().int(),
      dueAt: instant,
      planned: z.array(previewedDelivery),
      skipped: z.array(skippedRecipient),
    }),
  ),
  /** There are more people than are shown here. */
  truncated: z.boolean(),
});
export type NotificationPreview = z.output<typeof notificationPreview>;
export type PreviewedDelivery = NotificationPreview['planned'][number];
