import { type Clock, systemClock } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { Presented, Session } from '../access/session.ts';
import { type AskSessions, SessionWatch } from './session-watch.ts';

const session = (acl: readonly string[] = [], expiresAt: number | null = null, tenantId = 't'): Session => ({
  kind: 'user',
  tenantId,
  homeTenantId: tenantId,
  cell: null,
  userId: 'U',
  tokenId: 'S',
  admin: false,
  acl,
  policyAcl: acl,
  allows: () => true,
  grants: undefined,
  limits: undefined,
  expiresAt,
});

const leave: (() => void)[] = [];
afterEach(() => {
  for (const one of leave.splice(0)) one();
});

const watchOf = (answer: (asked: Presented) => Session | null | Error, everyMs = 5, clock: Clock = systemClock) => {
  const questions: (readonly Presented[])[] = [];
  const ask: AskSessions = async (presented) => {
    questions.push(presented);
    return presented.map((one) => {
      const given = answer(one);
      if (given instanceof Error) throw given;
      return given;
    });
  };
  const watch = new SessionWatch(ask, clock, everyMs);
  const heard: string[] = [];
  const add = (name: string, token: string, given: Session = session()): void => {
    const watched = {
      token,
      session: given,
      onSession: ({ acl }: Session) => heard.push(`${name} ${acl}`),
      onEnd: () => heard.push(`${name} ended`),
    };
    leave.push(watch.watch(watched));
  };
  return { questions, heard, add, watch };
};

describe('the watch over tokens', () => {
  it('asks once for each token and tenant, and tells everybody who has it', async () => {
    const { questions, heard, add } = watchOf(({ token }) => (token === 'bad' ? null : session([token])));
    add('one', 'good');
    add('two', 'good');
    add('below', 'good', session([], null, 'child'));
    add('three', 'bad');
    await eventually(() => expect(heard).toEqual(expect.arrayContaining(['one good', 'two good', 'three ended'])));
    expect(questions[0]).toEqual([
      { token: 'good', tenant: 't' },
      { token: 'good', tenant: 'child' },
      { token: 'bad', tenant: 't' },
    ]);
  });

  it('asks in portions', async () => {
    const { questions, add } = watchOf(() => session());
    for (let n = 0; n < 600; n++) add(`${n}`, `token ${n}`);
    await eventually(() => expect(questions.length).toBeGreaterThanOrEqual(3));
    expect(questions.slice(0, 3).map((one) => one.length)).toEqual([250, 250, 100]);
  });

  it('ends nobody for a store that does not answer, but whose time is over', async () => {
    const { questions, heard, add } = watchOf(() => new Error('down'));
    add('lasting', 'a');
    add('over', 'b', session([], Date.now() - 1));
    await eventually(() => expect(questions.length).toBeGreaterThan(1));
    expect(heard).toContain('over ended');
    expect(heard).not.toContain('lasting ended');
  });

  it("goes by the store's clock, not by the process's, and leaves to the store what it answers", async () => {
    const minutes = (n: number) => n * 60_000;
    const behind = () => new Date(Date.now() - minutes(10));
    const past = session(['still'], Date.now() - minutes(5));
    const { questions, heard, add } = watchOf(({ token }) => (token === 'down' ? new Error('down') : past), 5, behind);
    add('one', 'answered', past);
    await eventually(() => expect(heard).toContain('one still'));
    add('two', 'down', past);
    const before = questions.length;
    await eventually(() => expect(questions.length).toBeGreaterThan(before + 1));
    expect(heard).not.toContain('one ended');
    expect(heard).not.toContain('two ended');
  });

  it('asks no more when nobody is left', async () => {
    const { questions, add } = watchOf(() => session());
    add('one', 'a');
    await eventually(() => expect(questions.length).toBeGreaterThan(0));
    for (const one of leave.splice(0)) one();
    const before = questions.length;
    add('two', 'b');
    await eventually(() => expect(questions.length).toBeGreaterThan(before));
    expect(questions.slice(before).flat()).not.toContainEqual({ token: 'a', tenant: 't' });
  });

  it('asks at once for those whose rights may be others, all of a moment together', async () => {
    const { questions, heard, add, watch } = watchOf(({ token }) => session([token]), 3_600_000);
    add('meant', 'a', { ...session(), userId: 'A' });
    add('child', 'b', { ...session([], null, 'child'), homeTenantId: 'parent', userId: 'B' });
    add('group', 'c', { ...session(['events.voicemails.groups.G.#']), userId: 'C' });
    add('other', 'd', { ...session(['events.voicemails.groups.H.#']), userId: 'D' });
    watch.recheck({ userId: 'A' });
    watch.recheck({ tenantId: 'parent' });
    watch.recheck({ mailboxId: 'G', ownerUserIds: [] });
    await eventually(() => expect(heard).toEqual(['meant a', 'child b', 'group c']));
    expect(questions).toHaveLength(1);
    watch.recheck({ mailboxId: 'X', ownerUserIds: ['D'] });
    await eventually(() => expect(heard).toContain('other d'));
  });
});
