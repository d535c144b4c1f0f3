import { contractEvents, type Message as PublicMessage } from '@aftertone/contracts';
import {
  type EventPlace,
  type Fact,
  fact,
  type Publication,
  publishInFeed,
  type SharedView,
} from '../publishing/publication.ts';
import { type BoxChange, boxChanges, countsOf, movesCounts } from './contribution.ts';
import { publishForwarding } from './forwarding/publish-forwarding.ts';
import { publishMark } from './marks/publish-mark.ts';
import type { ForwardingEvent, MarkEvent, MessageEvent } from './message.ts';
import { toPublicMessage } from './public-message.ts';
import { workFields } from './work/work.ts';

/** What everybody who may see the mailbox is told. */
type SharedEvent = Exclude<MessageEvent, MarkEvent | ForwardingEvent | { type: 'DeletedMessageReleased' }>;

type Change = Exclude<keyof PublicMessage, 'id'>;

/** What an event says about the message in one of the mailboxes it touches. */
const factOf = (
  event: SharedEvent,
  { role, mailboxId, view }: BoxChange & { view: SharedView },
  place: EventPlace,
): Fact => {
  const messageId = place.id;
  if (event.type === 'MessagePurged') {
    const { because } = event.data;
    return fact(contractEvents.messageDeleted, { mailboxId, messageId, reason: 'purged', ...(because && { because }) });
  }
  const message = toPublicMessage(event.data.message, event.data.caller, place);
  const created = (reason: 'deposited' | 'copied' | 'moved' | 'restored') =>
    fact(contractEvents.messageCreated, { mailboxId, messageId, reason, message, ...view });
  const updated = (...changed: Change[]) => {
    const because = event.type === 'MessageFiled' && event.data.because ? { because: event.data.because } : {};
    return fact(contractEvents.messageUpdated, { mailboxId, messageId, changed, message, ...view, ...because });
  };
  const deleted = (reason: 'deleted' | 'moved', last = message, because?: 'retention') =>
    fact(contractEvents.messageDeleted, { mailboxId, messageId, reason, message: last, ...(because && { because }) });
  switch (event.type) {
    case 'MessageDeposited':
      return created('deposited');
    case 'MessageCopiedIn':
      return created('copied');
    case 'MessageRestored':
      return created('restored');
    case 'MessageMoved':
      return role === 'from'
        ? deleted('moved', toPublicMessage({ ...event.data.message, ...event.data.was }, event.data.caller, place))
        : created('moved');
    case 'MessageDeleted':
      return deleted('deleted', message, event.data.because);
    case 'AudioAttached':
      return updated('content');
    case 'MessageHeard':
    case 'MessageUnheard':
      return updated('heard', 'heardAt');
    case 'MessageFiled':
      return updated('folder');
    case 'MessageFlagged':
      return updated('urgent');
    case 'MessageHeld':
    case 'MessageHoldEnded':
      return updated('legalHold');
    case 'MessageClaimed':
    case 'MessageAssigned':
    case 'MessageReleased':
    case 'MessageFinished':
      return updated(...workFields.filter((field) => field in event.data.was));
  }
};

/**
 * The contract events of one event of a message: in each mailbox what became of it, and its counts if they moved. An own
 * heard state is told to its member alone, and what is kept elsewhere to nobody who may see the mailbox.
 */
export const publishMessage = (event: MessageEvent, place: EventPlace): Publication[] => {
  if (event.type === 'MessageHeardByMember') return publishMark(event, place);
  if (event.type === 'MessageSpooled' || event.type === 'MessageForwarded') return publishForwarding(event, place);
  // Nobody sees a deleted message.
  if (event.type === 'DeletedMessageReleased' || 'deleted' in event.data) return [];
  return boxChanges(event).flatMap((box) => {
    const { role, mailboxId, delta } = box;
    return publishInFeed({ role, mailboxId, stamps: place.stamps }, ({ counters }, view) => {
      const changed = factOf(event, { ...box, view }, place);
      if (!movesCounts(delta)) return [changed];
      const counts = (sequence: number) => ({ mailboxId, counts: countsOf(counters, sequence), ...view });
      return [changed, fact(contractEvents.mwiUpdated, counts)];
    });
  });
};
