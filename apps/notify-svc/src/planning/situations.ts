import type { Pool } from 'pg';
import { GatewaysOf } from '../gateways/gateways-of.ts';
import { audienceOf, type Person } from '../known/audience.ts';
import { KnownMailboxes } from '../known/known-mailboxes.ts';
import { KnownTenants } from '../known/known-tenants.ts';
import { KnownUsers } from '../known/known-users.ts';
import type { NewMessage } from '../mailbox-events/read-news.ts';
import { planPeople } from './plan.ts';
import type { Plan, Situation } from './situation.ts';

/** What asks for notifications. */
export interface Cause {
  tenantId: string;
  eventId: string;
  correlationId: string;
  /** The mailbox's feed number of the counts that follow the event; 0: any. */
  revision: number;
  now: Date;
}

/** Finds out what a plan needs to know. */
export class Situations {
  private readonly pool: Pool;
  private readonly mailboxes: KnownMailboxes;
  private readonly users: KnownUsers;
  private readonly tenants: KnownTenants;
  private readonly gateways: GatewaysOf;

  constructor(pool: Pool) {
    this.pool = pool;
    this.mailboxes = new KnownMailboxes(pool);
    this.users = new KnownUsers(pool);
    this.tenants = new KnownTenants(pool);
    this.gateways = new GatewaysOf(pool);
  }

  /** Null while nothing is known of the mailbox. `addresses`: other than those that the mailbox names. */
  async of(
    { tenantId, eventId, correlationId, revision, now }: Cause,
    { mailboxId, messageId, message }: NewMessage,
    addresses: readonly string[] = [],
  ): Promise<Situation | null> {
    const mailbox = await this.mailboxes.find({ tenantId, mailboxId });
    if (mailbox === null) return null;
    const { email, text } = mailbox.notify;
    const [tenant, usersByEmail, gateways] = await Promise.all([
      this.tenants.find(tenantId),
      this.users.byEmail(tenantId, [...email.to, ...text.to, ...addresses]),
      this.gateways.kinds(tenantId),
    ]);
    const facts = { eventId, correlationId, messageId, mailboxId, revision };
    return { ...facts, message, mailbox, tenant: tenant.notify, usersByEmail, gateways, now };
  }

  /** The people behind the mailbox, in pages. */
  people(tenantId: string, { mailboxId, mailbox }: Situation): AsyncGenerator<Person[]> {
    return audienceOf(this.pool, { tenantId, mailboxId }, mailbox);
  }

  /** What they are told, in pages. */
  async *peoplePlans(tenantId: string, situation: Situation): AsyncGenerator<Plan> {
    for await (const people of this.people(tenantId, situation)) yield planPeople(situation, people);
  }
}
