import { type Content, type EmptyMessages, quarantine } from '@aftertone/contracts';
import { conflict, type Decider, invalid, notFound, rejected } from '@aftertone/kernel';
import { rightRequired } from '../access/rights.ts';
import { requireUsable } from '../audio/usable-audio.ts';
import { endHold, hold, requireNoHold } from '../legal-hold/message-hold.ts';
import { retire } from '../retention/retire.ts';
import { sinceThen } from '../retention/stage.ts';
import { afterNotifyThen, fileNotified, isUntouched, returnBounced } from './after-notify/after-notify.ts';
import { change } from './change.ts';
import { marksAfter, marksOf } from './marks/marks.ts';
import type { MessageCommand, Recording } from './message.commands.ts';
import { type Kept, type Message, type MessageEvent, type MessageFacts, openWork, snapshot } from './message.ts';
import { assign, claim, finish, release, releaseFrom, reopened } from './work/work.ts';

const clockToleranceMs = 5 * 60_000;

export const messageNotFound = () => notFound('message-not-found', 'There is no such message.');

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
  requireUsable(storedAt, now);
  requireLength(voice, maxMessageSeconds);
  return voice;
};

/** Where a message goes, by what it is left with. One without a recording is not judged. */
const folderFor = (content: Content, emptyMessages: EmptyMessages): string => {
  if (emptyMessages === 'keep' || content.type !== 'voice' || content.empty !== true) return 'inbox';
  if (emptyMessages === 'quarantine') return quarantine;
  throw rejected('message-empty', 'Nothing is said in the recording, and the mailbox takes no such messages.', {
    durationMs: content.durationMs,
  });
};

const receivedAtOf = (receivedAt: string | null, now: string): string => {
  if (receivedAt === null) return now;
  if (Date.parse(receivedAt) - Date.parse(now) <= clockToleranceMs) return receivedAt;
  const errors = [{ path: 'metadata.receivedAt', message: 'must not be in the future' }];
  throw invalid('received-in-future', 'A message cannot have been received in the future.', { errors });
};

const keptIn = (state: Message, mailboxId: string): Kept => {
  if (state.status !== 'kept' || state.message.mailboxId !== mailboxId) throw messageNotFound();
  return state;
};

/** Whether it is deleted or not. */
const thereIn = (state: Message, mailboxId: string) => {
  if (state.status !== 'deleted' || state.message.mailboxId !== mailboxId) return keptIn(state, mailboxId);
  return state;
};

const decide = (command: MessageCommand, state: Message): MessageEvent[] => {
  const { now } = command.meta;
  switch (command.type) {
    case 'DepositMessage': {
      if (state.status !== 'absent') throw conflict('message-exists', 'There is a message with this id.');
      const { mailboxId, caller, urgent, confidential, receivedAt, recording, forwardTo } = command.data;
      const content: Content = recording ? contentOf(recording, now) : { type: 'none' };
      const message: MessageFacts = {
        mailboxId,
        folder: folderFor(content, command.data.emptyMessages),
        heardAt: null,
        urgent,
        confidential,
        receivedAt: receivedAtOf(receivedAt, now),
        content,
        ...openWork,
        copiedFrom: null,
      };
      if (forwardTo !== null) return [{ type: 'MessageSpooled', data: { message, caller, forwardTo } }];
      return [{ type: 'MessageDeposited', data: { message, caller } }];
    }
    case 'CopyMessage': {
      const { mailboxId, copiedFrom, source, caller, maxMessageSeconds } = command.data;
      if (state.status !== 'absent') throw conflict('message-exists', 'There is a message with this id.');
      requireLength(source.content, maxMessageSeconds);
      // New to whoever finds it: unheard, in the inbox, nobody's work, whatever became of the original.
      const fresh = { folder: 'inbox', heardAt: null, ...openWork };
      const message: MessageFacts = { ...source, mailboxId, copiedFrom, ...fresh };
      return [{ type: 'MessageCopiedIn', data: { ...snapshot(message, caller), since: now } }];
    }
    case 'AttachAudio': {
      const kept = keptIn(state, command.data.mailboxId);
      const { message, caller } = kept;
      const { content } = message;
      const { voice } = command.data.recording;
      if (content.type === 'voice' && content.mediaId === voice.mediaId) return [];
      // By the same bytes nothing is lost, as when an answer was and they are sent once more.
      const isLost = content.type === 'voice' && content.sha256 !== voice.sha256;
      if (isLost) {
        // Whoever may only leave messages must not do that to one.
        if (!command.data.rights.has('delete')) throw rightRequired('delete');
        requireNoHold(message);
      }
      const attached = { ...message, content: contentOf(command.data.recording, now) };
      const data = { ...snapshot(attached, caller), was: { content } };
      const told: MessageEvent = {
        type: 'AudioAttached',
        data: isLost ? { ...data, counted: true } : data,
      };
      const folder = folderFor(attached.content, command.data.emptyMessages);
      // Whoever has touched it knows of it: nothing is put away from under somebody's hands.
      if (folder === 'inbox' || !isUntouched(kept)) return [told];
      const was = { folder: message.folder };
      return [told, { type: 'MessageFiled', data: { ...snapshot({ ...attached, folder }, caller), was } }];
    }
    case 'ChangeMessage':
      return change(keptIn(state, command.data.mailboxId), command);
    case 'MoveMessage': {
      const { mailboxId, toMailboxId, maxMessageSeconds } = command.data;
      const { message, caller } = keptIn(state, mailboxId);
      if (toMailboxId === mailboxId) return [];
      requireLength(message.content, maxMessageSeconds);
      const { message: open, was } = reopened(message);
      const moved = { ...open, mailboxId: toMailboxId };
      const data = { ...snapshot(moved, caller), was: { mailboxId, ...was }, since: now, counted: true as const };
      return [{ type: 'MessageMoved', data }];
    }
    case 'ClaimMessage':
      return claim(keptIn(state, command.data.mailboxId), command.data.worker, command.data.dueAt);
    case 'AssignMessage':
      return assign(keptIn(state, command.data.mailboxId), command.data.worker, command.data);
    case 'ReleaseMessage':
      return release(keptIn(state, command.data.mailboxId), command.data.worker);
    case 'ReleaseFromUser':
      return releaseFrom(state, command.data.userId);
    case 'FinishMessage':
      return finish(keptIn(state, command.data.mailboxId), command.data.worker);
    case 'DeleteMessage': {
      if (state.status === 'deleted' && state.message.mailboxId === command.data.mailboxId) return [];
      const { message, caller } = keptIn(state, command.data.mailboxId);
      return [{ type: 'MessageDeleted', data: { ...snapshot(message, caller), since: now } }];
    }
    case 'RestoreMessage': {
      if (state.status !== 'deleted') return keptIn(state, command.data.mailboxId) && [];
      if (state.message.mailboxId !== command.data.mailboxId) throw messageNotFound();
      return [{ type: 'MessageRestored', data: { ...snapshot(state.message, state.caller), since: now } }];
    }
    case 'PurgeMessage': {
      if (state.status === 'purged' && state.mailboxId === command.data.mailboxId) return [];
      if (state.status !== 'kept' && state.status !== 'deleted') throw messageNotFound();
      const { mailboxId } = state.message;
      if (mailboxId !== command.data.mailboxId) throw messageNotFound();
      requireNoHold(state.message);
      const was = state.status === 'kept' ? state.message : null;
      return [{ type: 'MessagePurged', data: { mailboxId, was, counted: true } }];
    }
    case 'HoldMessage':
      return hold(thereIn(state, command.data.mailboxId), command.data.hold, now);
    case 'EndHold':
      return endHold(thereIn(state, command.data.mailboxId));
    case 'RetireMessage':
      return retire(state, command.data, now);
    case 'FileNotified':
      return fileNotified(state, command.data, now);
    case 'ReturnBounced':
      return returnBounced(state, command.data.mailboxId, now);
    case 'ConfirmForwarded':
      if (state.status !== 'forwarding') return [];
      return [{ type: 'MessageForwarded', data: { mailboxId: state.message.mailboxId } }];
  }
};

const evolve = (state: Message, event: MessageEvent): Message => {
  const marks = marksAfter(marksOf(state), event);
  const afterNotify = afterNotifyThen(state, event);
  const there = { marks, afterNotify, since: sinceThen(state, event) };
  switch (event.type) {
    case 'MessageDeposited':
    case 'MessageCopiedIn':
    case 'AudioAttached':
    case 'MessageHeard':
    case 'MessageUnheard':
    case 'MessageFiled':
    case 'MessageFlagged':
    case 'MessageMoved':
    case 'MessageClaimed':
    case 'MessageAssigned':
    case 'MessageReleased':
    case 'MessageFinished':
    case 'MessageHeardByMember':
    case 'MessageRestored':
      return { status: 'kept', ...there, ...snapshot(event.data.message, event.data.caller) };
    case 'MessageHeld':
    case 'MessageHoldEnded': {
      const status = event.data.deleted ? 'deleted' : 'kept';
      return { status, ...there, ...snapshot(event.data.message, event.data.caller) };
    }
    case 'MessageDeleted':
    case 'DeletedMessageReleased':
      return { status: 'deleted', ...there, ...snapshot(event.data.message, event.data.caller) };
    case 'MessagePurged':
      return { status: 'purged', mailboxId: event.data.mailboxId };
    case 'MessageSpooled':
      return { status: 'forwarding', ...snapshot(event.data.message, event.data.caller) };
    case 'MessageForwarded':
      return { status: 'forwarded' };
  }
};

export const messageDecider: Decider<Message, MessageCommand, MessageEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
