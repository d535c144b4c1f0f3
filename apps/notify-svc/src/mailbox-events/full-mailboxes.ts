import type { CloudEvent } from '@aftertone/contracts';
import type { Pool } from 'pg';
import type { Planner } from '../deliveries/planner.ts';
import { KnownCounts } from '../known/known-counts.ts';
import { KnownMailboxes } from '../known/known-mailboxes.ts';
import { KnownUsers } from '../known/known-users.ts';
import { planFull } from '../planning/full-mailbox.ts';
import type { AnnouncedEvents } from './announced-events.ts';
import type { News } from './read-news.ts';

export interface FullMailboxesParts {
  pool: Pool;
  planner: Planner;
  announced: AnnouncedEvents;
}

/** A mailbox that stays full refuses every caller; its people are told once in this time, unless it had room. */
const quietMs = 24 * 3_600_000;

type Full = Extract<News, { kind: 'mailbox-full' }>;

/** Tells people that their mailbox takes no more messages. */
export class FullMailboxes {
  private readonly parts: FullMailboxesParts;
  private readonly mailboxes: KnownMailboxes;
  private readonly counts: KnownCounts;
  private readonly users: KnownUsers;

  constructor(parts: FullMailboxesParts) {
    this.parts = parts;
    this.mailboxes = new KnownMailboxes(parts.pool);
    this.counts = new KnownCounts(parts.pool);
    this.users = new KnownUsers(parts.pool);
  }

  async tell(event: CloudEvent, { mailboxId, limit }: Full): Promise<void> {
    const { planner, announced } = this.parts;
    const { tenantid: tenantId, id: eventId, correlationid: correlationId } = event;
    const name = `full mailbox ${mailboxId}`;
    // By the clocks of mailbox-svc alone: what it tells later did happen later.
    const at = new Date(event.time);
    const room = await this.counts.roomSince({ tenantId, mailboxId });
    const quietSince = Math.max(at.getTime() - quietMs, room?.getTime() ?? 0);
    if (await announced.isSince(tenantId, name, new Date(quietSince))) return;
    const mailbox = await this.mailboxes.find({ tenantId, mailboxId });
    if (mailbox === null) return; // its settings have not arrived, and it refuses the next caller too
    const [counts, owners, usersByEmail] = await Promise.all([
      this.counts.find({ tenantId, mailboxId }),
      this.users.byId(tenantId, mailbox.ownerUserIds),
      this.users.byEmail(tenantId, mailbox.notify.email.to),
    ]);
    const cause = { eventId, correlationId, mailboxId };
    await planner.plan(event, planFull({ ...cause, mailbox, limit, counts, owners, usersByEmail }));
    // Last: after a crash in between, the same event finds the same deliveries planned.
    await announced.renew(tenantId, name, at);
  }
}
