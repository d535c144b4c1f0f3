import { id, type MissedEvents, maskedSecret, type Webhook, type webhookQueries } from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { z } from 'zod';
import type { Ground } from '../../ground/ground.ts';
import { type Health, unknownHealth, WebhookHealth } from '../health.ts';
import { Missed } from '../missed.ts';
import { webhookMissing } from '../webhook.decider.ts';
import { WebhookRow } from './webhook.entity.ts';

type ListInput = z.output<typeof webhookQueries.listWebhooks.input>;
type OneInput = z.output<typeof webhookQueries.getWebhook.input>;

const listKey = z.tuple([id]);

/** What is known of webhooks beside what is set on them. */
interface Known {
  health: ReadonlyMap<string, Health>;
  missed: ReadonlyMap<string, MissedEvents>;
}

const publicWebhook = (row: WebhookRow, { health, missed }: Known): Webhook => {
  const { headerNames, previousUntil, createdAt, updatedAt, paused, ...rest } = row;
  return {
    ...rest,
    ...(health.get(row.id) ?? unknownHealth),
    missed: missed.get(row.id) ?? null,
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
    const known = await this.known(tenantId, rows);
    return pageOf(
      rows,
      limit,
      (row) => publicWebhook(row, known),
      (row) => [row.id],
    );
  }

  /** Throws `webhook-not-found`, also for one of another mailbox than the one that is named. */
  async find(tenantId: string, { id: webhookId, mailboxId }: Pick<OneInput, 'id' | 'mailboxId'>): Promise<Webhook> {
    const row = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager.findOneBy(WebhookRow, { tenantId, id: webhookId }),
    );
    if (row === null || (mailboxId !== undefined && row.mailboxId !== mailboxId)) throw webhookMissing();
    return publicWebhook(row, await this.known(tenantId, [row]));
  }

  private async known(tenantId: string, rows: readonly WebhookRow[]): Promise<Known> {
    const { pool } = this.ground.store;
    const [health, missed] = await Promise.all([
      new WebhookHealth(pool).of(tenantId, rows),
      new Missed(pool).of(tenantId, rows),
    ]);
    return { health, missed };
  }
}
