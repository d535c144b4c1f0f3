import type { UserNotify } from '@aftertone/contracts';
import type { Pool } from 'pg';
import type { DeliveryFacts } from '../deliveries/delivery.ts';
import { sameNumber } from '../planning/phones.ts';

/** What is known now of the mailbox and of the user of a delivery. */
export interface RecipientKnown {
  /** Whom the mailbox names for the channel; null: nothing is known of the mailbox. */
  named: readonly string[] | null;
  /** The user may listen to the mailbox. */
  listens: boolean;
  email: string | null;
  /** Null: nothing is known of the user, who is older than the bus; empty: the user is gone. */
  notify: UserNotify | Record<string, never> | null;
}

type Recipient = Pick<DeliveryFacts, 'channel' | 'purpose' | 'recipient' | 'userId' | 'mailboxId' | 'named'>;

// One row for each recipient, in their order. Rows of the version before the chain name addresses for e-mail only.
const known = `
  SELECT
    CASE WHEN b.id IS NOT NULL THEN COALESCE(
      b.notify -> who.channel -> 'to', CASE WHEN who.channel = 'email' THEN to_jsonb(b.email_to) END, '[]') END AS named,
    (who.user_id = ANY (b.owner_user_ids) OR b.access_type = 'global' OR b.access_type = 'group' AND m.listens) IS TRUE
      AS listens,
    u.email, u.notify
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) WITH ORDINALITY
    AS who(tenant_id, mailbox_id, user_id, channel, n)
  LEFT JOIN known_mailbox b ON b.tenant_id = who.tenant_id AND b.id = who.mailbox_id
  LEFT JOIN known_user u ON u.tenant_id = who.tenant_id AND u.id = who.user_id
  LEFT JOIN known_member m ON m.tenant_id = who.tenant_id AND m.mailbox_id = who.mailbox_id AND m.user_id = who.user_id
  ORDER BY who.n`;

/** By each recipient, in their order. */
export const knownOf = async (
  pool: Pool,
  recipients: ReadonlyArray<Recipient & { tenantId: string }>,
): Promise<RecipientKnown[]> => {
  const { rows } = await pool.query<RecipientKnown>({
    name: 'still-told',
    text: known,
    values: [
      recipients.map(({ tenantId }) => tenantId),
      recipients.map(({ mailboxId }) => mailboxId),
      recipients.map(({ userId }) => userId),
      recipients.map(({ channel }) => channel),
    ],
  });
  return rows;
};

const isGone = (notify: RecipientKnown['notify']): notify is Record<string, never> =>
  notify !== null && !('email' in notify);

const isSame = ({ channel, recipient }: Recipient, other: string): boolean =>
  channel === 'sms' || channel === 'fax'
    ? sameNumber(other) === sameNumber(recipient)
    : other.toLowerCase() === recipient.toLowerCase();

/** Whether it still reaches the user. Whose device it is, its sender looks at. */
const isOwn = (to: Recipient, email: string | null, { sms }: UserNotify): boolean => {
  if (to.channel === 'push') return true;
  const own = to.channel === 'sms' ? sms.to : email;
  return own !== null && isSame(to, own);
};

const turnedOff = ({ channel }: Recipient, { email, push }: UserNotify): string | null => {
  if (channel === 'email' && email.enabled === false) return 'the user has turned e-mails off';
  return channel === 'push' && push.enabled === false ? 'the user has turned pushes off' : null;
};

/** Why its recipient is not to be told any more, one line; null: it is. Of an escalation only users who are gone are not. */
export const whyNotTold = (to: Recipient, { named, listens, email, notify }: RecipientKnown): string | null => {
  if (isGone(notify)) return 'the user is gone';
  if (to.purpose === 'escalation' || to.named === 'replay' || named === null) return null;
  const isNamed = named.some((other) => isSame(to, other));
  if (!isNamed && (to.userId === null || to.named === 'mailbox')) return 'the mailbox does not name it any more';
  if (notify !== null && !isOwn(to, email, notify)) return isNamed ? null : "it is not the user's any more";
  const off = notify === null ? null : turnedOff(to, notify);
  return off ?? (isNamed || listens ? null : 'the user may not listen to the mailbox any more');
};
