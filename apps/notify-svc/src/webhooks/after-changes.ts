import type { EventStore, RecordedEvent } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { webhookEndpoint } from '../deliveries/chain.ts';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import { deliveryId } from '../deliveries/delivery-id.ts';
import type { KnownMailboxes } from '../known/known-mailboxes.ts';
import { WebhookHealth } from './health.ts';
import { takeUp } from './holding.ts';
import { Missed } from './missed.ts';
import { webhookAggregate } from './webhook.aggregate.ts';
import { isHeld, isLive, type LiveWebhook, type Pause } from './webhook.ts';

export interface AfterChangesParts {
  store: EventStore;
  mailboxes: KnownMailboxes;
  clock: Clock;
  /** Something may have become due. */
  onDue(): void;
}

const streamPrefix = `${webhookAggregate.type}-`;
const atOnce = 200;

const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '');

/** Does what follows from changes of webhooks. Events may come again. */
export class AfterChanges {
  private readonly parts: AfterChangesParts;

  constructor(parts: AfterChangesParts) {
    this.parts = parts;
  }

  async react(events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) {
      if (!event.streamId.startsWith(streamPrefix)) continue;
      if (event.type === 'WebhookDeleted') await this.cancelAll(event);
      else if (event.type === 'WebhookPaused') await this.tellOfPause(event, event.data as Pause);
      else if (event.type === 'WebhookResumed' || event.type === 'WebhookChanged') await this.takeUpAgain(event);
    }
  }

  private async webhookOf({ tenantId, streamId }: RecordedEvent): Promise<{ id: string; webhook: LiveWebhook | null }> {
    const id = streamId.slice(streamPrefix.length);
    const { state } = await this.parts.store.load(webhookAggregate, tenantId, id);
    return { id, webhook: isLive(state) ? state : null };
  }

  private async takeUpAgain(event: RecordedEvent): Promise<void> {
    const { store, clock, onDue } = this.parts;
    const { tenantId } = event;
    const { id, webhook } = await this.webhookOf(event);
    if (webhook === null || isHeld(webhook)) return;
    if (event.type === 'WebhookResumed') await new WebhookHealth(store.pool).forgive({ tenantId, id });
    await takeUp(store.pool, { tenantId, endpoint: webhookEndpoint(id) }, clock());
    onDue();
  }

  private async tellOfPause(event: RecordedEvent, { failures, since, detail }: Pause): Promise<void> {
    const { tenantId, meta } = event;
    const { webhook } = await this.webhookOf(event);
    const { noticeTo: recipient = null, name = '', url = '' } = webhook?.settings ?? {};
    if (webhook === null || recipient === null) return;
    const { mailboxId } = webhook;
    const mailbox = mailboxId === null ? null : await this.parts.mailboxes.find({ tenantId, mailboxId });
    await this.plan(event, {
      facts: {
        ...{ eventId: event.id, messageId: null, mailboxId, channel: 'email', purpose: 'notice', recipient },
        ...{ userId: null, correlationId: meta.correlationId },
      },
      notice: {
        kind: 'system',
        template: 'webhook-paused',
        reader: { language: mailbox?.language ?? 'en', timezone: mailbox?.timezone ?? 'UTC' },
        // What is secret in a URL is in its query.
        webhook: { name, url: withoutQuery(url), failures, since, detail },
      },
    });
  }

  private async plan({ tenantId, meta, id: causationId }: RecordedEvent, data: PlannedContent): Promise<void> {
    const { store, clock, onDue } = this.parts;
    await store.handle(deliveryAggregate, {
      tenantId,
      id: deliveryId({ tenantId, ...data.facts }),
      command: { type: 'PlanNotification', data, meta: { now: clock().toISOString() } },
      meta: { actor: { kind: 'service', id: 'notify-svc' }, correlationId: meta.correlationId, causationId },
      isNew: true,
    });
    onDue();
  }

  private async cancelAll(event: RecordedEvent): Promise<void> {
    const { store, clock } = this.parts;
    const { tenantId, meta } = event;
    const id = event.streamId.slice(streamPrefix.length);
    await new WebhookHealth(store.pool).forget({ tenantId, id });
    await new Missed(store.pool).forget({ tenantId, id }, event.at);
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const { rows } = await store.pool.query<{ id: string }>(
        'SELECT id FROM delivery_queue WHERE tenant_id = $1 AND endpoint = $2 AND id > $3 ORDER BY id LIMIT $4',
        [tenantId, webhookEndpoint(id), after, atOnce],
      );
      const cancel = { type: 'CancelDelivery', data: { reason: 'recipient-gone' } } as const;
      await Promise.all(
        rows.map((row) =>
          store.handle(deliveryAggregate, {
            ...{ tenantId, id: row.id, meta: { ...meta, causationId: event.id } },
            command: { ...cancel, meta: { now: clock().toISOString() } },
          }),
        ),
      );
      const last = rows.at(-1);
      if (last === undefined || rows.length < atOnce) return;
      after = last.id;
    }
  }
}
