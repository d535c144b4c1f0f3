import { type Right, right, type VoiceContent } from '@aftertone/contracts';
import type { MessageCommand } from './message.commands.ts';
import { type Caller, type MessageEvent, type MessageFacts, openWork } from './message.ts';

export const box = '0190b000-0000-7000-8000-000000000001';
export const otherBox = '0190b000-0000-7000-8000-000000000002';
export const received = '2026-03-02T10:00:00.000Z';
export const now = '2026-03-02T11:00:00.000Z';

export const caller: Caller = {
  callerNumber: '+33155501234',
  callerName: 'Zoé Caller',
  calledNumber: '1000',
  callId: 'call-1@pbx.example.test',
};

export const voice: VoiceContent = {
  type: 'voice',
  mediaId: '0190c000-0000-7000-8000-000000000001',
  contentType: 'audio/wav',
  codec: 'pcm_mulaw',
  durationMs: 12_340,
  bytes: 98_764,
  sha256: 'ab'.repeat(32),
};

export const unheard: MessageFacts = {
  mailboxId: box,
  folder: 'inbox',
  heardAt: null,
  urgent: false,
  confidential: false,
  receivedAt: received,
  content: voice,
  ...openWork,
  copiedFrom: null,
};

export const deposited: MessageEvent = { type: 'MessageDeposited', data: { message: unheard, caller } };

/** An event that changed the facts in `changed`, with what they were. */
export const became = <K extends keyof MessageFacts>(
  message: MessageFacts,
  key: K,
  previous: MessageFacts[K],
): { message: MessageFacts; caller: Caller; was: Pick<MessageFacts, K> } => {
  const was: Partial<Pick<MessageFacts, K>> = {};
  was[key] = previous;
  return { message, caller, was: was as Pick<MessageFacts, K> };
};

const heardMessage: MessageFacts = { ...unheard, heardAt: now };
export const heard: MessageEvent = { type: 'MessageHeard', data: became(heardMessage, 'heardAt', null) };

export const deletedUnheard: MessageEvent = {
  type: 'MessageDeleted',
  data: { message: unheard, caller, since: now },
};

export const purgedUnheard: MessageEvent = {
  type: 'MessagePurged',
  data: { mailboxId: box, was: unheard, counted: true },
};

export const allRights: ReadonlySet<Right> = new Set(right.options);

export const deposit: Extract<MessageCommand, { type: 'DepositMessage' }> = {
  type: 'DepositMessage',
  data: {
    mailboxId: box,
    caller,
    urgent: false,
    confidential: false,
    receivedAt: received,
    recording: { voice, storedAt: received, maxMessageSeconds: 600 },
    emptyMessages: 'keep',
    forwardTo: null,
  },
  meta: { now },
};
