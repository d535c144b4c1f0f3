import type { MessageChanges, Right } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { deciderSpec } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import type { MessageCommand } from '../message.commands.ts';
import { messageDecider } from '../message.decider.ts';
import {
  became,
  box,
  caller,
  deletedUnheard,
  deposited,
  heard,
  now,
  otherBox,
  received,
  unheard,
} from '../message.samples.ts';
import type { MessageEvent, MessageFacts } from '../message.ts';
import { asSeenBy, marksOf, maxMarks } from './marks.ts';

const given = deciderSpec(messageDecider);
const [ann, bob] = ['0190a000-0000-7000-8000-00000000000a', '0190a000-0000-7000-8000-00000000000b'];

const changeBy = (viewer: string | null, changes: MessageChanges, ...rights: Right[]): MessageCommand => ({
  type: 'ChangeMessage',
  data: { mailboxId: box, changes, viewer, rights: new Set(rights) },
  meta: { now },
});
const marked = (
  userId: string,
  heardAt: string | null,
  was: string | null,
  message: MessageFacts = unheard,
): MessageEvent => ({
  type: 'MessageHeardByMember',
  data: { message, caller, userId, heardAt, was: { heardAt: was } },
});
const heardByAll = { ...unheard, heardAt: now };

describe('an own heard state', () => {
  it('takes no more than the right to listen, and leaves the shared one', () => {
    given(deposited)
      .when(changeBy(ann, { heard: true }, 'listen'))
      .then(marked(ann, now, null));
  });

  it('is said once, and taken back', () => {
    given(deposited, marked(ann, received, null))
      .when(changeBy(ann, { heard: true }, 'listen'))
      .then();
    given(deposited, marked(ann, received, null))
      .when(changeBy(ann, { heard: false }, 'listen'))
      .then(marked(ann, null, received));
  });

  it("follows the shared one until there is an own, and is nobody else's", () => {
    given(deposited, heard)
      .when(changeBy(ann, { heard: true }, 'listen'))
      .then();
    given(deposited, heard)
      .when(changeBy(ann, { heard: false }, 'listen'))
      .then(marked(ann, null, now, heardByAll));
    given(deposited, marked(ann, received, null))
      .when(changeBy(bob, { heard: true }, 'listen'))
      .then(marked(bob, now, null));
    given(deposited, marked(ann, null, null), heard)
      .when(changeBy(ann, { heard: true }, 'listen'))
      .then(marked(ann, now, null, heardByAll));
  });

  it('outlives deletion, not a move: the people there are others', () => {
    const fold = (...events: MessageEvent[]) => marksOf(events.reduce(messageDecider.evolve, { status: 'absent' }));
    const mark = marked(ann, received, null);
    const restored: MessageEvent = { type: 'MessageRestored', data: { message: unheard, caller } };
    const moved: MessageEvent = {
      type: 'MessageMoved',
      data: became({ ...unheard, mailboxId: otherBox }, 'mailboxId', box),
    };
    expect(fold(deposited, mark, deletedUnheard)).toEqual(new Map([[ann, received]]));
    expect(fold(deposited, mark, deletedUnheard, restored)).toEqual(new Map([[ann, received]]));
    expect(fold(deposited, mark, moved)).toEqual(new Map());
  });

  it('is not in the events of others: they would grow with the members', () => {
    const marks = new Map([[ann, received]]);
    expect(asSeenBy(ann, unheard, marks).heardAt).toBe(received);
    expect(asSeenBy(bob, unheard, marks).heardAt).toBeNull();
    given(deposited, marked(ann, received, null))
      .when(changeBy(null, { heard: true }, 'mark'))
      .then(heard);
  });

  it('has room for so many members', () => {
    const full = Array.from({ length: maxMarks }, () => marked(newId(), received, null));
    given(deposited, ...full)
      .when(changeBy(ann, { heard: true }, 'listen'))
      .thenThrows('too-many-marks', { maxMarks });
    given(deposited, ...full.slice(1), marked(ann, received, null))
      .when(changeBy(ann, { heard: false }, 'listen'))
      .then(marked(ann, null, received));
  });
});

describe('the right to change', () => {
  const inTrash: MessageEvent = {
    type: 'MessageDeposited',
    data: { message: { ...unheard, folder: 'trash' }, caller },
  };

  it.each<[string, Right, MessageChanges, MessageEvent]>([
    ['the shared heard state', 'mark', { heard: true }, deposited],
    ['urgent', 'mark', { urgent: true }, deposited],
    ['the folder', 'mark', { folder: 'saved' }, deposited],
    ['into the trash', 'delete', { folder: 'trash' }, deposited],
    ['out of the trash', 'restore', { folder: 'inbox' }, inTrash],
  ])('%s is the right to %s', (_what, right, changes, before) => {
    const others = (['listen', 'mark', 'delete', 'restore', 'move', 'settings'] as const).filter((r) => r !== right);
    given(before)
      .when(changeBy(null, changes, ...others))
      .thenThrows('right-required', { right });
    expect(
      messageDecider.decide(changeBy(null, changes, right), messageDecider.evolve({ status: 'absent' }, before)),
    ).toHaveLength(1);
  });

  it('is asked for whatever comes with an own heard state too', () => {
    given(deposited)
      .when(changeBy(ann, { heard: true, folder: 'saved' }, 'listen'))
      .thenThrows('right-required', { right: 'mark' });
    given(deposited)
      .when(changeBy(ann, { heard: true, folder: 'saved' }, 'listen', 'mark'))
      .then(marked(ann, now, null), {
        type: 'MessageFiled',
        data: became({ ...unheard, folder: 'saved' }, 'folder', 'inbox'),
      });
  });
});
