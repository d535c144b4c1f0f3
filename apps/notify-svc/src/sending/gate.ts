import type { Channel, DeliveryPurpose } from '@aftertone/contracts';
import type { Pool } from 'pg';
import { noUseAgain } from '../timing/taken-care.ts';
import type { Sending, SendOutcome } from './channel.ts';
import { knownOf, whyNotTold } from './still-told.ts';

/** What tells people of messages. A message that is kept elsewhere is no notice, and software has no rights to lose. */
const toPeople: ReadonlySet<Channel> = new Set(['email', 'text', 'sms', 'fax', 'push']);
const aboutMessages: ReadonlySet<DeliveryPurpose> = new Set(['message', 'escalation']);

const gone = (why: string): SendOutcome => ({
  outcome: 'refused',
  cancel: 'recipient-gone',
  detail: `not sent: ${why}`,
});

const whetherGone = async (pool: Pool, sendings: readonly Sending[]): Promise<ReadonlyMap<Sending, SendOutcome>> => {
  const asked = sendings.filter(
    ({ delivery: { facts } }) => toPeople.has(facts.channel) && aboutMessages.has(facts.purpose),
  );
  const [first] = asked;
  if (first === undefined) return new Map();
  const recipients = asked.map(({ delivery }) => delivery.facts);
  const known = await knownOf(pool, first.tenantId, recipients);
  return new Map(
    asked.flatMap((sending, n): Array<[Sending, SendOutcome]> => {
      const now = known[n];
      const why = now === undefined ? null : whyNotTold(sending.delivery.facts, now);
      return why === null ? [] : [[sending, gone(why)]];
    }),
  );
};

/**
 * Looks, before each attempt, whether it is still wanted: rights end, and people change their minds, while a
 * notification waits. Of one tenant; of each in their order why it ends without anything sent, null when it goes out.
 */
export const turnedAway = async (pool: Pool, sendings: readonly Sending[]): Promise<Array<SendOutcome | null>> => {
  const without = await whetherGone(pool, sendings);
  return Promise.all(sendings.map((sending) => without.get(sending) ?? noUseAgain(pool, sending)));
};
