import type { Actor, Right } from '@aftertone/contracts';
import { asTenant, type RecordedEvent } from '@aftertone/event-store';
import { type Access, rightsOn } from '../access/rights.ts';
import type { Ground } from '../ground/ground.ts';
import { mailboxAggregate } from '../mailboxes/mailbox.aggregate.ts';
import type { MailboxEvent } from '../mailboxes/mailbox.ts';
import { releaseFromUser } from '../messages/work/release-from-user.ts';
import { byTheService } from '../user-departure/departed-users.ts';
import { type ClaimedMessage, claimedIn, mailboxAccessNow, rightsOfMembers } from './claimed.query.ts';

/** What decides who may listen, beside members. */
type Who = Pick<Access, 'type' | 'ownerUserIds' | 'defaultRole'>;

/** What an event took: `userId` null is everybody; `before` is who could listen then, null when just that user is known. */
interface Loss {
  userId: string | null;
  before: Who | null;
}

/** Whoever is set as a member may listen, whatever the rights: that takes nothing. */
const lossBy = (event: MailboxEvent): Loss | null => {
  if (event.type === 'MemberRemoved') return { userId: event.data.userId, before: null };
  if (event.type !== 'MailboxChanged') return null;
  const { mailbox, was } = event.data;
  if (!('accessType' in was || 'ownerUserIds' in was || 'defaultRole' in was)) return null;
  const { accessType: type, ownerUserIds, defaultRole } = { ...mailbox, ...was };
  return { userId: null, before: { type, ownerUserIds, defaultRole } };
};

interface Place {
  tenantId: string;
  mailboxId: string;
}

const listens = (userId: string, mailboxId: string, who: Who, memberRights: readonly Right[] | null): boolean => {
  const actor: Actor = { kind: 'user', id: userId, admin: false };
  return rightsOn(actor, { mailboxId, ...who, memberRights }).has('listen');
};

/**
 * Takes from people who may not listen to a mailbox any more what they have in hand there, deleted messages too; what they
 * have done stays done. Who never could by what the mailbox says, such as administrators, keeps what is claimed: their
 * tokens are not known here. Whatever is released is not found again, so it can be repeated.
 */
export class LostAccess {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  async react(events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) {
      if (!event.streamId.startsWith(`${mailboxAggregate.type}-`)) continue;
      const loss = lossBy({ type: event.type, data: event.data } as MailboxEvent);
      if (loss !== null) await this.release(event, loss);
    }
  }

  private async release(event: RecordedEvent, loss: Loss): Promise<void> {
    const { tenantId, streamId, id: causationId, meta } = event;
    const place = { tenantId, mailboxId: streamId.slice(`${mailboxAggregate.type}-`.length) };
    const cause = byTheService({ correlationId: meta.correlationId, causationId });
    let last: string | undefined;
    do {
      const claimed = await this.read(tenantId, (query) =>
        claimedIn(query, place, { userId: loss.userId, after: last }),
      );
      for (const userId of await this.losers(place, loss, claimed)) {
        const messageIds = claimed.filter((one) => one.userId === userId).map(({ id }) => id);
        await releaseFromUser(this.ground, { tenantId, userId, messageIds }, cause);
      }
      last = claimed.at(-1)?.id;
    } while (last !== undefined);
  }

  /** Judged by now, not by the moment of the event: who has been let in again keeps what is in hand. */
  private async losers(place: Place, { before }: Loss, claimed: readonly ClaimedMessage[]): Promise<string[]> {
    const users = [...new Set(claimed.map(({ userId }) => userId))];
    if (users.length === 0) return [];
    const { now, members } = await this.read(place.tenantId, async (query) => ({
      now: await mailboxAccessNow(query, place),
      members: await rightsOfMembers(query, place, users),
    }));
    if (now === null) return []; // closed: its messages are being purged
    return users.filter((userId) => {
      const own = members.get(userId) ?? null;
      const could = before === null || listens(userId, place.mailboxId, before, own);
      return could && !listens(userId, place.mailboxId, now, own);
    });
  }

  private read<T>(tenantId: string, read: Parameters<typeof asTenant<T>>[2]): Promise<T> {
    return asTenant(this.ground.reader, tenantId, read);
  }
}
