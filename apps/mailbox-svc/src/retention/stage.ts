import type { Message, MessageEvent } from '../messages/message.ts';

/** As what a message stays, and by which rule it goes. */
export type Stage = 'heard' | 'unheard' | 'trash' | 'deleted';

type There = Extract<Message, { status: 'kept' | 'deleted' }>;

/** Where members have own heard states it is the shared one that counts. */
export const stageOf = ({ status, message: { folder, heardAt } }: There): Stage => {
  if (status === 'deleted') return 'deleted';
  if (folder === 'trash') return 'trash';
  return heardAt === null ? 'unheard' : 'heard';
};

const before = (state: Message): string | null =>
  state.status === 'kept' || state.status === 'deleted' ? state.since : null;

/** Whether a message was taken into the trash or out of it: other folders are no other stage. */
export const changesStage = (from: string, to: string): boolean => (from === 'trash') !== (to === 'trash');

/** From when the stage after an event counts; null when an event of before that was told began it. */
export const sinceThen = (state: Message, event: MessageEvent): string | null => {
  switch (event.type) {
    case 'MessageDeposited':
      return event.data.message.receivedAt;
    case 'MessageHeard':
      return event.data.message.folder === 'trash' ? before(state) : event.data.message.heardAt;
    case 'MessageUnheard':
      return event.data.message.folder === 'trash' ? before(state) : (event.data.since ?? null);
    case 'MessageCopiedIn':
    case 'MessageMoved':
    case 'MessageDeleted':
    case 'MessageRestored':
      return event.data.since ?? null;
    case 'MessageFiled':
      return changesStage(event.data.was.folder, event.data.message.folder)
        ? (event.data.since ?? null)
        : before(state);
    case 'AudioAttached':
    case 'MessageFlagged':
    case 'MessageClaimed':
    case 'MessageAssigned':
    case 'MessageReleased':
    case 'DeletedMessageReleased':
    case 'MessageFinished':
    case 'MessageHeardByMember':
    case 'MessageHeld':
    case 'MessageHoldEnded':
    case 'MessagePurged':
    case 'MessageSpooled':
    case 'MessageForwarded':
      return before(state);
  }
};
