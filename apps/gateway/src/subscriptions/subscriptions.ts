import type { newSubscription, Subscription } from '@aftertone/contracts';
import type { EventMeta, GuardFailure } from '@aftertone/event-store';
import { conflict, DomainError, newId, systemClock } from '@aftertone/kernel';
import type { z } from 'zod';
import type { Session } from '../access/session.ts';
import type { Database } from '../database/database.ts';
import { readBeginning, readCursor } from '../events/places.ts';
import type { Caller } from '../http/service-calls.ts';
import { metaOf } from '../identity/event-meta.ts';
import type { Start } from './beginnings.ts';
import type { ConsumerUpkeep } from './consumers/consumer-upkeep.ts';
import { consumerNames, type Plan } from './consumers/plan.ts';
import { onBus } from './on-bus.ts';
import { nameScope, subscriptionAggregate } from './subscription.aggregate.ts';
import type { Owner } from './subscription.ts';
import {
  mostConsumers,
  mostSubscriptions,
  subscriptionDiffers,
  tooManyFilters,
  tooManySubscriptions,
} from './subscription-limits.ts';
import type { SubscriptionsQuery } from './subscriptions.query.ts';
import type { SubscriptionsTable } from './subscriptions.table.ts';

export interface SubscriptionsParts {
  database: Database;
  query: SubscriptionsQuery;
  table: SubscriptionsTable;
  /** Of the consumers in a cell; null is the gateway's own. */
  upkeepOf(cell: string | null): ConsumerUpkeep;
  /** Where a subscription begins that is made now. */
  startOf(after: string, caller: Caller): Promise<Start>;
}

/** A subscription that is to end, and who keeps its consumers. */
interface Ending {
  tenantId: string;
  id: string;
  upkeep: Pick<ConsumerUpkeep, 'remove'>;
}

type Wish = z.output<typeof newSubscription>;

const slotTaken = 'subscription-slot-taken';
const nameTaken = 'subscription-name-taken';

const refusal = (failure: GuardFailure): DomainError =>
  failure.guard === 'claimed' && failure.scope === nameScope
    ? conflict(nameTaken, 'Another request made a subscription of this name')
    : conflict(slotTaken, 'Another request made a subscription');

const isConflict = (error: unknown, code: string): boolean => error instanceof DomainError && error.code === code;

const sameTypes = (one: readonly string[] | null, two: readonly string[] | null): boolean =>
  one === null || two === null ? one === two : one.length === two.length && one.every((type) => two.includes(type));

/** Makes and ends subscriptions. */
export class Subscriptions {
  private readonly parts: SubscriptionsParts;

  constructor(parts: SubscriptionsParts) {
    this.parts = parts;
  }

  /**
   * Finds or makes it, with everything on the bus that it takes. Throws `subscription-differs`, `too-many-subscriptions`,
   * `too-many-filters`, `cursor-invalid`, `bus-unavailable`.
   */
  async open(wish: Wish, caller: Caller): Promise<{ subscription: Subscription; isNew: boolean }> {
    readBeginning(wish.after);
    const found = await this.find(wish, caller);
    if (found !== null) return { subscription: found, isNew: false };
    try {
      return { subscription: await this.make(wish, caller), isNew: true };
    } catch (error) {
      if (!isConflict(error, nameTaken)) throw error;
      const made = await this.find(wish, caller);
      if (made === null) throw error;
      return { subscription: made, isNew: false };
    }
  }

  /** Messages that its readers have not answered; undefined when the bus does not say. */
  async unacknowledged(id: string, { cell }: Session): Promise<number | undefined> {
    const { table, upkeepOf } = this.parts;
    const consumers = await table.consumersOf(id);
    return upkeepOf(cell)
      .unanswered(consumers)
      .catch(() => undefined);
  }

  /** Throws `subscription-not-found`. */
  async remove(id: string, caller: Caller): Promise<void> {
    const { session } = caller;
    await this.parts.query.read(session, id);
    const upkeep = this.parts.upkeepOf(session.cell);
    await this.end({ tenantId: session.tenantId, id, upkeep }, metaOf(caller));
  }

  /** Ends it, whoever wants that. Its consumers go at once, or with the next upkeep. */
  async end({ tenantId, id, upkeep }: Ending, meta: EventMeta): Promise<void> {
    const { database, table } = this.parts;
    const consumers = await table.consumersOf(id);
    await database.store.handle(subscriptionAggregate, {
      tenantId,
      id,
      command: { type: 'DeleteSubscription', data: {}, meta: { now: systemClock().toISOString() } },
      meta,
      extraRows: [{ table: 'subscription_progress', op: 'delete', key: { id } }],
    });
    await onBus(() => upkeep.remove(consumers)).catch(() => undefined);
  }

  /** How far the reader of the history came: a cursor, or null when it is done. Throws `subscription-not-found`, `cursor-invalid`. */
  async keepReplay(id: string, after: string | null, { session }: Caller): Promise<void> {
    if (after !== null) readCursor(after);
    await this.parts.query.read(session, id);
    await this.parts.table.keepReplay(session.tenantId, id, after);
  }

  private async find({ name, types }: Wish, { session }: Caller): Promise<Subscription | null> {
    const found = name === undefined ? null : await this.parts.query.byName(session, name);
    if (found !== null && !sameTypes(found.types, types ?? null)) throw subscriptionDiffers();
    return found;
  }

  private async make(wish: Wish, caller: Caller): Promise<Subscription> {
    const { query, upkeepOf } = this.parts;
    const { session } = caller;
    const upkeep = upkeepOf(session.cell);
    const [id, name, types] = [newId(), wish.name ?? null, wish.types ?? null];
    const start = await onBus(() => this.parts.startOf(wish.after, caller));
    const plan = upkeep.plan({ id, types }, session);
    if (plan.consumers.length > mostConsumers) throw tooManyFilters(plan.consumers.length);
    const { kind, userId, homeTenantId } = session;
    const owner: Owner = { kind, id: userId, tenantId: homeTenantId };
    await this.append({ id, owner, name, types }, { plan, start }, caller);
    await onBus(() => upkeep.make(plan, start));
    return query.read(session, id);
  }

  private async append(
    facts: { id: string; owner: Owner; name: string | null; types: string[] | null },
    { plan, start }: { plan: Plan; start: Start },
    caller: Caller,
  ): Promise<void> {
    const { id, ...rest } = facts;
    const { database, table } = this.parts;
    const now = systemClock().toISOString();
    const row = {
      id,
      replay_after: start.replay?.after ?? null,
      replay_until: start.replay?.until ?? null,
      inexact: plan.inexact,
      consumers: consumerNames(plan),
      positions: start.positions,
    };
    for (;;) {
      const taken = await table.slots(facts.owner.id);
      const slot = Array.from({ length: mostSubscriptions }, (_, n) => n).find((n) => !taken.has(n));
      if (slot === undefined) throw tooManySubscriptions();
      try {
        await database.store.handle(subscriptionAggregate, {
          tenantId: caller.session.tenantId,
          id,
          isNew: true,
          command: { type: 'CreateSubscription', data: { subscriptionId: id, ...rest, slot }, meta: { now } },
          meta: metaOf(caller),
          extraRows: [{ table: 'subscription_progress', op: 'upsert', row }],
          onGuard: refusal,
        });
        return;
      } catch (error) {
        // Each turn somebody else has got a place: there are not many.
        if (!isConflict(error, slotTaken)) throw error;
      }
    }
  }
}
