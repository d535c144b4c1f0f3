import { type Delivery, id, instant, type notifyQueries } from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { z } from 'zod';
import type { Ground } from '../../ground/ground.ts';
import { DeliveryRow } from './delivery.entity.ts';

type ListInput = z.output<typeof notifyQueries.listDeliveries.input>;

/** Lists are oldest first; deliveries of one instant by id. */
const listKey = z.tuple([instant, id]);

const publicDelivery = ({ tenantId: _, nextAttemptAt, createdAt, ...row }: DeliveryRow): Delivery => ({
  ...row,
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

  async idsOf(tenantId: string, messageId: string): Promise<string[]> {
    const rows = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager.find(DeliveryRow, { select: { id: true }, where: { tenantId, messageId } }),
    );
    return rows.map(({ id: found }) => found);
  }
}
