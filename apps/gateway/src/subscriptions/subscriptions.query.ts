import type { Subscription } from '@aftertone/contracts';
import { asTenant, type Page } from '@aftertone/event-store';
import { type EntityManager, In } from 'typeorm';
import type { Session } from '../access/session.ts';
import type { Database } from '../database/database.ts';
import { findById, type PageRequest, pageById } from '../identity/page-by-id.ts';
import { deliverSubjectOf } from './consumers/plan.ts';
import { noSubscription } from './subscription.decider.ts';
import { SubscriptionProgressRow, SubscriptionRow } from './subscription.entity.ts';

type View = (row: SubscriptionRow) => Subscription;

const viewOf = async (manager: EntityManager, rows: readonly SubscriptionRow[]): Promise<View> => {
  const found = await manager.find(SubscriptionProgressRow, { where: { id: In(rows.map(({ id }) => id)) } });
  const progress = new Map(found.map((row) => [row.id, row]));
  return ({ id, tenantId, ownerId, name, types, createdAt }) => {
    const { replayAfter: after = null, replayUntil: until = null, inexact = [] } = progress.get(id) ?? {};
    return {
      id,
      tenantId,
      ownerId,
      name,
      types,
      deliverSubject: deliverSubjectOf(id),
      replay: after === null || until === null ? null : { after, until },
      inexact,
      createdAt: createdAt.toISOString(),
    };
  };
};

/** The subscriptions of one owner in the tenant of the session, read under row-level security. */
export class SubscriptionsQuery {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  list({ tenantId, userId: ownerId }: Session, page: PageRequest): Promise<Page<Subscription>> {
    return asTenant(this.database.reader, tenantId, async (manager) => {
      const { where, ...options } = findById(page);
      const rows = await manager.find(SubscriptionRow, { ...options, where: { ...where, ownerId } });
      return pageById(rows, page, await viewOf(manager, rows));
    });
  }

  /** Throws `subscription-not-found`, also for one of somebody else. */
  async read(session: Session, id: string): Promise<Subscription> {
    const found = await this.one(session, { id });
    if (found === null) throw noSubscription();
    return found;
  }

  /** Null when the owner has none of this name in this tenant. */
  byName(session: Session, name: string): Promise<Subscription | null> {
    return this.one(session, { name });
  }

  private one(
    { tenantId, userId: ownerId }: Session,
    which: { id: string } | { name: string },
  ): Promise<Subscription | null> {
    return asTenant(this.database.reader, tenantId, async (manager) => {
      const row = await manager.findOneBy(SubscriptionRow, { ...which, ownerId });
      return row === null ? null : (await viewOf(manager, [row]))(row);
    });
  }
}
