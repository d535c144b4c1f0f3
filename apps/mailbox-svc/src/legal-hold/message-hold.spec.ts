import type { VoiceContent } from '@aftertone/contracts';
import { deciderSpec } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import type { MessageCommand } from '../messages/message.commands.ts';
import { messageDecider } from '../messages/message.decider.ts';
import { allRights, box, caller, deposited, now, otherBox, received, unheard } from '../messages/message.samples.ts';
import type { MessageEvent } from '../messages/message.ts';
import { publishMessage } from '../messages/publish.ts';

const given = deciderSpec(messageDecider);
const meta = { now };
const by = '0190a000-0000-7000-8000-00000000000d';

const holdIt = (reason: string | null = 'case 1', mailboxId = box): MessageCommand => ({
  type: 'HoldMessage',
  data: { mailboxId, hold: { reason, by } },
  meta,
});
const endIt: MessageCommand = { type: 'EndHold', data: { mailboxId: box }, meta };
const purge: MessageCommand = { type: 'PurgeMessage', data: { mailboxId: box }, meta };
const legalHold = { reason: 'case 1', since: now, by };
const held: MessageEvent = {
  type: 'MessageHeld',
  data: { message: { ...unheard, legalHold }, caller, was: { legalHold: null } },
};
const ended: MessageEvent = {
  type: 'MessageHoldEnded',
  data: { message: { ...unheard, legalHold: null }, caller, was: { legalHold } },
};
const deleted: MessageEvent = { type: 'MessageDeleted', data: { message: unheard, caller, since: now } };
const place = { tenantId: box, id: otherBox, version: 3 };
const stamps = {
  mailbox: { feedId: box, access: { type: 'personal', ownerUserIds: [by] }, sequence: 1, counters: [] },
};

describe('a legal hold', () => {
  it('begins and ends, each once', () => {
    given(deposited).when(holdIt()).then(held);
    given(deposited, held).when(holdIt()).then();
    given(deposited, held).when(endIt).then(ended);
    given(deposited, held, ended).when(endIt).then();
    given(deposited).when(endIt).then();
    given().when(holdIt()).thenThrows('message-not-found');
    given(deposited).when(holdIt('case 1', otherBox)).thenThrows('message-not-found');
  });

  it('gets another reason, and keeps its time and who began it', () => {
    const other = { ...legalHold, reason: 'case 2' };
    given(deposited, held)
      .when({
        ...holdIt('case 2'),
        data: { mailboxId: box, hold: { reason: 'case 2', by: otherBox } },
      } as MessageCommand)
      .then({ type: 'MessageHeld', data: { message: { ...unheard, legalHold: other }, caller, was: { legalHold } } });
  });

  it('stops the purge, and with its end lets it go on', () => {
    const gone: MessageEvent = {
      type: 'MessagePurged',
      data: { mailboxId: box, was: { ...unheard, legalHold: null }, counted: true },
    };
    given(deposited, held).when(purge).thenThrows('legal-hold');
    given(deposited, held, ended).when(purge).then(gone);
  });

  it('keeps the recording: only what has none gets one', () => {
    const voice = { ...(unheard.content as VoiceContent), mediaId: otherBox };
    const otherBytes = { ...voice, sha256: 'f'.repeat(64) };
    const recording = { voice, storedAt: received, maxMessageSeconds: null };
    const attach: Extract<MessageCommand, { type: 'AttachAudio' }> = {
      type: 'AttachAudio',
      data: { mailboxId: box, recording, rights: allRights, emptyMessages: 'keep' },
      meta,
    };
    given(deposited, held)
      .when({ ...attach, data: { ...attach.data, recording: { ...recording, voice: otherBytes } } })
      .thenThrows('legal-hold');
    const silent = { ...unheard, content: { type: 'none' as const } };
    const attached = { ...silent, legalHold, content: voice };
    given(
      { type: 'MessageDeposited', data: { message: silent, caller } },
      { type: 'MessageHeld', data: { message: { ...silent, legalHold }, caller, was: { legalHold: null } } },
    )
      .when(attach)
      .then({ type: 'AudioAttached', data: { message: attached, caller, was: { content: { type: 'none' } } } });
  });

  it('lets the same bytes come once more', () => {
    const voice = { ...(unheard.content as VoiceContent), mediaId: otherBox };
    const attach: MessageCommand = {
      type: 'AttachAudio',
      data: {
        mailboxId: box,
        recording: { voice, storedAt: received, maxMessageSeconds: null },
        rights: new Set(['deposit']),
        emptyMessages: 'keep',
      },
      meta,
    };
    const attached = { ...unheard, legalHold, content: voice };
    given(deposited, held)
      .when(attach)
      .then({ type: 'AudioAttached', data: { message: attached, caller, was: { content: unheard.content } } });
  });

  it('lets the message be deleted and restored, and stays on it', () => {
    const message = { ...unheard, legalHold };
    const gone: MessageEvent = { type: 'MessageDeleted', data: { message, caller, since: now } };
    const back: MessageEvent = { type: 'MessageRestored', data: { message, caller, since: now } };
    given(deposited, held)
      .when({ type: 'DeleteMessage', data: { mailboxId: box }, meta })
      .then(gone);
    given(deposited, held, gone).when(purge).thenThrows('legal-hold');
    given(deposited, held, gone)
      .when({ type: 'RestoreMessage', data: { mailboxId: box }, meta })
      .then(back);
    given(deposited, held, gone, back).when(purge).thenThrows('legal-hold');
  });

  it('goes with a message that is moved, and not with a copy', () => {
    const moving: MessageCommand = {
      type: 'MoveMessage',
      data: { mailboxId: box, toMailboxId: otherBox, maxMessageSeconds: null },
      meta,
    };
    const message = { ...unheard, mailboxId: otherBox, legalHold };
    given(deposited, held)
      .when(moving)
      .then({ type: 'MessageMoved', data: { message, caller, was: { mailboxId: box }, since: now, counted: true } });
  });

  it('begins and ends on a deleted message too, which stays deleted and of which nobody is told', () => {
    const ofDeleted: MessageEvent = { ...held, data: { ...held.data, deleted: true } } as MessageEvent;
    given(deposited, deleted).when(holdIt()).then(ofDeleted);
    given(deposited, deleted, ofDeleted).when(purge).thenThrows('legal-hold');
    given(deposited, deleted, ofDeleted)
      .when({ type: 'RestoreMessage', data: { mailboxId: box }, meta })
      .then({ type: 'MessageRestored', data: { message: { ...unheard, legalHold }, caller, since: now } });
    expect(publishMessage(ofDeleted, { ...place, stamps })).toEqual([]);
  });

  it('is told to whoever sees the message', () => {
    const [told, ...more] = publishMessage(held, { ...place, stamps });
    expect(more).toEqual([]);
    expect(told).toMatchObject({ type: 'message_updated', data: { changed: ['legalHold'], message: { legalHold } } });
  });
});
