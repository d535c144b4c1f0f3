import type { Pool } from 'pg';
import type { PlannedDelivery } from '../deliveries/delivery.ts';
import type { Sending, SendOutcome } from '../sending/channel.ts';

const taken = `
  SELECT FROM message_care
  WHERE tenant_id = $1 AND message_id = $2 AND reason = ANY ($3) AND user_id = ANY ($4) LIMIT 1`;

const everybody = '00000000-0000-0000-0000-000000000000';
/** What somebody works on is news to the others all the same. */
const endsNews = ['heard', 'done', 'acknowledged', 'gone'];

const tellsOfNews = ({ facts }: PlannedDelivery): boolean => facts.purpose === 'message' && facts.messageId !== null;

/**
 * For what is no use late: why a further attempt is not made; null when it is. Somebody may have taken care of the
 * message while the attempt before was under way, and nothing under way is called back.
 */
export const noUseAgain = async (pool: Pool, { tenantId, n, delivery }: Sending): Promise<SendOutcome | null> => {
  if (n === 1 || !tellsOfNews(delivery)) return null;
  const { messageId, userId } = delivery.facts;
  const values = [tenantId, messageId, endsNews, [everybody, ...(userId === null ? [] : [userId])]];
  const { rowCount } = await pool.query(taken, values);
  if (rowCount === 0) return null;
  return { outcome: 'refused', cancel: 'taken-care-of', detail: 'not sent: the message is no news any more' };
};
