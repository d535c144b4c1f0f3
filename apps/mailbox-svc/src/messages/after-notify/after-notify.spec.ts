import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { ann } from '../../mailboxes/mailbox.samples.ts';
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
  purgedUnheard,
  unheard,
} from '../message.samples.ts';
import type { FiledBecause, MessageEvent, MessageFacts } from '../message.ts';
import type { NotifiedFolder } from './after-notify.ts';

const given = deciderSpec(messageDecider);
const meta = { now };
const told = (folder: NotifiedFolder, mailboxId = box): MessageCommand => ({
  type: 'FileNotified',
  data: { mailboxId, folder },
  meta,
});
const bounced: MessageCommand = { type: 'ReturnBounced', data: { mailboxId: box }, meta };

const filed = (
  from: string,
  folder: string,
  because?: FiledBecause,
  over: Partial<MessageFacts> = {},
): MessageEvent => ({
  type: 'MessageFiled',
  data: {
    ...became({ ...unheard, ...over, folder }, 'folder', from),
    ...(because && { because }),
    ...((folder === 'trash' || from === 'trash') && { since: now }),
  },
});
const saved = filed('inbox', 'saved', 'notified');
const binned = filed('inbox', 'trash', 'notified');
const returned = filed('trash', 'inbox', 'bounced');
const work = (state: 'claimed' | 'done'): MessageEvent => ({
  type: state === 'claimed' ? 'MessageClaimed' : 'MessageFinished',
  data: { message: { ...unheard, state, assigneeUserId: ann }, caller, was: { state: 'open', assigneeUserId: null } },
});
const marked = (heardAt: string | null): MessageEvent => ({
  type: 'MessageHeardByMember',
  data: { message: unheard, caller, userId: ann, heardAt, was: { heardAt: null } },
});
const moved: MessageEvent = {
  type: 'MessageMoved',
  data: { message: { ...unheard, mailboxId: otherBox }, caller, was: { mailboxId: box } },
};

describe('when everybody has been told of a message by e-mail', () => {
  it('it is filed, and its history says why', () => {
    given(deposited).when(told('saved')).then(saved);
    given(deposited).when(told('trash')).then(binned);
  });

  it('it is filed once, whatever became of it since', () => {
    given(deposited, binned).when(told('trash')).then();
    given(deposited, saved, filed('saved', 'inbox')).when(told('saved')).then();
    given(deposited, binned, filed('trash', 'inbox')).when(told('trash')).then();
    given(deposited, binned, returned).when(told('trash')).then();
  });

  it.each<[string, MessageEvent[]]>([
    ['heard', [heard]],
    ['heard by a member', [marked(now)]],
    ['claimed', [work('claimed')]],
    ['done', [work('done')]],
    ['filed', [filed('inbox', 'work')]],
    ['deleted', [deletedUnheard]],
    ['purged', [purgedUnheard]],
  ])('it stays as it is when it was %s', (_, events) => {
    given(deposited, ...events)
      .when(told('trash'))
      .then();
    given(deposited, ...events)
      .when(told('saved'))
      .then();
  });

  it('nobody has heard it who says so', () => {
    given(deposited, marked(null)).when(told('saved')).then(saved);
  });

  it('in a mailbox that it has left, it stays where it is; the people of the next one are told anew', () => {
    given(deposited, moved).when(told('trash')).then();
    given(deposited, moved)
      .when(told('trash', otherBox))
      .then(filed('inbox', 'trash', 'notified', { mailboxId: otherBox }));
    const back: MessageEvent = {
      type: 'MessageMoved',
      data: { message: unheard, caller, was: { mailboxId: otherBox } },
    };
    given(deposited, saved, filed('saved', 'inbox'), moved, back).when(told('saved')).then(saved);
  });

  it('one that never was changes nothing', () => {
    given().when(told('trash')).then();
    given().when(bounced).then();
  });
});

describe('when such an e-mail comes back', () => {
  it('what lies in the trash for it is new again', () => {
    given(deposited, binned).when(bounced).then(returned);
  });

  it('it comes back once', () => {
    given(deposited, binned, returned).when(bounced).then();
    given(deposited, binned, returned, filed('inbox', 'trash')).when(bounced).then();
  });

  it('also when somebody has listened to it there', () => {
    const inTrash = { ...unheard, folder: 'trash', heardAt: now };
    given(deposited, binned, { type: 'MessageHeard', data: became(inTrash, 'heardAt', null) })
      .when(bounced)
      .then(filed('trash', 'inbox', 'bounced', { heardAt: now }));
  });

  it.each<[string, MessageEvent[]]>([
    ['in the inbox', []],
    ['saved by us', [saved]],
    ['put into the trash by somebody', [filed('inbox', 'trash')]],
    ['put elsewhere and back by somebody', [binned, filed('trash', 'work'), filed('work', 'trash')]],
    [
      'deleted from there',
      [binned, { type: 'MessageDeleted', data: { message: { ...unheard, folder: 'trash' }, caller } }],
    ],
    [
      'deleted from there and restored',
      [
        binned,
        { type: 'MessageDeleted', data: { message: { ...unheard, folder: 'trash' }, caller } },
        { type: 'MessageRestored', data: { message: { ...unheard, folder: 'trash' }, caller } },
      ],
    ],
    [
      'moved',
      [
        binned,
        {
          type: 'MessageMoved',
          data: { message: { ...unheard, mailboxId: otherBox }, caller, was: { mailboxId: box } },
        },
      ],
    ],
  ])('what is %s stays there', (_, events) => {
    given(deposited, ...events)
      .when(bounced)
      .then();
  });
});
