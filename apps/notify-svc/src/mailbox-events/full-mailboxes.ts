import type { CloudEvent } from '@aftertone/contracts';
import type { Clock } from '@aftertone/kernel';
import type { Pool } from 'pg';
import type { Planner } from '../deliveries/planner.ts';
import { KnownCounts } from '../known/known-counts.ts';
import { KnownMailboxes } from '../known/known-mailboxes.ts';
import { KnownUsers } from '../known/known-users.ts';
import { planFull } from '../planning/full-mailbox.ts';
import type { AnnouncedEvents } from './announced-events.ts';

export interface FullMailboxesParts {
  pool: Pool;
  planner: Planner;
  announced: AnnouncedEvents;
  clock: Clock;
}

/** A mailbox that stays full refuses every caller; its people are told once in this time. */
const quietMs = 24 * 3_600_000;

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

  async tell(event: CloudEvent, mailboxId: string): Promise<void> {
    const { planner, announced, clock } = this.parts;
    const { tenantid: tenantId, id: eventId, correlationid: correlationId } = event;
    const now = clock();
    const name = `full mailbox ${mailboxId}`;
    if (await announced.isSince(tenantId, name, new Date(now.getTime() - quietMs))) return;
    const mailbox = await this.mailboxes.find({ tenantId, mailboxId });
    if (mailbox === null) return; // its settings have not arrived, and it refuses the next caller too
    const [counts, owners] = await Promise.all([
      this.counts.find({ tenantId, mailboxId }),
      this.users.byId(tenantId, mailbox.ownerUserIds),
    ]);
    await planner.plan(event, planFull({ eventId, correlationId, mailboxId, mailbox, counts, owners }));
    // Last: after a crash in between, the same event finds the same deliveries planned.
    await announced.renew(tenantId, name, now);
  }
}
