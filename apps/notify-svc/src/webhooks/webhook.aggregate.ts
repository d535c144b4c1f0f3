import type { Aggregate, FeedChange } from '@aftertone/event-store';
import { webhookRows } from './list/webhook.projection.ts';
import { type WebhookCommand, webhookDecider } from './webhook.decider.ts';
import { type WebhookEvent, type WebhookState } from './webhook.ts';

/** Of one mailbox, and of the tenant beside those. */
export const mostWebhooks = 1_000;

export const webhooksRole = 'webhooks';

/** The feed that counts the webhooks of a mailbox or of the tenant. */
const counted = (mailboxId: string | null, delta: number): FeedChange => ({
  role: webhooksRole,
  feedId: `webhooks/${mailboxId ?? 'tenant'}`,
  take: 0,
  ensure: true,
  requireOpen: false,
  delta: [delta],
  set: { limits: [mostWebhooks] },
});

const plain = { schemaVersion: 1 };

/** A URL that is told of events. */
export const webhookAggregate: Aggregate<WebhookState, WebhookCommand, WebhookEvent> = {
  type: 'webhook',
  decider: webhookDecider,
  codecs: {
    WebhookCreated: plain,
    WebhookChanged: plain,
    WebhookSecretRotated: plain,
    WebhookPaused: plain,
    WebhookResumed: plain,
    WebhookDeleted: plain,
  },
  feeds: (_before, _after, event) => {
    if (event.type === 'WebhookCreated') return [counted(event.data.mailboxId, 1)];
    if (event.type === 'WebhookDeleted') return [counted(event.data.mailboxId, -1)];
    return [];
  },
  effects: (_before, after, events, context) => (events.length === 0 ? {} : { rows: webhookRows(after, context) }),
};
