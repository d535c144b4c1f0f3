import { contractEvents, memberPath, memberViewPath } from '@aftertone/contracts';
import type { FeedStamp } from '@aftertone/event-store';
import { type EventPlace, type Fact, fact, type Publication } from '../../publishing/publication.ts';
import { countsOf, difference, movesCounts, withOwn } from '../contribution.ts';
import type { MarkEvent } from '../message.ts';
import { toPublicMessage } from '../public-message.ts';
import { memberRole } from './feeds.ts';

const stampOf = ({ stamps }: EventPlace, role: string): FeedStamp => {
  const stamp = stamps[role];
  if (stamp === undefined) throw new Error(`the event bears no stamp of its feed in the role ${role}`);
  return stamp;
};

/**
 * What a member is told of an own heard state: the message and the counts as that member sees them, copied to
 * that member alone. Among the mailbox's other events everybody who may see the mailbox would learn who listened to what.
 */
export const publishMark = ({ data }: MarkEvent, place: EventPlace): Publication[] => {
  const { message, caller, userId: memberUserId, heardAt, was } = data;
  const { mailboxId } = message;
  const role = memberRole(memberUserId);
  const toMember = (topic: 'messages' | 'mwi', { definition, data }: Fact): Publication => {
    const path = memberViewPath(mailboxId, topic, 'updated');
    const audiences = [memberPath(memberUserId, topic, 'updated')];
    return { role, type: definition.type, path, audiences, data: data(0) };
  };
  const seen = toPublicMessage({ ...message, heardAt }, caller, place);
  const changed = ['heard', 'heardAt'];
  const about = { mailboxId, memberUserId };
  const updated = fact(contractEvents.messageUpdated, { ...about, messageId: place.id, changed, message: seen });
  const delta = difference({ ...message, heardAt }, { ...message, ...was });
  if (!movesCounts(delta)) return [toMember('messages', updated)];
  const [shared, own] = [stampOf(place, 'mailbox'), stampOf(place, role)];
  // The stamp holds the number that the next contract event of the mailbox gets: this one takes none.
  const counts = countsOf(withOwn(shared.counters, own.counters), shared.sequence - 1);
  return [toMember('messages', updated), toMember('mwi', fact(contractEvents.mwiUpdated, { ...about, counts }))];
};
