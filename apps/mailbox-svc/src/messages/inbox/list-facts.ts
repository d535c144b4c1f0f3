import type { AccessType } from '@aftertone/contracts';
import type { Reading } from '@aftertone/event-store';
import { type Asker, userOf } from '../../mailboxes/directory/mailbox.query.ts';
import { viewerOf } from './found-message.ts';

/** What says which way a list is read; the way changes its cost and not its messages, except for `ownHeard`. */
export interface ListFacts {
  /** Some mailbox that is asked about has its members' own heard states, and the actor may have such. */
  ownHeard: boolean;
  /** The actor has marked so many messages that going past them would cost more than asking each mailbox. */
  manyMarks: boolean;
  /** Few mailboxes have the access type that is asked for. */
  fewOfType: boolean;
}

export const plainList: ListFacts = { ownHeard: false, manyMarks: false, fewOfType: false };

/** Marks that a list of a tenant goes past one by one. */
const manyMarks = 100;

/** Mailboxes that a list asks one by one for their newest message. */
const fewMailboxes = 1_000;

/** Takes tenant, mailbox (null for all), the user whose own heard states are asked for and the access type; null for none. */
export const listFactsReading: Reading = {
  name: 'list-facts',
  text: `
    SELECT
      $3::uuid IS NOT NULL AND EXISTS (
        SELECT FROM mailbox b WHERE b.tenant_id = $1 AND ($2::uuid IS NULL OR b.id = $2) AND b.heard_state = 'member'
      ) AS "ownHeard",
      $2::uuid IS NULL AND $3::uuid IS NOT NULL AND EXISTS (
        SELECT FROM own_mark o WHERE o.tenant_id = $1 AND o.user_id = $3 AND o.listed
        ORDER BY o.heard::integer, o.received_at DESC, o.message_id DESC OFFSET ${manyMarks}
      ) AS "manyMarks",
      $4::text IS NOT NULL AND NOT EXISTS (
        SELECT FROM mailbox t WHERE t.tenant_id = $1 AND t.access_type = $4 OFFSET ${fewMailboxes}
      ) AS "fewOfType"`,
};

interface Asked {
  mailboxId?: string | undefined;
  heard?: boolean | undefined;
  accessType?: AccessType | undefined;
}

/** Values of the reading, null where nothing is to be known. */
export const listFactsValues = (
  { tenantId, actor }: Asker,
  { mailboxId, heard, accessType }: Asked,
): unknown[] | null => {
  const viewerId = heard === undefined || viewerOf(actor, 'member') === null ? null : userOf(actor);
  const typed = mailboxId === undefined ? accessType : undefined;
  if (viewerId === null && typed === undefined) return null;
  return [tenantId, mailboxId ?? null, viewerId, typed ?? null];
};
