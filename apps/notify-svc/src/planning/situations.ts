import type { Pool } from 'pg';
import { audienceOf, type Person } from '../known/audience.ts';
import type { NewMessage } from '../mailbox-events/read-news.ts';
import type { Situation } from './situation.ts';
import { type KnownSituation, SituationPage } from './situation-page.ts';

/** What asks for notifications. */
export interface Cause {
  tenantId: string;
  eventId: string;
  correlationId: string;
  /** The mailbox's feed number of the counts that follow the event; 0: any. */
  revision: number;
  now: Date;
}

/** One new message with what is known of its mailbox. */
export const situationOf = (
  { eventId, correlationId, revision, now }: Omit<Cause, 'tenantId'>,
  { mailboxId, messageId, message }: NewMessage,
  { mailbox, tenant, usersByEmail, gateways }: KnownSituation,
): Situation => ({
  ...{ eventId, correlationId, messageId, mailboxId, revision },
  ...{ message, mailbox, tenant, usersByEmail, gateways, now },
});

/** Finds out what a plan for a single message needs to know. */
export class Situations {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Null while nothing is known of the mailbox. `addresses`: other than those that the mailbox names. */
  async of(
    { tenantId, ...cause }: Cause,
    news: NewMessage,
    addresses: readonly string[] = [],
  ): Promise<Situation | null> {
    const key = { tenantId, mailboxId: news.mailboxId };
    const known = (await SituationPage.load(this.pool, [{ ...key, addresses }])).of(key);
    return known && situationOf(cause, news, known);
  }

  /** The people behind the mailbox, in pages. */
  people(tenantId: string, { mailboxId, mailbox }: Situation): AsyncGenerator<Person[]> {
    return audienceOf(this.pool, { tenantId, mailboxId }, mailbox);
  }
}
