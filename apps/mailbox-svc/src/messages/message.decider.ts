import type { Content, MessageChanges, VoiceContent } from '@aftertone/contracts';
import { type Command, conflict, type Decider, invalid, notFound, rejected } from '@aftertone/kernel';
import type { Caller, Message, MessageEvent, MessageFacts } from './message.ts';

/** A recording as media-svc stored it, and what the mailbox allows of it. */
export interface Recording {
  voice: VoiceContent;
  storedAt: string;
  /** Null is no limit. */
  maxMessageSeconds: number | null;
}

/** The mailbox in which the actor may act: the message must still be there when the command is decided. */
interface InMailbox {
  mailboxId: string;
}

export type MessageCommand =
  | Command<
      'DepositMessage',
      InMailbox & {
        caller: Caller;
        urgent: boolean;
        confidential: boolean;
        receivedAt: string | null;
        recording: Recording | null;
      }
    >
  | Command<
      'CopyMessage',
      InMailbox & { copiedFrom: string; source: MessageFacts; caller?: Caller; maxMessageSeconds: number | null }
    >
  | Command<'AttachAudio', InMailbox & { recording: Recording }>
  | Command<'ChangeMessage', InMailbox & { changes: MessageChanges }>
  | Command<'MoveMessage', InMailbox & { toMailboxId: string; maxMessageSeconds: number | null }>
  | Command<'DeleteMessage', InMailbox>
  | Command<'RestoreMessage', InMailbox>
  | Command<'PurgeMessage', InMailbox>;

/** media-svc removes audio that nothing refers to after a day; half of that is the margin for clocks and delays. */
const audioLifeMs = 12 * 3_600_000;
const clockToleranceMs = 5 * 60_000;

export const messageNotFound = () => notFound('message-not-found', 'There is no such message.');

type Kept = Extract<Message, { status: 'kept' }>;

const requireLength = (content: Content, maxMessageSeconds: number | null): void => {
  if (content.type !== 'voice' || maxMessageSeconds === null) return;
  const { durationMs } = content;
  if (durationMs <= maxMessageSeconds * 1000) return;
  throw rejected('message-too-long', `The mailbox takes messages of at most ${maxMessageSeconds} seconds.`, {
    maxMessageSeconds,
    durationMs,
  });
};

const contentOf = ({ voice, storedAt, maxMessageSeconds }: Recording, now: string): Content => {
  if (Date.parse(now) - Date.parse(storedAt) > audioLifeMs) {
    throw rejected('audio-expired', 'The recording was stored too long ago to be used.', { storedAt });
  }
  requireLength(voice, maxMessageSeconds);
  return voice;
};

const receivedAtOf = (receivedAt: string | null, now: string): string => {
  if (receivedAt === null) return now;
  if (Date.parse(receivedAt) - Date.parse(now) <= clockToleranceMs) return receivedAt;
  const errors = [{ path: 'metadata.receivedAt', message: 'must not be in the future' }];
  throw invalid('received-in-future', 'A message cannot have been received in the future.', { errors });
};

const snapshot = (message: MessageFacts, caller: Caller | undefined) => ({ message, ...(caller && { caller }) });

const keptIn = (state: Message, mailboxId: string): Kept => {
  if (state.status !== 'kept' || state.message.mailboxId !== mailboxId) throw messageNotFound();
  return state;
};

const change = ({ message, caller }: Kept, changes: MessageChanges, now: string): MessageEvent[] => {
  const events: MessageEvent[] = [];
  let current = message;
  const next = (changed: Partial<MessageFacts>) => {
    current = { ...current, ...changed };
    return snapshot(current, caller);
  };
  const { heard, folder, urgent } = changes;
  if (heard !== undefined && heard !== (message.heardAt !== null)) {
    const data = { ...next({ heardAt: heard ? now : null }), was: { heardAt: message.heardAt } };
    events.push({ type: heard ? 'MessageHeard' : 'MessageUnheard', data });
  }
  if (urgent !== undefined && urgent !== message.urgent) {
    events.push({ type: 'MessageFlagged', data: { ...next({ urgent }), was: { urgent: message.urgent } } });
  }
  if (folder !== undefined && folder !== message.folder) {
    events.push({ type: 'MessageFiled', data: { ...next({ folder }), was: { folder: message.folder } } });
  }
  return events;
};

const decide = (command: MessageCommand, state: Message): MessageEvent[] => {
  const { now } = command.meta;
  switch (command.type) {
    case 'DepositMessage': {
      if (state.status !== 'absent') throw conflict('message-exists', 'There is a message with this id.');
      const { mailboxId, caller, urgent, confidential, receivedAt, recording } = command.data;
      const message: MessageFacts = {
        mailboxId,
        folder: 'inbox',
        heardAt: null,
        urgent,
        confidential,
        receivedAt: receivedAtOf(receivedAt, now),
        content: recording ? contentOf(recording, now) : { type: 'none' },
        copiedFrom: null,
      };
      return [{ type: 'MessageDeposited', data: { message, caller } }];
    }
    case 'CopyMessage': {
      const { mailboxId, copiedFrom, source, caller, maxMessageSeconds } = command.data;
      if (state.status !== 'absent') throw conflict('message-exists', 'There is a message with this id.');
      requireLength(source.content, maxMessageSeconds);
      // New to whoever finds it: unheard, in the inbox, whatever became of the original.
      const message: MessageFacts = { ...source, mailboxId, copiedFrom, folder: 'inbox', heardAt: null };
      return [{ type: 'MessageCopiedIn', data: snapshot(message, caller) }];
    }
    case 'AttachAudio': {
      const { message, caller } = keptIn(state, command.data.mailboxId);
      const { content } = message;
      if (content.type === 'voice' && content.mediaId === command.data.recording.voice.mediaId) return [];
      const attached = { ...message, content: contentOf(command.data.recording, now) };
      return [{ type: 'AudioAttached', data: { ...snapshot(attached, caller), was: { content } } }];
    }
    case 'ChangeMessage':
      return change(keptIn(state, command.data.mailboxId), command.data.changes, now);
    case 'MoveMessage': {
      const { mailboxId, toMailboxId, maxMessageSeconds } = command.data;
      const { message, caller } = keptIn(state, mailboxId);
      if (toMailboxId === mailboxId) return [];
      requireLength(message.content, maxMessageSeconds);
      const moved = { ...message, mailboxId: toMailboxId };
      return [{ type: 'MessageMoved', data: { ...snapshot(moved, caller), was: { mailboxId } } }];
    }
    case 'DeleteMessage': {
      if (state.status === 'deleted' && state.message.mailboxId === command.data.mailboxId) return [];
      const { message, caller } = keptIn(state, command.data.mailboxId);
      return [{ type: 'MessageDeleted', data: snapshot(message, caller) }];
    }
    case 'RestoreMessage': {
      if (state.status !== 'deleted') return keptIn(state, command.data.mailboxId) && [];
      if (state.message.mailboxId !== command.data.mailboxId) throw messageNotFound();
      return [{ type: 'MessageRestored', data: snapshot(state.message, state.caller) }];
    }
    case 'PurgeMessage': {
      if (state.status === 'purged' && state.mailboxId === command.data.mailboxId) return [];
      if (state.status === 'absent' || state.status === 'purged') throw messageNotFound();
      const { mailboxId } = state.message;
      if (mailboxId !== command.data.mailboxId) throw messageNotFound();
      return [{ type: 'MessagePurged', data: { mailboxId, was: state.status === 'kept' ? state.message : null } }];
    }
  }
};

const evolve = (_state: Message, event: MessageEvent): Message => {
  switch (event.type) {
    case 'MessageDeposited':
    case 'MessageCopiedIn':
    case 'AudioAttached':
    case 'MessageHeard':
    case 'MessageUnheard':
    case 'MessageFiled':
    case 'MessageFlagged':
    case 'MessageMoved':
    case 'MessageRestored':
      return { status: 'kept', ...snapshot(event.data.message, event.data.caller) };
    case 'MessageDeleted':
      return { status: 'deleted', ...snapshot(event.data.message, event.data.caller) };
    case 'MessagePurged':
      return { status: 'purged', mailboxId: event.data.mailboxId };
  }
};

export const messageDecider: Decider<Message, MessageCommand, MessageEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
