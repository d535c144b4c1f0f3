import { deciderSpec } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import type { MessageCommand } from '../messages/message.commands.ts';
import { messageDecider } from '../messages/message.decider.ts';
import { allRights, box, caller, deposited, otherBox, received, unheard } from '../messages/message.samples.ts';
import type { Message, MessageEvent } from '../messages/message.ts';
import { publishMessage } from '../messages/publish.ts';
import { cutoffsOf } from './rules.ts';
import { type Stage, stageOf } from './stage.ts';

const given = deciderSpec(messageDecider);
const at = (hour: number): string => `2026-03-05T${String(hour).padStart(2, '0')}:00:00.000Z`;

type Changes = Extract<MessageCommand, { type: 'ChangeMessage' }>['data']['changes'];
const change = (changes: Changes) => (now: string) =>
  ({
    type: 'ChangeMessage',
    data: { mailboxId: box, changes, viewer: null, rights: allRights },
    meta: { now },
  }) as const;
const simple = (type: 'DeleteMessage' | 'RestoreMessage' | 'EndHold') => (now: string) =>
  ({ type, data: { mailboxId: box }, meta: { now } }) as const;
const hold = (now: string) =>
  ({ type: 'HoldMessage', data: { mailboxId: box, hold: { reason: null, by: box } }, meta: { now } }) as const;
const retire = (stage: Stage, through: string, mailboxId = box): MessageCommand => ({
  type: 'RetireMessage',
  data: { mailboxId, stage, through },
  meta: { now: at(23) },
});

/** What becomes of a deposited message by commands of one hour each, from 1 o'clock on. */
const after = (...commands: ((now: string) => MessageCommand)[]): { state: Message; events: MessageEvent[] } => {
  const events: MessageEvent[] = [deposited];
  let state = messageDecider.evolve({ status: 'absent' }, deposited);
  commands.forEach((command, n) => {
    for (const event of messageDecider.decide(command(at(n + 1)), state)) {
      events.push(event);
      state = messageDecider.evolve(state, event);
    }
  });
  return { state, events };
};

const stageAfter = (...commands: ((now: string) => MessageCommand)[]) => {
  const { state } = after(...commands);
  if (state.status !== 'kept' && state.status !== 'deleted') throw new Error('it is still there');
  return [stageOf(state), state.since];
};

const [hear, unhear] = [change({ heard: true }), change({ heard: false })];
const file = (folder: string) => change({ folder });

describe('what a message is, and since when', () => {
  it('changes with whether it is heard, thrown away or deleted, and with nothing else', () => {
    expect(stageAfter()).toEqual(['unheard', received]);
    expect(stageAfter(hear)).toEqual(['heard', at(1)]);
    expect(stageAfter(hear, file('saved'), change({ urgent: true }), file('work'))).toEqual(['heard', at(1)]);
    expect(stageAfter(hear, unhear)).toEqual(['unheard', at(2)]);
    expect(stageAfter(hear, file('trash'))).toEqual(['trash', at(2)]);
    expect(stageAfter(file('trash'), hear, unhear)).toEqual(['trash', at(1)]);
    expect(stageAfter(hear, file('trash'), file('inbox'))).toEqual(['heard', at(3)]);
    expect(stageAfter(hear, simple('DeleteMessage'))).toEqual(['deleted', at(2)]);
    expect(stageAfter(file('trash'), simple('DeleteMessage'))).toEqual(['deleted', at(2)]);
    expect(stageAfter(hear, simple('DeleteMessage'), simple('RestoreMessage'))).toEqual(['heard', at(3)]);
    expect(stageAfter(hear, hold, simple('EndHold'))).toEqual(['heard', at(1)]);
  });

  it('begins anew in another mailbox, and with a copy', () => {
    const move = (now: string): MessageCommand => ({
      type: 'MoveMessage',
      data: { mailboxId: box, toMailboxId: otherBox, maxMessageSeconds: null },
      meta: { now },
    });
    expect(stageAfter(hear, move)).toEqual(['heard', at(2)]);
    const [copy] = messageDecider.decide(
      {
        type: 'CopyMessage',
        data: { mailboxId: otherBox, copiedFrom: box, source: unheard, caller, maxMessageSeconds: null },
        meta: { now: at(5) },
      },
      { status: 'absent' },
    );
    expect(copy && messageDecider.evolve({ status: 'absent' }, copy)).toMatchObject({ since: at(5) });
  });

  it('is not known since when of events of before that was told', () => {
    const deleted: MessageEvent = { type: 'MessageDeleted', data: { message: unheard, caller } };
    expect(messageDecider.evolve(after(hear).state, deleted)).toMatchObject({ status: 'deleted', since: null });
  });
});

describe('a rule', () => {
  it('deletes what is listed, which can be restored, and says why', () => {
    const message = { ...unheard, heardAt: at(1) };
    const gone: MessageEvent = {
      type: 'MessageDeleted',
      data: { message, caller, since: at(23), because: 'retention' },
    };
    given(...after(hear).events)
      .when(retire('heard', at(1)))
      .then(gone);
    given(...after(hear).events, gone)
      .when(retire('heard', at(1)))
      .then();
    given(...after(hear).events, gone)
      .when(simple('RestoreMessage')(at(23)))
      .then({ type: 'MessageRestored', data: { message, caller, since: at(23) } });
    given(deposited)
      .when(retire('unheard', received))
      .then({ type: 'MessageDeleted', data: { message: unheard, caller, since: at(23), because: 'retention' } });
  });

  it('purges what was thrown away', () => {
    const inTrash = { ...unheard, folder: 'trash' };
    given(...after(file('trash')).events)
      .when(retire('trash', at(1)))
      .then({ type: 'MessagePurged', data: { mailboxId: box, was: inTrash, counted: true, because: 'retention' } });
    given(...after(simple('DeleteMessage')).events)
      .when(retire('deleted', at(1)))
      .then({ type: 'MessagePurged', data: { mailboxId: box, was: null, counted: true, because: 'retention' } });
  });

  it('leaves what has changed since it was found, is elsewhere, held or gone', () => {
    given(...after(hear).events)
      .when(retire('unheard', at(9)))
      .then();
    given(...after(hear).events)
      .when(retire('heard', at(0)))
      .then();
    given(...after(hear).events)
      .when(retire('heard', at(9), otherBox))
      .then();
    given(...after(hear, hold).events)
      .when(retire('heard', at(9)))
      .then();
    given(...after(simple('DeleteMessage'), hold).events)
      .when(retire('deleted', at(9)))
      .then();
    given()
      .when(retire('heard', at(9)))
      .then();
    given(deposited, { type: 'MessagePurged', data: { mailboxId: box, was: unheard } })
      .when(retire('unheard', at(9)))
      .then();
  });

  it('is named in what is told', () => {
    const [event] = messageDecider.decide(retire('unheard', received), after().state);
    const stamps = {
      mailbox: { feedId: box, access: { type: 'personal', ownerUserIds: [] }, sequence: 1, counters: [] },
    };
    const told = event && publishMessage(event, { tenantId: box, id: otherBox, version: 2, stamps });
    expect(told).toMatchObject([{ type: 'message_deleted', data: { reason: 'deleted', because: 'retention' } }, {}]);
  });

  it('counts days of 24 hours, and none where there is none', () => {
    const now = new Date('2026-03-30T12:00:00.000Z');
    const rules = { heardDays: 1, unheardDays: null, trashDays: 0, deletedDays: 36_500 };
    expect(cutoffsOf(rules, now)).toEqual([
      { stage: 'heard', through: new Date('2026-03-29T12:00:00.000Z') },
      { stage: 'trash', through: now },
      { stage: 'deleted', through: new Date('1926-04-24T12:00:00.000Z') },
    ]);
  });
});
