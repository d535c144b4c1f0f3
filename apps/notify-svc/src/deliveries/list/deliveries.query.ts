import { type Delivery, type deliveryQueries, id, instant } from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { notFound } from '@aftertone/kernel';
import { z } from 'zod';
import type { Ground } from '../../ground/ground.ts';
import { DeliveryRow } from './delivery.entity.ts';
import { publicDelivery } from './delivery.query.ts';
import { deliveryListSql } from './delivery-list.sql.ts';

type FindInput = z.output<typeof deliveryQueries.findDeliveries.input>;

const listKey = z.tuple([instant, id]);

/** All deliveries of a tenant, for its administrators. */
export class DeliveriesQuery {
  private readonly ground: Pick<Ground, 'reader'>;

  constructor(ground: Pick<Ground, 'reader'>) {
    this.ground = ground;
  }

  /** Newest first. */
  async page(tenantId: string, { limit, cursor, ...filter }: FindInput): Promise<Page<Delivery>> {
    const before = cursor === undefined ? null : readCursor(cursor, listKey);
    const { text, values } = deliveryListSql({ tenantId, filter, before, limit: limit + 1 });
    const rows = await asTenant(this.ground.reader, tenantId, (manager) => manager.query<DeliveryRow[]>(text, values));
    return pageOf(rows, limit, publicDelivery, ({ createdAt, id: last }) => [createdAt.toISOString(), last]);
  }

  /** Throws `delivery-not-found`. */
  async find(tenantId: string, deliveryId: string): Promise<Delivery> {
    const row = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager.findOneBy(DeliveryRow, { tenantId, id: deliveryId }),
    );
    if (row === null) throw notFound('delivery-not-found', 'There is no such delivery.');
    return publicDelivery(row);
  }
}
