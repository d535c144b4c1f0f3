import { type Delivery, id, instant, type notifyQueries } from '@aftertone/contracts';
import { asTenant } from '@aftertone/event-store';
import { invalid } from '@aftertone/kernel';
import { z } from 'zod';
import type { Ground } from '../../ground/ground.ts';
import { fitting } from '../../paging/fitting.ts';
import { DeliveryRow } from './delivery.entity.ts';

type ListInput = z.output<typeof notifyQueries.listDeliveries.input>;

/** Lists are oldest first; deliveries of one instant by id. */
const listKey = z.tuple([instant, id]);

const readCursor = (cursor: string): z.output<typeof listKey> => {
  try {
    return listKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    const errors = [{ path: 'cursor', message: 'must be the `next` of an earlier page' }];
    throw invalid('cursor-invalid', 'This cursor was not given out by this list.', { errors }, cause);
  }
};

const cursorAt = ({ createdAt, id: last }: DeliveryRow): string =>
  Buffer.from(JSON.stringify([createdAt.toISOString(), last])).toString('base64url');

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

  async page(
    tenantId: string,
    { messageId, limit, cursor }: ListInput,
  ): Promise<{ items: Delivery[]; next: string | null }> {
    const after = cursor === undefined ? null : readCursor(cursor);
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
    const items = fitting(rows.slice(0, limit).map(publicDelivery));
    const last = rows[items.length - 1];
    return { items, next: rows.length > items.length && last ? cursorAt(last) : null };
  }

  async idsOf(tenantId: string, messageId: string): Promise<string[]> {
    const rows = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager.find(DeliveryRow, { select: { id: true }, where: { tenantId, messageId } }),
    );
    return rows.map(({ id: found }) => found);
  }
}
