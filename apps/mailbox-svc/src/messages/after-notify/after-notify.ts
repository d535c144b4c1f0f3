import { changesStage } from '../../retention/stage.ts';
import {
  type AfterNotify,
  type FiledBecause,
  type Kept,
  type Message,
  type MessageEvent,
  type MessageFacts,
  snapshot,
} from '../message.ts';

/** Into which folder a message goes when everybody has been told of it by e-mail. */
export type NotifiedFolder = 'saved' | 'trash';

/** Nobody has heard, filed or taken it, and neither have we. */
export const isUntouched = ({ message: { folder, heardAt, state }, marks, afterNotify }: Kept): boolean =>
  afterNotify === 'none' &&
  folder === 'inbox' &&
  heardAt === null &&
  state === 'open' &&
  [...marks.values()].every((mark) => mark === null);

const file = (
  { message, caller }: Kept,
  { folder, because, now }: { folder: string; because: FiledBecause; now: string },
): MessageEvent[] => {
  const filed: MessageFacts = { ...message, folder };
  const begun = changesStage(message.folder, folder) && { since: now };
  const data = { ...snapshot(filed, caller), was: { folder: message.folder }, because, ...begun };
  return [{ type: 'MessageFiled', data }];
};

/** Files what nobody has touched, once; changes nothing of a message that is not in the mailbox that was told of it. */
export const fileNotified = (
  state: Message,
  { mailboxId, folder }: { mailboxId: string; folder: NotifiedFolder },
  now: string,
): MessageEvent[] => {
  if (state.status !== 'kept' || state.message.mailboxId !== mailboxId || !isUntouched(state)) return [];
  return file(state, { folder, because: 'notified', now });
};

/** Brings back from the trash what lies there because everybody seemed to have been told; nothing else. */
export const returnBounced = (state: Message, mailboxId: string, now: string): MessageEvent[] => {
  if (state.status !== 'kept' || state.message.mailboxId !== mailboxId || state.afterNotify !== 'binned') return [];
  return file(state, { folder: 'inbox', because: 'bounced', now });
};

const before = (state: Message): AfterNotify =>
  state.status === 'kept' || state.status === 'deleted' ? state.afterNotify : 'none';

/** What after-notify has done with the message after an event. */
export const afterNotifyThen = (state: Message, event: MessageEvent): AfterNotify => {
  const was = before(state);
  switch (event.type) {
    case 'MessageFiled':
      if (event.data.because === 'notified') return event.data.message.folder === 'trash' ? 'binned' : 'done';
      return was === 'none' ? 'none' : 'done';
    // Whoever deletes it has seen it there.
    case 'MessageDeleted':
      return was === 'none' ? 'none' : 'done';
    // The people of the other mailbox are told anew.
    case 'MessageMoved':
      return 'none';
    case 'MessageDeposited':
    case 'MessageCopiedIn':
    case 'AudioAttached':
    case 'MessageHeard':
    case 'MessageUnheard':
    case 'MessageFlagged':
    case 'MessageClaimed':
    case 'MessageAssigned':
    case 'MessageReleased':
    case 'DeletedMessageReleased':
    case 'MessageFinished':
    case 'MessageHeardByMember':
    case 'MessageHeld':
    case 'MessageHoldEnded':
    case 'MessageRestored':
    case 'MessagePurged':
    case 'MessageSpooled':
    case 'MessageForwarded':
      return was;
  }
};
