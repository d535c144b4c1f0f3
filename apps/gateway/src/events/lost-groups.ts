import { type CloudEvent, compileAcl, contractEvents } from '@aftertone/contracts';
import type { Session } from '../access/session.ts';
import { type AccessChange, accessChange } from '../group-access/access-change.ts';

/** By then what sessions are made from has caught up, or the bus that it follows is away and brings no messages either. */
const keepMs = 60_000;
const mostKept = 10_000;

/** Stands for every member. */
export const everybody = '*';

const keyOf = (userId: string, mailboxId: string): string => `${userId} ${mailboxId}`;

const groupOf = (pattern: string): string | undefined => /^events\.voicemails\.groups\.([^.]+)\./.exec(pattern)?.[1];

const { mailboxCreated, memberRemoved } = contractEvents;

/** Most mailboxes are no groups and never were: they take nothing from anybody. */
const mayEndGroup = ({ type, data: { changed } }: CloudEvent): boolean =>
  type !== mailboxCreated.type && !(Array.isArray(changed) && !changed.includes('accessType'));

const changeOf = (event: CloudEvent): AccessChange | null => {
  if (event.type === memberRemoved.type && event.data.owner === true) return null;
  try {
    return accessChange(event);
  } catch {
    // Whoever keeps the members says so: what others are told does not wait for it.
    return null;
  }
};

/**
 * Memberships that have just ended, as the stream of events tells it: before any later message. What sessions are made
 * from follows the same stream by itself and catches up a moment later; until then they are narrowed here.
 */
export class LostGroups {
  /** When each was lost, in milliseconds of `now`, oldest first. */
  private readonly lost = new Map<string, number>();
  private readonly now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  /** Takes note of an event. Gives back whose sessions may be others by it: a user, `everybody`, or null for nobody. */
  note(event: CloudEvent): string | null {
    const change = changeOf(event);
    if (change === null) return null;
    const { mailboxId } = change;
    if (change.kind === 'member') {
      this.set(keyOf(change.userId, mailboxId), !change.listens);
      return change.userId;
    }
    for (const userId of change.ownerUserIds) this.set(keyOf(userId, mailboxId), false);
    if (!change.isGroup && !mayEndGroup(event)) return null;
    this.set(keyOf(everybody, mailboxId), !change.isGroup);
    return everybody;
  }

  /** The session without the patterns that it has only as somebody of a group mailbox that it has lost. */
  narrow(session: Session): Session {
    if (this.lost.size === 0) return session;
    const acl = session.acl.filter((pattern) => session.policyAcl.includes(pattern) || !this.isLost(session, pattern));
    if (acl.length === session.acl.length) return session;
    const { userId: authId, tokenId: sessionId } = session;
    return { ...session, acl, allows: compileAcl(acl, { authId, sessionId }) };
  }

  private isLost({ userId }: Session, pattern: string): boolean {
    const mailboxId = groupOf(pattern);
    if (mailboxId === undefined) return false;
    const since = this.now() - keepMs;
    return [userId, everybody].some(
      (who) => (this.lost.get(keyOf(who, mailboxId)) ?? Number.NEGATIVE_INFINITY) > since,
    );
  }

  private set(key: string, isLost: boolean): void {
    this.lost.delete(key);
    if (!isLost) return;
    this.lost.set(key, this.now());
    for (const [oldest, at] of this.lost) {
      if (this.lost.size <= mostKept && at > this.now() - keepMs) break;
      this.lost.delete(oldest);
    }
  }
}
