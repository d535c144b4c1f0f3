import { type CloudEvent, id, type WebhookFormat, webhookEventTypes } from '@aftertone/contracts';
import type { StoreLogger } from '@aftertone/event-store';
import type { Pool } from 'pg';
import { Fullness } from './fullness.ts';
import { Missed } from './missed.ts';

/** A webhook that is told of an event. */
export interface Follower {
  id: string;
  format: WebhookFormat;
  /** What it is told waits. */
  paused: boolean;
}

interface Row extends Follower {
  tenantId: string;
  mailboxId: string | null;
  events: string[];
  createdAt: Date;
}

/** Deliveries that wait for a paused webhook; what happens beyond that is counted, and it is not told of it later. */
export const mostHeld = 100_000;

const followable: ReadonlySet<string> = new Set(webhookEventTypes);

/** What one member sees in an own way is told to nobody else. */
const mayBeFollowed = ({ type, data }: CloudEvent): boolean => followable.has(type) && data.memberUserId === undefined;

/** Null also for what is no id: whoever reads the event says so. */
const mailboxOf = ({ data }: CloudEvent): string | null => id.safeParse(data.mailboxId).data ?? null;

const follows = (row: Row, event: CloudEvent): boolean =>
  row.tenantId === event.tenantid &&
  row.events.includes(event.type) &&
  (row.mailboxId === null || row.mailboxId === mailboxOf(event)) &&
  // Of what happened before there was this webhook it is not told because the bus is filled again.
  row.createdAt.getTime() <= Date.parse(event.time);

/** Finds the webhooks that follow events. */
export class Followers {
  private readonly pool: Pool;
  private readonly log: StoreLogger | null;
  private readonly fullness: Fullness;

  /** `log` null: it is only asked who would be told; what a webhook misses does not count. */
  constructor(pool: Pool, log: StoreLogger | null = null, limit = mostHeld) {
    this.pool = pool;
    this.log = log;
    this.fullness = new Fullness(pool, limit);
  }

  /** By event id, for a whole batch of any tenants at once; an event that nobody follows is not in it. */
  async of(events: readonly CloudEvent[]): Promise<ReadonlyMap<string, Follower[]>> {
    const followed = events.filter(mayBeFollowed);
    if (followed.length === 0) return new Map();
    const rows = await this.candidates(followed);
    const full = await this.fullness.of(rows.filter(({ paused }) => paused).map(({ id }) => id));
    if (this.log !== null)
      await this.countMissed(
        rows.filter(({ id }) => full.has(id)),
        followed,
        this.log,
      );
    const open = rows.filter(({ id }) => !full.has(id));
    const found = followed.map((event): [string, Follower[]] => [event.id, open.filter((row) => follows(row, event))]);
    return new Map(found.filter(([, followers]) => followers.length > 0));
  }

  private async candidates(events: readonly CloudEvent[]): Promise<Row[]> {
    const tenants = [...new Set(events.map(({ tenantid }) => tenantid))];
    const types = [...new Set(events.map(({ type }) => type))];
    const mailboxes = [...new Set(events.map(mailboxOf))].filter((mailboxId) => mailboxId !== null);
    const { rows } = await this.pool.query<Row>({
      name: 'webhook-followers',
      text: `SELECT tenant_id AS "tenantId", id, mailbox_id AS "mailboxId", events, format, created_at AS "createdAt",
          paused IS NOT NULL AS paused
        FROM webhook
        WHERE tenant_id = ANY ($1) AND (mailbox_id IS NULL OR mailbox_id = ANY ($3)) AND events && $2 AND enabled`,
      values: [tenants, types, mailboxes],
    });
    return rows;
  }

  private countMissed(full: readonly Row[], events: readonly CloudEvent[], log: StoreLogger): Promise<void> {
    const missed = full.flatMap((row) => {
      const times = events.filter((event) => follows(row, event)).map(({ time }) => Date.parse(time));
      const { tenantId, id } = row;
      return times.length === 0 ? [] : [{ tenantId, id, count: times.length, since: new Date(Math.min(...times)) }];
    });
    return new Missed(this.pool).count(missed, log);
  }
}
