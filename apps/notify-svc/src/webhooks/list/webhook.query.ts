import { id, maskedSecret, type Webhook, type webhookQueries } from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { z } from 'zod';
import type { Ground } from '../../ground/ground.ts';
import { type Health, unknownHealth, WebhookHealth } from '../health.ts';
import { webhookMissing } from '../webhook.decider.ts';
import { WebhookRow } from './webhook.entity.ts';

type ListInput = z.output<typeof webhookQueries.listWebhooks.input>;
type OneInput = z.output<typeof webhookQueries.getWebhook.input>;

const listKey = z.tuple([id]);

const publicWebhook = (row: WebhookRow, health: Health): Webhook => {
  const { headerNames, previousUntil, createdAt, updatedAt, paused, ...rest } = row;
  return {
    ...rest,
    ...health,
    headers: Object.fromEntries(headerNames.map((name) => [name, maskedSecret])),
    state: paused === null ? 'active' : 'paused',
    paused,
    previousSecretUntil: previousUntil?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
};

/** A tenant's webhooks, read under row-level security. */
export class WebhookList {
  private readonly ground: Pick<Ground, 'reader' | 'store'>;

  constructor(ground: Pick<Ground, 'reader' | 'store'>) {
    this.ground = ground;
  }

  /** Of one mailbox, or all. */
  async page(tenantId: string, { mailboxId, limit, cursor }: ListInput): Promise<Page<Webhook>> {
    const after = cursor === undefined ? null : readCursor(cursor, listKey);
    const rows = await asTenant(this.ground.reader, tenantId, (manager) => {
      const query = manager.createQueryBuilder(WebhookRow, 'w').where('w.tenant_id = :tenantId', { tenantId });
      if (mailboxId !== undefined) query.andWhere('w.mailbox_id = :mailboxId', { mailboxId });
      if (after !== null) query.andWhere('w.id > :after', { after: after[0] });
      return query
        .orderBy('w.id')
        .limit(limit + 1)
        .getMany();
    });
    const health = await this.health.of(tenantId, rows);
    return pageOf(
      rows,
      limit,
      (row) => publicWebhook(row, health.get(row.id) ?? unknownHealth),
      (row) => [row.id],
    );
  }

  /** Throws `webhook-not-found`, also for one of another mailbox than the one that is named. */
  async find(tenantId: string, { id: webhookId, mailboxId }: Pick<OneInput, 'id' | 'mailboxId'>): Promise<Webhook> {
    const row = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager.findOneBy(WebhookRow, { tenantId, id: webhookId }),
    );
    if (row === null || (mailboxId !== undefined && row.mailboxId !== mailboxId)) throw webhookMissing();
    const health = await this.health.of(tenantId, [row]);
    return publicWebhook(row, health.get(row.id) ?? unknownHealth);
  }

  private get health(): WebhookHealth {
    return new WebhookHealth(this.ground.store.pool);
  }
}
