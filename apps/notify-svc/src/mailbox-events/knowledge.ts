import type { CloudEvent } from '@aftertone/contracts';
import type { Pool } from 'pg';
import { KnownCounts } from '../known/known-counts.ts';
import { KnownMailboxes } from '../known/known-mailboxes.ts';
import { KnownMembers } from '../known/known-members.ts';
import type { News } from './read-news.ts';
import type { ReadEvent } from './rounds.ts';

type Known = Extract<News, { kind: 'mailbox' | 'mailbox-closed' | 'member' | 'counts' }>;

/** Keeps what is known of mailboxes by what mailbox-svc tells of them. Events come twice and late. */
export class Knowledge {
  private readonly mailboxes: KnownMailboxes;
  private readonly members: KnownMembers;
  private readonly counts: KnownCounts;

  constructor(pool: Pool) {
    this.mailboxes = new KnownMailboxes(pool);
    this.members = new KnownMembers(pool);
    this.counts = new KnownCounts(pool);
  }

  /** Of these events the counts as everybody sees them, in their order. */
  recordCounts(events: readonly ReadEvent[]): Promise<void> {
    const told = events.flatMap(({ event, news }) => {
      if (news?.kind !== 'counts' || news.memberUserId !== undefined) return [];
      const { mailboxId, counts, ownStates } = news;
      return [{ tenantId: event.tenantid, mailboxId, counts, ownStates, at: new Date(event.time) }];
    });
    return this.counts.recordAll(told);
  }

  async record(news: Known, { tenantid: tenantId, streamversion: version, time }: CloudEvent): Promise<void> {
    const key = { tenantId, mailboxId: news.mailboxId };
    switch (news.kind) {
      case 'mailbox':
        return this.mailboxes.record(key, news.mailbox, version);
      case 'mailbox-closed':
        return this.mailboxes.close(key, version);
      case 'member':
        return this.members.record(key, news, version);
      case 'counts':
        return this.counts.record(key, { ...news, at: new Date(time) });
    }
  }
}
