import { initialUserNotify, type UserNotify } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { facts } from '../deliveries/delivery.samples.ts';
import { type RecipientKnown, whyNotTold } from './still-told.ts';

const number = '+4930123456';
const userId = newId();
const known = (change: Partial<RecipientKnown> = {}): RecipientKnown => ({
  ...{ named: [], listens: false, email: null, notify: null },
  ...change,
});
const set = (change: Partial<UserNotify>): UserNotify => ({ ...initialUserNotify, ...change });
const gone = known({ notify: {}, listens: true });
const toUser = { ...facts, userId };

describe('a number that the mailbox names', () => {
  it.each(['sms', 'fax'] as const)('is told by %s while it is named, however it is written', (channel) => {
    const to = { ...facts, channel, recipient: number, named: 'mailbox' as const };
    expect(whyNotTold(to, known({ named: [`00${number.slice(1)}`] }))).toBeNull();
    expect(whyNotTold(to, known({ named: ['112'] }))).toMatch(/does not name/);
  });
});

describe('a short e-mail', () => {
  it('goes only to who is named for it, also where the user may listen and wants no e-mails', () => {
    const to = { ...toUser, channel: 'text' as const, named: 'mailbox' as const };
    const user = {
      listens: true,
      email: facts.recipient,
      notify: set({ email: { ...set({}).email, enabled: false } }),
    };
    expect(whyNotTold(to, known({ ...user, named: [facts.recipient] }))).toBeNull();
    expect(whyNotTold(to, known(user))).toMatch(/does not name/);
  });
});

describe('the phone of a user', () => {
  const sms = { ...toUser, channel: 'sms' as const, recipient: number };
  const push = { ...toUser, channel: 'push' as const, recipient: newId() };
  const own = set({ sms: { to: number } });

  it('is told while the user may listen', () => {
    for (const to of [sms, push]) {
      expect(whyNotTold(to, known({ listens: true, notify: own }))).toBeNull();
      expect(whyNotTold(to, known({ listens: false, notify: own }))).toMatch(/may not listen/);
      expect(whyNotTold(to, gone)).toBe('the user is gone');
    }
  });

  it('is not told any more when the user has another number, or has turned pushes off', () => {
    expect(whyNotTold(sms, known({ listens: true, notify: set({ sms: { to: '112' } }) }))).toMatch(/not the user's/);
    expect(whyNotTold(sms, known({ listens: true, notify: set({}) }))).toMatch(/not the user's/);
    const silent = set({ push: { enabled: false } });
    expect(whyNotTold(push, known({ listens: true, notify: silent }))).toMatch(/pushes off/);
  });

  it('is told where nothing is known of a user who may listen', () => {
    expect(whyNotTold(push, known({ listens: true }))).toBeNull();
  });
});

it('an escalation tells whom its step names, rights or not, while they are users', () => {
  const to = { ...toUser, purpose: 'escalation' as const };
  const off = set({ email: { ...set({}).email, enabled: false } });
  expect(whyNotTold(to, known({ email: 'other@example.test', notify: off }))).toBeNull();
  expect(whyNotTold({ ...to, userId: null }, known())).toBeNull();
  expect(whyNotTold(to, gone)).toBe('the user is gone');
});

it('goes to where somebody sent it by hand, whom nobody names', () => {
  expect(whyNotTold({ ...facts, named: 'replay' }, known())).toBeNull();
  expect(whyNotTold(facts, known())).toMatch(/does not name/);
});

it('goes out where nothing is known of the mailbox', () => {
  expect(whyNotTold(facts, known({ named: null }))).toBeNull();
});
