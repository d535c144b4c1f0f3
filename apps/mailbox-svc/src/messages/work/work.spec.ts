import { roleRights } from '@aftertone/contracts';
import { deciderSpec } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import type { MessageCommand } from '../message.commands.ts';
import { messageDecider } from '../message.decider.ts';
import { box, caller, deletedUnheard, deposited, now, otherBox, purgedUnheard, unheard } from '../message.samples.ts';
import type { MessageEvent, Work, WorkEvent } from '../message.ts';
import type { Worker } from './work.ts';

const given = deciderSpec(messageDecider);
const meta = { now };
const [due, later] = ['2026-03-02T17:00:00.000Z', '2026-03-03T09:00:00.000Z'];

const agent = (userId: string): Worker => ({ userId, rights: new Set(roleRights.agent) });
const ann = agent('0190a000-0000-7000-8000-00000000000a');
const bob = agent('0190a000-0000-7000-8000-00000000000b');
const manager: Worker = { userId: '0190a000-0000-7000-8000-00000000000c', rights: new Set(roleRights.manager) };
const service: Worker = { userId: null, rights: new Set(roleRights.agent) };

const claim = (worker: Worker, dueAt?: string | null): MessageCommand => ({
  type: 'ClaimMessage',
  data: { mailboxId: box, worker, dueAt },
  meta,
});
const assign = (worker: Worker, to: Worker, dueAt?: string | null): MessageCommand => ({
  type: 'AssignMessage',
  data: { mailboxId: box, worker, userId: to.userId ?? '', dueAt },
  meta,
});
const release = (worker: Worker): MessageCommand => ({
  type: 'ReleaseMessage',
  data: { mailboxId: box, worker },
  meta,
});
const finish = (worker: Worker): MessageCommand => ({ type: 'FinishMessage', data: { mailboxId: box, worker }, meta });
const releaseFrom = ({ userId }: Worker): MessageCommand => ({
  type: 'ReleaseFromUser',
  data: { userId: userId ?? '' },
  meta,
});

const open: Work = { state: 'open', assigneeUserId: null, dueAt: null };
const of = (worker: Worker, dueAt: string | null = null): Work => ({
  state: 'claimed',
  assigneeUserId: worker.userId,
  dueAt,
});
const doneBy = (worker: Worker, dueAt: string | null = null): Work => ({ ...of(worker, dueAt), state: 'done' });

const event = (type: WorkEvent['type'], work: Work, was: Partial<Work>): MessageEvent => ({
  type,
  data: { message: { ...unheard, ...work }, caller, was },
});
const nobodys = { state: 'open', assigneeUserId: null } as const;
const claimed = (by: Worker) => event('MessageClaimed', of(by), nobodys);
const done = (by: Worker) => event('MessageFinished', doneBy(by), { state: 'claimed' });

describe('claiming', () => {
  it('takes an open message, and says until when', () => {
    given(deposited).when(claim(ann)).then(claimed(ann));
    given(deposited)
      .when(claim(ann, due))
      .then(event('MessageClaimed', of(ann, due), { ...nobodys, dueAt: null }));
  });

  it('by who has it changes until when, and nothing unless told', () => {
    const untilDue = event('MessageClaimed', of(ann, due), { ...nobodys, dueAt: null });
    given(untilDue).when(claim(ann)).then();
    given(untilDue).when(claim(ann, due)).then();
    given(untilDue)
      .when(claim(ann, later))
      .then(event('MessageClaimed', of(ann, later), { dueAt: due }));
    given(untilDue)
      .when(claim(ann, null))
      .then(event('MessageClaimed', of(ann), { dueAt: due }));
  });

  it('is a conflict that tells who has it, for managers too', () => {
    for (const other of [bob, manager]) {
      given(deposited, event('MessageClaimed', of(ann, due), { ...nobodys, dueAt: null }))
        .when(claim(other))
        .thenThrows('message-claimed', { assigneeUserId: ann.userId, dueAt: due });
    }
  });

  it('is a conflict when it is done, also by oneself', () => {
    given(deposited, claimed(ann), done(ann)).when(claim(ann)).thenThrows('message-done');
    given(deposited, claimed(ann), done(ann)).when(claim(bob)).thenThrows('message-done');
  });

  it('is for people', () => {
    given(deposited).when(claim(service)).thenThrows('claim-needs-user');
  });
});

describe('assigning', () => {
  const assigned = (to: Worker, was: Partial<Work>) => event('MessageAssigned', of(to), was);

  it('gives what nobody has, or oneself has, to somebody', () => {
    given(deposited).when(assign(ann, bob)).then(assigned(bob, nobodys));
    given(deposited).when(assign(service, bob)).then(assigned(bob, nobodys));
    given(deposited, claimed(ann))
      .when(assign(ann, bob))
      .then(assigned(bob, { assigneeUserId: ann.userId }));
  });

  it('changes nothing the second time, or only until when', () => {
    given(deposited, assigned(bob, nobodys)).when(assign(bob, bob)).then();
    given(deposited, assigned(bob, nobodys))
      .when(assign(bob, bob, due))
      .then(event('MessageAssigned', of(bob, due), { dueAt: null }));
  });

  it("takes somebody else's work only with the right to settings", () => {
    given(deposited, claimed(ann))
      .when(assign(bob, bob))
      .thenThrows('message-claimed', { assigneeUserId: ann.userId, dueAt: null });
    given(deposited, claimed(ann)).when(assign(service, bob)).thenThrows('message-claimed');
    given(deposited, claimed(ann))
      .when(assign(manager, bob))
      .then(assigned(bob, { assigneeUserId: ann.userId }));
  });

  it('is a conflict when it is done', () => {
    given(deposited, claimed(ann), done(ann)).when(assign(manager, bob)).thenThrows('message-done');
  });
});

describe('releasing', () => {
  const released = (was: Partial<Work>, dueAt: string | null = null) =>
    event('MessageReleased', { ...open, dueAt }, was);

  it('gives up what oneself has; until when stays', () => {
    given(deposited, event('MessageClaimed', of(ann, due), { ...nobodys, dueAt: null }))
      .when(release(ann))
      .then(released({ state: 'claimed', assigneeUserId: ann.userId }, due));
  });

  it('opens again what was done', () => {
    given(deposited, claimed(ann), done(ann))
      .when(release(ann))
      .then(released({ state: 'done', assigneeUserId: ann.userId }));
    const doneByNobody = event('MessageFinished', { ...open, state: 'done' }, { state: 'open' });
    given(deposited, doneByNobody)
      .when(release(bob))
      .then(released({ state: 'done' }));
  });

  it("of somebody else's work takes the right to settings", () => {
    given(deposited, claimed(ann)).when(release(bob)).thenThrows('message-claimed');
    given(deposited, claimed(ann), done(ann)).when(release(bob)).thenThrows('message-claimed');
    given(deposited, claimed(ann))
      .when(release(manager))
      .then(released({ state: 'claimed', assigneeUserId: ann.userId }));
  });

  it('changes nothing when nobody has it', () => {
    given(deposited).when(release(bob)).then();
  });

  it('from somebody who is gone leaves the work of others, and what is done', () => {
    given(deposited, claimed(ann))
      .when(releaseFrom(ann))
      .then(released({ state: 'claimed', assigneeUserId: ann.userId }));
    given(deposited, claimed(bob)).when(releaseFrom(ann)).then();
    given(deposited, claimed(ann), done(ann)).when(releaseFrom(ann)).then();
    given(deposited, purgedUnheard).when(releaseFrom(ann)).then();
    given().when(releaseFrom(ann)).then();
  });

  it('from somebody who is gone leaves a deleted message deleted, and open for who restores it', () => {
    const deleted: MessageEvent = { type: 'MessageDeleted', data: { message: { ...unheard, ...of(ann) }, caller } };
    const was = { state: 'claimed', assigneeUserId: ann.userId } as const;
    const taken = event('DeletedMessageReleased', open, was);
    given(deposited, claimed(ann), deleted).when(releaseFrom(ann)).then(taken);
    given(deposited, claimed(ann), deleted).when(releaseFrom(bob)).then();
    given(deposited, claimed(ann), deleted, taken).when(releaseFrom(ann)).then();
    const restore: MessageCommand = { type: 'RestoreMessage', data: { mailboxId: box }, meta };
    given(deposited, claimed(ann), deleted, taken)
      .when(restore)
      .then({ type: 'MessageRestored', data: { message: unheard, caller, since: now } });
    given(deposited, claimed(ann), deleted, taken).when(claim(bob)).thenThrows('message-not-found');
  });
});

it('says who can open a message again that is done', () => {
  const isDone = [deposited, claimed(ann), done(ann)].reduce(messageDecider.evolve, messageDecider.initialState);
  const refusal = (command: MessageCommand) => () => messageDecider.decide(command, isDone);
  expect(refusal(claim(ann))).toThrow('release it to open it again');
  expect(refusal(claim(manager))).toThrow('release it to open it again');
  expect(refusal(claim(bob))).toThrow('by who did it, or by somebody with the right "settings"');
});

describe('finishing', () => {
  it('is for who has it, for anybody while nobody has, and for managers', () => {
    given(deposited, claimed(ann)).when(finish(ann)).then(done(ann));
    given(deposited)
      .when(finish(service))
      .then(event('MessageFinished', { ...open, state: 'done' }, { state: 'open' }));
    given(deposited, claimed(ann)).when(finish(bob)).thenThrows('message-claimed');
    given(deposited, claimed(ann)).when(finish(manager)).then(done(ann));
  });

  it('changes nothing the second time', () => {
    given(deposited, claimed(ann), done(ann)).when(finish(bob)).then();
  });
});

it.each([
  ['claimed', claim(ann)],
  ['assigned', assign(ann, bob)],
  ['released', release(ann)],
  ['finished', finish(ann)],
])('is not %s when it is gone or elsewhere', (_what, command) => {
  given().when(command).thenThrows('message-not-found');
  given(deposited, deletedUnheard).when(command).thenThrows('message-not-found');
  given(deposited, purgedUnheard).when(command).thenThrows('message-not-found');
  const moved: MessageEvent = {
    type: 'MessageMoved',
    data: { message: { ...unheard, mailboxId: otherBox }, caller, was: { mailboxId: box } },
  };
  given(deposited, moved).when(command).thenThrows('message-not-found');
});
