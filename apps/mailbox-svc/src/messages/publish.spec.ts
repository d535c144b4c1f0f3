import { contractEvents, eventsByType } from '@aftertone/contracts';
import type { Stamps } from '@aftertone/event-store';
import { describe, expect, it } from 'vitest';
import { ann, bob } from '../mailboxes/mailbox.samples.ts';
import {
  became,
  box,
  caller,
  deletedUnheard,
  deposited,
  heard,
  now,
  otherBox,
  purgedUnheard,
  unheard,
} from './message.samples.ts';
import type { MessageEvent, MessageFacts } from './message.ts';
import { publishMessage } from './publish.ts';

const id = '0190d000-0000-7000-8000-000000000001';
const tenantId = '0190e000-0000-7000-8000-000000000001';
const counters = [1, 0, 2, 0, 0, 0, 12_340, 3];
const stamp = (feedId: string, sequence: number, ...ownerUserIds: string[]) => ({
  feedId,
  sequence,
  counters,
  access: { type: 'personal', ownerUserIds },
});
const publish = (event: MessageEvent, stamps: Stamps = { mailbox: stamp(box, 7, ann, bob) }) =>
  publishMessage(event, { tenantId, id, version: 4, stamps });

const counts = (revision: number) => ({
  new: 1,
  saved: 0,
  heard: 2,
  trash: 0,
  urgentNew: 0,
  urgentSaved: 0,
  totalMs: 12_340,
  revision,
});

describe('contract events of a message', () => {
  it('tell of a deposit and of the new counts, to every owner, numbered from the stamp', () => {
    const [created, mwi, ...rest] = publish(deposited);
    expect(rest).toEqual([]);
    expect(created).toMatchObject({
      type: 'message_created',
      sequence: 7,
      path: `mailboxes.${box}.messages.created`,
      audiences: [`users.${ann}.voicemails.messages.created`, `users.${bob}.voicemails.messages.created`],
      data: {
        mailboxId: box,
        messageId: id,
        reason: 'deposited',
        message: { id, tenantId, version: 4, folder: 'inbox', heard: false, heardAt: null, ...caller },
      },
    });
    expect(mwi).toMatchObject({
      type: 'mwi_updated',
      sequence: 8,
      path: `mailboxes.${box}.mwi.updated`,
      data: { mailboxId: box, counts: counts(8) },
    });
  });

  it('tell of a move as a departure here and an arrival there', () => {
    const moved: MessageEvent = {
      type: 'MessageMoved',
      data: became({ ...unheard, mailboxId: otherBox }, 'mailboxId', box),
    };
    const published = publish(moved, { from: stamp(box, 3, ann), to: stamp(otherBox, 21, bob) });
    expect(published.map(({ type, role, sequence, audiences }) => [type, role, sequence, audiences[0]])).toEqual([
      ['message_deleted', 'from', 3, `users.${ann}.voicemails.messages.deleted`],
      ['mwi_updated', 'from', 4, `users.${ann}.voicemails.mwi.updated`],
      ['message_created', 'to', 21, `users.${bob}.voicemails.messages.created`],
      ['mwi_updated', 'to', 22, `users.${bob}.voicemails.mwi.updated`],
    ]);
    expect(published[0]?.data).toMatchObject({ mailboxId: box, reason: 'moved', message: { mailboxId: box } });
    expect(published[2]?.data).toMatchObject({
      mailboxId: otherBox,
      reason: 'moved',
      message: { mailboxId: otherBox },
    });
  });

  it('say of a moved message whose work it was here, and that it is open there', () => {
    const work = { state: 'claimed', assigneeUserId: ann, dueAt: now } as const;
    const moved: MessageEvent = {
      type: 'MessageMoved',
      data: { message: { ...unheard, mailboxId: otherBox }, caller, was: { mailboxId: box, ...work } },
    };
    const [gone, , arrived] = publish(moved, { from: stamp(box, 3, ann), to: stamp(otherBox, 21, bob) });
    expect(gone?.data.message).toMatchObject({ mailboxId: box, ...work });
    expect(arrived?.data.message).toMatchObject({
      mailboxId: otherBox,
      state: 'open',
      assigneeUserId: null,
      dueAt: null,
    });
  });

  const filedBetweenLabels: MessageEvent = {
    type: 'MessageFiled',
    data: became({ ...unheard, folder: 'work' }, 'folder', 'saved'),
  };

  it('say nothing of counts that did not change', () => {
    expect(publish(filedBetweenLabels).map(({ type }) => type)).toEqual(['message_updated']);
  });

  const claimed: MessageEvent = {
    type: 'MessageClaimed',
    data: {
      message: { ...unheard, state: 'claimed', assigneeUserId: ann, dueAt: now },
      caller,
      was: { dueAt: null, state: 'open', assigneeUserId: null },
    },
  };
  const dueLater: MessageEvent = { type: 'MessageAssigned', data: { ...claimed.data, was: { dueAt: null } } };

  it.each<[string, MessageEvent, string, object]>([
    [
      'claimed',
      claimed,
      'message_updated',
      {
        changed: ['state', 'assigneeUserId', 'dueAt'],
        message: { state: 'claimed', assigneeUserId: ann, dueAt: now },
      },
    ],
    ['due at another time', dueLater, 'message_updated', { changed: ['dueAt'] }],
    ['heard', heard, 'message_updated', { changed: ['heard', 'heardAt'], message: { heard: true, heardAt: now } }],
    ['filed', filedBetweenLabels, 'message_updated', { changed: ['folder'], message: { folder: 'work' } }],
    ['deleted', deletedUnheard, 'message_deleted', { reason: 'deleted', message: { folder: 'inbox' } }],
    [
      'restored',
      { type: 'MessageRestored', data: deletedUnheard.data as { message: MessageFacts } },
      'message_created',
      { reason: 'restored' },
    ],
  ])('name what changed: %s', (_which, event, type, data) => {
    expect(publish(event)[0]).toMatchObject({ type, data });
  });

  it('hold nothing of a purged message', () => {
    expect(publish(purgedUnheard)[0]).toMatchObject({
      type: 'message_deleted',
      data: { mailboxId: box, messageId: id, reason: 'purged' },
    });
    expect(JSON.stringify(publish(purgedUnheard))).not.toContain(caller.callerNumber);
  });

  it('leave out a caller whose key was destroyed', () => {
    const event: MessageEvent = { type: 'MessageDeposited', data: { message: unheard } };
    expect(publish(event)[0]?.data).toMatchObject({ message: { callerNumber: null, callId: null } });
  });

  it('keep the schemas of the contract', () => {
    for (const event of [deposited, heard, filedBetweenLabels, claimed, deletedUnheard, purgedUnheard]) {
      for (const { type, data } of publish(event)) expect(eventsByType.get(type)?.data.parse(data)).toEqual(data);
    }
  });

  it('go to the audience of the stamp, not of today', () => {
    const global = { ...stamp(box, 1), access: { type: 'global', ownerUserIds: [ann] } };
    const audiences = publish(deposited, { mailbox: global }).map((publication) => publication.audiences);
    expect(audiences).toEqual([['voicemails.global.messages.created'], ['voicemails.global.mwi.updated']]);
    expect(contractEvents.messageCreated.audiences).toBe(true);
  });
});

it('says of what was filed for people, and not by them, why', () => {
  const filed = (because?: 'notified') => {
    const data = { ...became({ ...unheard, folder: 'trash' }, 'folder', 'inbox'), ...(because && { because }) };
    const [told] = publish({ type: 'MessageFiled', data });
    return contractEvents.messageUpdated.data.parse(told?.data);
  };
  expect(filed('notified')).toMatchObject({ changed: ['folder'], because: 'notified' });
  expect(filed()).not.toHaveProperty('because');
});
