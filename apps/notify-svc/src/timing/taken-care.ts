import type { Channel } from '@aftertone/contracts';
import type { Pool } from 'pg';
import type { PlannedDelivery } from '../deliveries/delivery.ts';
import type { Sending, SendOutcome } from '../sending/channel.ts';

const taken = `
  SELECT FROM message_care
  WHERE tenant_id = $1 AND message_id = $2 AND mailbox_id IN ($3, $4)
    AND ($5::text[] IS NULL OR reason = ANY ($5) AND user_id IN ($6, $4)) LIMIT 1`;

/** In a key: every user, or any mailbox. */
const any = '00000000-0000-0000-0000-000000000000';
/** What somebody works on is news to the others all the same. */
const endsNews = ['heard', 'done', 'acknowledged', 'gone', 'moved'];
/** What only disturbs when it comes late. */
const noUseLate: ReadonlySet<Channel> = new Set(['push', 'sms']);

/** By what care it ends; null: by any, of anybody; undefined: it goes out whatever happened to the message. */
const endsWith = ({ n, delivery }: Sending): string[] | null | undefined => {
  const { purpose, channel } = delivery.facts;
  // It asks for somebody to take care.
  if (purpose === 'escalation') return null;
  return purpose === 'message' && n > 1 && noUseLate.has(channel) ? endsNews : undefined;
};

const toldOf = ({ facts }: PlannedDelivery): string[] => [facts.mailboxId ?? any, any];

/**
 * Why an attempt is not made; null when it is. Somebody may have taken care of the message while the attempt before was
 * under way, and nothing under way is called back. What tells of a step is of no use then over any channel.
 */
export const noUseAgain = async (pool: Pool, sending: Sending): Promise<SendOutcome | null> => {
  const { tenantId, delivery } = sending;
  const { messageId, userId } = delivery.facts;
  const reasons = endsWith(sending);
  if (messageId === null || reasons === undefined) return null;
  const { rowCount } = await pool.query(taken, [tenantId, messageId, ...toldOf(delivery), reasons, userId ?? any]);
  if (rowCount === 0) return null;
  return { outcome: 'refused', cancel: 'taken-care-of', detail: 'not sent: the message needs nobody any more' };
};
