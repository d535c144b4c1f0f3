import type { Counts } from '@aftertone/contracts';
import type { Reading } from '@aftertone/event-store';
import type { Ground } from '../../ground/ground.ts';
import { type Asker, userOf } from '../../mailboxes/directory/mailbox.query.ts';
import { mailboxNotFound } from '../../mailboxes/mailbox.decider.ts';
import { countsOf, withOwn } from '../contribution.ts';
import { memberFeedId } from './feeds.ts';

interface FeedNumbers {
  counters: number[];
  sequence: number;
  /** How the actor's counts differ, where heard states are each member's own and the actor has said any. */
  own: number[] | null;
  /** Messages are kept elsewhere: those that are here are hidden. */
  external: boolean;
}

/** Takes tenant, mailbox and the feed of the actor as its member. */
export const countsReading: Reading = {
  name: 'counts',
  text: `
    SELECT f.counters, f.sequence, o.counters AS own, b.storage IS NOT NULL AS external
    FROM mailbox b
    JOIN feed f ON f.tenant_id = b.tenant_id AND f.feed_id = b.id::text
    LEFT JOIN feed o ON o.tenant_id = b.tenant_id AND o.feed_id = $3 AND b.heard_state = 'member'
    WHERE b.tenant_id = $1 AND b.id = $2`,
};

/**
 * The counts of an open mailbox as the actor sees them, read as one moment saw them. The rights are the caller's to look
 * at. The revision is the mailbox's: own heard states take no number of it.
 */
export const ownCounts = async (ground: Ground, { tenantId, actor }: Asker, mailboxId: string): Promise<Counts> => {
  const values = [tenantId, mailboxId, memberFeedId(mailboxId, userOf(actor))];
  const [numbers] = await ground.reads.rows<FeedNumbers>(countsReading, tenantId, values);
  if (numbers === undefined) throw mailboxNotFound();
  const { counters, sequence, own, external } = numbers;
  if (external) return countsOf([], sequence);
  return countsOf(withOwn(counters, own ?? []), sequence);
};
