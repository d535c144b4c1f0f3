import { z } from 'zod';
import { emailAddress, id, instant, mailboxId, shortText, tenantId } from './common.ts';
import type { ContractEventType } from './events/index.ts';
import { headerName, headersOf, maskedSecret } from './gateways.ts';

/** What a webhook can be told of. Deliveries that succeed are not among it: each would lead to the next. */
export const webhookEventTypes = [
  'message_created',
  'message_updated',
  'message_deleted',
  'message_refused',
  'mwi_updated',
  'mailbox_created',
  'mailbox_updated',
  'mailbox_closed',
  'mailbox_purged',
  'mailbox_member_updated',
  'mailbox_member_removed',
  'pin_locked',
  'notification_failed',
  'notification_completed',
  'message_escalated',
  'webhook_paused',
  'webhook_resumed',
] as const satisfies readonly ContractEventType[];

export const webhookEventType = z.enum(webhookEventTypes);
export type WebhookEventType = z.output<typeof webhookEventType>;

/** The event that a test sends. */
export const webhookTestType = 'webhook.test';

/**
 * `standard`: Standard Webhooks, `{type, timestamp, data}`; `voicemail-pro`: the body of RustPBX Voicemail Pro, which
 * knows new messages only.
 */
export const webhookFormat = z.enum(['standard', 'voicemail-pro']);
export type WebhookFormat = z.output<typeof webhookFormat>;

/** Set by what sends and signs. */
const reserved = /^(webhook-(id|timestamp|signature)|user-agent)$/i;

const ownHeader = headerName.refine((name) => !reserved.test(name), 'must not be a header that we set ourselves');

const fields = {
  name: shortText.min(1, 'must not be empty'),
  url: z.url('must be a URL').max(2_048),
  events: z
    .array(webhookEventType)
    .min(1)
    .overwrite((types) => webhookEventTypes.filter((known) => types.includes(known))),
  format: webhookFormat,
  enabled: z.boolean(),
  /** Who gets an e-mail when it is paused; null: nobody. */
  noticeTo: emailAddress.nullable(),
};

/** Headers with their values, which are kept sealed. In a change null or the mask leaves a value as it is. */
const headers = headersOf(ownHeader);

export const newWebhook = z.strictObject({
  name: fields.name,
  url: fields.url,
  events: fields.events.default(['message_created']),
  format: fields.format.default('standard'),
  enabled: fields.enabled.default(true),
  noticeTo: fields.noticeTo.default(null),
  headers: headers.default({}),
});
export type NewWebhook = z.output<typeof newWebhook>;

/** Absent fields stay as they are. Headers that are not named stay; `removeHeaders` takes them away. */
export const webhookChanges = z.strictObject({
  name: fields.name.optional(),
  url: fields.url.optional(),
  events: fields.events.optional(),
  format: fields.format.optional(),
  enabled: fields.enabled.optional(),
  noticeTo: fields.noticeTo.optional(),
  headers: headers.optional(),
  removeHeaders: z.array(ownHeader).max(20).optional(),
});
export type WebhookChanges = z.output<typeof webhookChanges>;

/** Events of which a webhook was not told, because too much waited for it already while it was paused. */
export const missedEvents = z.object({ count: z.number().int(), since: instant });
export type MissedEvents = z.output<typeof missedEvents>;

export const webhook = z.object({
  id,
  tenantId,
  /** Null: it is told of all mailboxes of the tenant. */
  mailboxId: mailboxId.nullable(),
  ...fields,
  /** Tolerant: newer versions know more. */
  events: z.array(z.string()),
  headers: z.record(z.string(), z.literal(maskedSecret)),
  /** `paused`: it has failed for too long, or is gone; nothing is sent to it until it is resumed. */
  state: z.enum(['active', 'paused']),
  /** Why and since when it is paused. */
  paused: z.object({ at: instant, detail: z.string() }).nullable(),
  /** What it is not told of even when it is resumed; null: nothing. Until the next resume. */
  missed: missedEvents.nullable().default(null),
  /** Until when the secret before this one signs, too. */
  previousSecretUntil: instant.nullable(),
  /** Since when everything has failed; null: it has not. */
  failingSince: instant.nullable(),
  /** Attempts that failed since then. */
  failures: z.number().int(),
  lastSuccessAt: instant.nullable(),
  /** HTTP status of the last answer. */
  lastStatus: z.number().int().nullable(),
  createdAt: instant,
  updatedAt: instant,
  version: z.number().int(),
});
export type Webhook = z.output<typeof webhook>;

/** With the secret that signs, which is shown only here. */
export const webhookWithSecret = webhook.extend({ secret: z.string() });
export type WebhookWithSecret = z.output<typeof webhookWithSecret>;

export const secretRotation = z.strictObject({
  /** How long the secret before signs, too: until then each request has both signatures. */
  overlapSeconds: z.number().int().min(0).max(2_592_000).default(86_400),
});
