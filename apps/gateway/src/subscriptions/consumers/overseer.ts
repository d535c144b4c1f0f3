import type { Logger } from '@aftertone/platform';
import type { Authenticator } from '../../access/authenticator.ts';
import type { Session } from '../../access/session.ts';
import type { KeptSubscription, Progress, SubscriptionsTable } from '../subscriptions.table.ts';
import type { ConsumerUpkeep, StreamViews } from './consumer-upkeep.ts';
import { inBatches } from './in-batches.ts';
import { consumerNames, type Plan } from './plan.ts';

export interface OverseerParts {
  upkeep: ConsumerUpkeep;
  table: SubscriptionsTable;
  authenticator: Pick<Authenticator, 'owners'>;
  /** Ends a subscription. */
  end(tenantId: string, id: string): Promise<void>;
  /** How often the bus came up; null while it is down. */
  busUps(): number | null;
  logger: Logger;
  /** How often everything on the bus is looked at, changed or not; milliseconds. */
  lookEveryMs: number;
  /** How long a subscription without a name may have no reader; milliseconds. */
  temporaryMs: number;
}

/** Subscriptions worked on at a time. */
const atATime = 16;

/** What decides which events an owner may follow. */
const rightsOf = ({ acl }: Session): string => JSON.stringify(acl);

interface Due {
  kept: KeptSubscription;
  session: Session;
}

/**
 * Keeps what is on the bus at what subscriptions and the rights of their owners say. In one process at a time, one of
 * these for each of its terms.
 */
export class Overseer {
  private readonly parts: OverseerParts;
  /** By subscription: the rights for which its consumers are as they should be. */
  private settled = new Map<string, string>();
  /** By subscription without a name and without a reader: since when, as far as this term has seen. */
  private unbound = new Map<string, number>();
  private lookedAt = 0;
  private ups: number | null = null;

  constructor(parts: OverseerParts) {
    this.parts = parts;
  }

  /** Throws when the store or the bus do not answer: the next term begins anew. */
  async round(): Promise<void> {
    const ups = this.parts.busUps();
    if (ups === null) return;
    if (ups !== this.ups) this.forget();
    this.ups = ups;
    if (Date.now() - this.lookedAt >= this.parts.lookEveryMs) await this.lookAtAll();
    else await this.followRights();
  }

  /** The bus may have come back empty, and its readers need not be back yet. */
  private forget(): void {
    this.lookedAt = 0;
    this.settled.clear();
    this.unbound.clear();
  }

  /** Finds what is missing, changed or left over on the bus, and how far every subscription has come. */
  private async lookAtAll(): Promise<void> {
    const { table, upkeep } = this.parts;
    const views = await upkeep.look();
    const seen = new Set<string>();
    let isComplete = true;
    for await (const page of table.pages()) {
      for (const { id } of page) seen.add(id);
      const due = await this.withSessions(page);
      isComplete = (await this.settleAll(due, views)) && isComplete;
      await this.endUnread(due, views);
    }
    this.settled = new Map([...this.settled].filter(([id]) => seen.has(id)));
    this.unbound = new Map([...this.unbound].filter(([id]) => seen.has(id)));
    await this.removeOrphans(views, seen);
    if (isComplete) this.lookedAt = Date.now();
  }

  /** Asks JetStream for something only when an owner's rights have changed. */
  private async followRights(): Promise<void> {
    let views: StreamViews | undefined;
    for await (const page of this.parts.table.pages()) {
      const due = await this.withSessions(page);
      const changed = due.filter(({ kept, session }) => this.settled.get(kept.id) !== rightsOf(session));
      if (changed.length === 0) continue;
      views ??= await this.parts.upkeep.look();
      await this.settleAll(changed, views);
    }
  }

  /** Whoever is gone, or may not act in the tenant any more, has no subscriptions. */
  private async withSessions(page: readonly KeptSubscription[]): Promise<Due[]> {
    const { authenticator, end } = this.parts;
    const owners = page.map(({ ownerTenantId: homeTenantId, ownerId, tenantId }) => ({
      homeTenantId,
      ownerId,
      tenantId,
    }));
    const sessions = await authenticator.owners(owners);
    const known = page.map((kept, n) => ({ kept, session: sessions[n] ?? null }));
    const gone = known.filter(({ session }) => session === null);
    await inBatches(gone, atATime, ({ kept }) => end(kept.tenantId, kept.id));
    return known.flatMap(({ kept, session }) => (session === null ? [] : [{ kept, session }]));
  }

  /** True when everything is there. One that fails keeps no other from being settled. */
  private async settleAll(due: readonly Due[], views: StreamViews): Promise<boolean> {
    const progress: Progress[] = [];
    let isComplete = true;
    await inBatches(due, atATime, async ({ kept, session }) => {
      try {
        const plan = this.parts.upkeep.plan(kept, session);
        const isSettled = await this.settle(kept, plan, views, progress);
        if (isSettled) this.settled.set(kept.id, rightsOf(session));
        else isComplete = false;
      } catch (error) {
        this.parts.logger.error({ err: error, subscription: kept.id }, 'a subscription is not as it should be');
        this.settled.delete(kept.id);
        isComplete = false;
      }
    });
    await this.parts.table.keep(progress);
    return isComplete;
  }

  private async settle(kept: KeptSubscription, plan: Plan, views: StreamViews, progress: Progress[]): Promise<boolean> {
    const { upkeep } = this.parts;
    const { tenantId, id } = kept;
    const [consumers, { inexact }] = [consumerNames(plan), plan];
    const positions = await upkeep.positions(id, plan, kept.positions, views);
    const now = { tenantId, id, consumers, inexact: [...inexact], positions };
    const before = { tenantId, id, consumers: kept.consumers, inexact: kept.inexact, positions: kept.positions };
    if (JSON.stringify(now) !== JSON.stringify(before)) progress.push(now);
    return upkeep.settle(id, plan, kept.positions, views);
  }

  private async endUnread(due: readonly Due[], views: StreamViews): Promise<void> {
    const { upkeep, end, temporaryMs } = this.parts;
    const unread: KeptSubscription[] = [];
    for (const { kept } of due) {
      if (!kept.isTemporary) continue;
      if (upkeep.isBound(kept.id, views)) this.unbound.delete(kept.id);
      else {
        const since = this.unbound.get(kept.id) ?? Date.now();
        this.unbound.set(kept.id, since);
        if (Date.now() - since >= temporaryMs) unread.push(kept);
      }
    }
    await inBatches(unread, atATime, ({ tenantId, id }) => end(tenantId, id));
  }

  /** Consumers of subscriptions that ended while they were being made. */
  private async removeOrphans(views: StreamViews, seen: ReadonlySet<string>): Promise<void> {
    const { table, upkeep } = this.parts;
    const strangers = [...new Set([...views.values()].flatMap(({ held }) => [...held.keys()]))].filter(
      (id) => id !== '' && !seen.has(id),
    );
    const known = await table.known(strangers);
    const orphans = [...views.values()].flatMap(({ held, positions: { stream } }) =>
      strangers.flatMap((id) => (known.has(id) ? [] : (held.get(id) ?? []).map(({ name }) => `${stream}.${name}`))),
    );
    await inBatches(orphans, atATime, (consumer) => upkeep.remove([consumer]));
  }
}
