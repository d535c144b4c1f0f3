import { type Delivery, id, instant, type notifyQueries } from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { MoreThan } from 'typeorm';
import { z } from 'zod';
import type { Ground } from '../../ground/ground.ts';
import { DeliveryRow } from './delivery.entity.ts';

const idPage = 500;

type ListInput = z.output<typeof notifyQueries.listDeliveries.input>;

/** Lists are oldest first; deliveries of one instant by id. */
const listKey = z.tuple([instant, id]);

export const publicDelivery = ({ tenantId: _, purpose, nextAttemptAt, createdAt, ...row }: DeliveryRow): Delivery => ({
  ...row,
  purpose: purpose ?? 'message',
  nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});

/** Deliveries of a message as its tenant may see them. */
export class DeliveriesOfMessage {
  private readonly ground: Pick<Ground, 'reader'>;

  constructor(ground: Pick<Ground, 'reader'>) {
    this.ground = ground;
  }

  async page(tenantId: string, { messageId, limit, cursor }: ListInput): Promise<Page<Delivery>> {
    const after = cursor === undefined ? null : readCursor(cursor, listKey);
    const rows = await asTenant(this.ground.reader, tenantId, (manager) => {
      const query = manager
        .createQueryBuilder(DeliveryRow, 'd')
        .where('d.tenant_id = :tenantId AND d.message_id = :messageId', { tenantId, messageId });
      if (after !== null) {
        const [afterAt, afterId] = after;
        query.andWhere('(d.created_at, d.id) > (:afterAt, :afterId)', { afterAt, afterId });
      }
      return query
        .orderBy('d.createdAt')
        .addOrderBy('d.id')
        .limit(limit + 1)
        .getMany();
    });
    return pageOf(rows, limit, publicDelivery, ({ createdAt, id: last }) => [createdAt.toISOString(), last]);
  }

  /** The ids of all of them, in pages. */
  async *idsOf(tenantId: string, messageId: string): AsyncGenerator<string[]> {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const rows = await asTenant(this.ground.reader, tenantId, (manager) =>
        manager.find(DeliveryRow, {
          select: { id: true },
          where: { tenantId, messageId, id: MoreThan(after) },
          order: { id: 'ASC' },
          take: idPage,
        }),
      );
      if (rows.length > 0) yield rows.map(({ id: found }) => found);
      const last = rows.at(-1);
      if (last === undefined || rows.length < idPage) return;
      after = last.id;
    }
  }
}
