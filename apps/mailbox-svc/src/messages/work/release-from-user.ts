import type { EventMeta } from '@aftertone/event-store';
import { DomainError } from '@aftertone/kernel';
import { inParallel } from '../../calls/in-parallel.ts';
import { commandMeta, type Ground } from '../../ground/ground.ts';
import { onMailboxGuard } from '../guards.ts';
import { messageAggregate } from '../message.aggregate.ts';

const atOnce = 16;

export interface InHand {
  tenantId: string;
  userId: string;
  messageIds: readonly string[];
}

/** Takes messages from a user. It can be repeated: what somebody else has taken meanwhile is left to them. */
export const releaseFromUser = (
  ground: Ground,
  { tenantId, userId, messageIds }: InHand,
  meta: EventMeta,
): Promise<void> =>
  inParallel(messageIds, atOnce, async (id) => {
    const command = { type: 'ReleaseFromUser', data: { userId }, meta: commandMeta(ground) } as const;
    try {
      await ground.store.handle(messageAggregate, { tenantId, id, command, meta, onGuard: onMailboxGuard });
    } catch (error) {
      // The mailbox was closed, and the message is on its way out with it.
      if (!(error instanceof DomainError) || error.code !== 'mailbox-not-found') throw error;
    }
  });
