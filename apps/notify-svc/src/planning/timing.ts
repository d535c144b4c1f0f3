import type { Channel } from '@aftertone/contracts';
import type { Notice, PlannedContent } from '../deliveries/delivery.ts';
import type { KnownUser } from '../known/known-users.ts';
import { nextSlot } from '../timing/digest-slot.ts';
import { afterQuietHours } from '../timing/quiet-hours.ts';

/** What reaches a person at once, and so can wake one. A message that is kept elsewhere is not a notice: it goes on. */
const disturbing: ReadonlySet<Channel> = new Set(['email', 'text', 'sms', 'push']);

export interface Moment {
  now: Date;
  urgent: boolean;
  /** Of the mailbox, for users who have none. */
  timezone: string;
}

/** An escalation of an urgent message is told at once, whatever `exceptUrgent` says. */
const mayDisturb = ({ facts }: PlannedContent, { notify }: KnownUser, urgent: boolean): boolean =>
  urgent && (facts.purpose === 'escalation' || (notify.quietHours?.exceptUrgent ?? true));

/** A digest lists messages; that it is of one alone nobody knows beforehand, so that one has no recording either. */
const withoutAudio = (notice: Notice): Notice =>
  notice.kind === 'message' && notice.recording !== null ? { ...notice, recording: null, withheld: 'digest' } : notice;

const timed = (content: PlannedContent, user: KnownUser, { now, urgent, timezone: others }: Moment): PlannedContent => {
  const { facts } = content;
  const { quietHours, digest } = user.notify;
  const timezone = user.timezone ?? others;
  const gathered = digest !== null && !urgent && facts.channel === 'email' && facts.purpose === 'message';
  const wanted = gathered ? nextSlot(now, digest, timezone) : now;
  const due =
    quietHours === null || mayDisturb(content, user, urgent) ? wanted : afterQuietHours(wanted, quietHours, timezone);
  if (due.getTime() <= now.getTime()) return content;
  const dueAt = due.toISOString();
  // By the address, too: who has a new one gets two digests, and nobody gets another one's.
  const group = `digest:${user.id}:${facts.recipient.toLowerCase()}:${dueAt}`;
  return gathered ? { ...content, notice: withoutAudio(content.notice), dueAt, group } : { ...content, dueAt };
};

/** What is for somebody who does not want it now is held back until then: quiet hours, digests. */
export const inTime = (
  planned: readonly PlannedContent[],
  users: Iterable<KnownUser>,
  moment: Moment,
): PlannedContent[] => {
  const byId = new Map([...users].map((user) => [user.id, user]));
  return planned.map((content) => {
    const user = disturbing.has(content.facts.channel) ? byId.get(content.facts.userId ?? '') : undefined;
    return user === undefined ? content : timed(content, user, moment);
  });
};
