import { contractEvents } from '@aftertone/contracts';
import { deciderSpec } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import { blankStamps } from '../../publishing/publication.ts';
import { boxChanges } from '../contribution.ts';
import { messageAggregate } from '../message.aggregate.ts';
import type { MessageCommand } from '../message.commands.ts';
import { messageDecider, messageNotFound } from '../message.decider.ts';
import { allRights, box, caller, deposit, deposited, now, otherBox, unheard, voice } from '../message.samples.ts';
import type { MessageEvent } from '../message.ts';
import { publishMessage } from '../publish.ts';

const given = deciderSpec(messageDecider);
const meta = { now };
const forwardTo = 'ann@elsewhere.test';
const toForward: MessageCommand = { ...deposit, data: { ...deposit.data, forwardTo } };
const confirm: MessageCommand = { type: 'ConfirmForwarded', data: {}, meta };
const spooled: MessageEvent = { type: 'MessageSpooled', data: { message: unheard, caller, forwardTo } };
const forwarded: MessageEvent = { type: 'MessageForwarded', data: { mailboxId: box } };

describe('a message that is kept elsewhere', () => {
  it('is spooled with where it goes, and is gone when it was taken there', () => {
    given().when(toForward).then(spooled);
    given(spooled).when(confirm).then(forwarded);
    given(spooled).when(toForward).thenThrows('message-exists');
  });

  it('is taken once, and nothing else is taken', () => {
    given(spooled, forwarded).when(confirm).then();
    given().when(confirm).then();
    given(deposited).when(confirm).then();
  });

  it.each<MessageCommand>([
    {
      type: 'ChangeMessage',
      data: { mailboxId: box, changes: { heard: true }, viewer: null, rights: allRights },
      meta,
    },
    { type: 'MoveMessage', data: { mailboxId: box, toMailboxId: otherBox, maxMessageSeconds: null }, meta },
    {
      type: 'AttachAudio',
      data: {
        mailboxId: box,
        recording: { voice, storedAt: now, maxMessageSeconds: null },
        rights: allRights,
        emptyMessages: 'keep',
      },
      meta,
    },
    { type: 'DeleteMessage', data: { mailboxId: box }, meta },
    { type: 'RestoreMessage', data: { mailboxId: box }, meta },
    { type: 'PurgeMessage', data: { mailboxId: box }, meta },
  ])('is not there for $type', (command) => {
    given(spooled).when(command).thenThrows(messageNotFound().code);
    given(spooled, forwarded).when(command).thenThrows(messageNotFound().code);
  });

  it('is of at most the length that the mailbox takes, as others are', () => {
    const recording = { voice, storedAt: now, maxMessageSeconds: 5 };
    given()
      .when({ ...toForward, data: { ...toForward.data, recording } } as MessageCommand)
      .thenThrows('message-too-long');
  });

  it('counts nowhere, takes no number, and comes only while its mailbox is open', () => {
    expect(boxChanges(forwarded)).toEqual([]);
    const place = {
      tenantId: 't',
      id: 'm',
      streamId: 's',
      version: 1,
      meta: { actor: { kind: 'system', id: 's' }, correlationId: 'c' },
      at: now,
    } as const;
    const { initialState } = messageDecider;
    expect(
      messageAggregate.feeds?.(initialState, messageDecider.evolve(initialState, spooled), spooled, place),
    ).toEqual([{ role: 'mailbox', feedId: box, delta: Array(10).fill(0), take: 0, requireOpen: true }]);
  });

  it('is told to services alone, without a number', () => {
    const place = {
      tenantId: '0190e000-0000-7000-8000-000000000001',
      id: '0190d000-0000-7000-8000-000000000001',
      version: 1,
    };
    const stamps = blankStamps(['mailbox']);
    const [told, ...rest] = publishMessage(spooled, { ...place, stamps });
    expect(rest).toEqual([]);
    expect(told).toMatchObject({
      type: 'message_forwarding',
      path: `mailboxes.${box}.messages.forwarding`,
      audiences: [],
      data: {
        mailboxId: box,
        messageId: place.id,
        to: forwardTo,
        message: { ...caller, id: place.id, content: voice },
      },
    });
    expect(told).not.toHaveProperty('sequence');
    expect(contractEvents.messageForwarding.data.parse(told?.data)).toEqual(told?.data);
    expect(publishMessage(forwarded, { ...place, version: 2, stamps: {} })).toEqual([
      {
        role: 'mailbox',
        type: 'message_forwarded',
        path: `mailboxes.${box}.messages.forwarded`,
        audiences: [],
        data: { mailboxId: box, messageId: place.id },
      },
    ]);
  });
});
