import type { Channel, DeliveryPurpose } from '@aftertone/contracts';
import { Gathering } from '@aftertone/kernel';
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

/** Questions of many attempts that begin at one time are one query. */
const mostAtOnce = 200;

/**
 * Looks, before each attempt, whether it is still wanted: rights end, and people change their minds, while a
 * notification waits.
 */
export class Gate {
  private readonly pool: Pool;
  private readonly gone: Gathering<Sending, SendOutcome | null>;

  constructor(pool: Pool) {
    this.pool = pool;
    this.gone = new Gathering({
      key: ({ tenantId, deliveryId, n }) => `${tenantId} ${deliveryId} ${n}`,
      ask: (sendings) => {
        const known = knownOf(
          pool,
          sendings.map(({ tenantId, delivery }) => ({ tenantId, ...delivery.facts })),
        );
        return sendings.map(async (sending, n) => {
          const now = (await known)[n];
          const why = now === undefined ? null : whyNotTold(sending.delivery.facts, now);
          return why === null ? null : gone(why);
        });
      },
      ...{ most: mostAtOnce, atOnce: 2 },
    });
  }

  /** Of each in their order why it ends without anything sent, null when it goes out. */
  turnedAway(sendings: readonly Sending[]): Promise<Array<SendOutcome | null>> {
    return Promise.all(
      sendings.map(async (sending) => {
        const { channel, purpose } = sending.delivery.facts;
        const isNotice = toPeople.has(channel) && aboutMessages.has(purpose);
        return (isNotice ? await this.gone.ask(sending) : null) ?? noUseAgain(this.pool, sending);
      }),
    );
  }
}
