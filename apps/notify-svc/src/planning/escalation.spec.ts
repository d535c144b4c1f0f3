import { type Escalation, initialTenantNotify, initialUserNotify, type UserNotify } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { caller, facts, notice } from '../deliveries/delivery.samples.ts';
import type { KnownUser } from '../known/known-users.ts';
import { readNews } from '../mailbox-events/read-news.ts';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { escalationNotice, escalationSteps } from './escalation.ts';
import { planEscalationStep, type StepSituation } from './escalation-step.ts';
import type { Situation } from './situation.ts';

const [anna, boss, number] = ['anna@example.test', 'boss@example.test', '+4930123456'];
const noon = new Date('2026-07-14T12:00:00.000Z');
const steps = [{ afterSeconds: 60, email: [boss], sms: [], userIds: [] }];
const box = someMailbox({ to: [anna], notify: {} });

const situation = (change: object, own: Escalation | null, all: Escalation | null): Situation => {
  const [settings, news] = [readNews(box.created()), readNews(box.messageCreated(change))];
  if (settings?.kind !== 'mailbox' || news?.kind !== 'message') throw new Error('this is no new message');
  const { mailbox } = settings;
  return {
    ...{ eventId: 'event-1', correlationId: 'request-1', revision: 2, now: noon, gateways: new Set() },
    ...{ usersByEmail: new Map(), tenant: { ...initialTenantNotify, escalation: all } },
    ...{ mailbox: { ...mailbox, notify: { ...mailbox.notify, escalation: own } } },
    ...news.message,
  };
};

describe('the steps of a message', () => {
  it.each([
    ['those of the mailbox', { steps, urgentOnly: false }, { steps: [], urgentOnly: false }, 1],
    ['those of the tenant where the mailbox says nothing', null, { steps, urgentOnly: false }, 1],
    ['none where the mailbox wants none', { steps: [], urgentOnly: false }, { steps, urgentOnly: false }, 0],
    ['none where nobody says anything', null, null, 0],
    ['none where only urgent messages have any', { steps, urgentOnly: true }, null, 0],
  ])('are %s', (_, own, all, count) => {
    expect(escalationSteps(situation({}, own, all))).toHaveLength(count);
  });

  it('are due from now on, also where only urgent messages have any', () => {
    expect(escalationSteps(situation({ urgent: true }, { steps, urgentOnly: true }, null))).toEqual([
      { dueAt: '2026-07-14T12:01:00.000Z', email: [boss], sms: [], userIds: [] },
    ]);
  });

  it('attach no recording', () => {
    expect(escalationNotice(situation({}, null, null))).toMatchObject({ recording: null, link: false });
  });
});

const user = (change: Partial<Omit<KnownUser, 'notify'>> = {}, own: Partial<UserNotify> = {}): KnownUser => ({
  ...{ id: newId(), name: 'Anna Costa', email: anna, language: 'fr', timezone: 'Asia/Tokyo' },
  ...change,
  notify: { ...initialUserNotify, ...own },
});
const stepOf = (more: Partial<StepSituation> = {}): StepSituation => ({
  ...{ eventId: 'event-9', correlationId: 'request-1', messageId: facts.messageId, mailboxId: facts.mailboxId },
  ...{ notice, caller, escalation: { step: 1, of: 2 }, users: [], devices: new Map(), usersByEmail: new Map() },
  ...{ gateways: new Set(['sms' as const]), now: noon },
  step: { dueAt: noon.toISOString(), email: [], sms: [], userIds: [] },
  ...more,
});
const step = (change: object) => ({ dueAt: noon.toISOString(), email: [], sms: [], userIds: [], ...change });
const recipients = (given: StepSituation) =>
  planEscalationStep(given).planned.map(({ facts: { channel, recipient } }) => `${channel} ${recipient}`);
const device = { id: newId(), endpoint: 'push:fcm', language: 'de' };

describe('a step', () => {
  it('tells its addresses, numbers and users, with their devices', () => {
    const one = user();
    const given = stepOf({
      ...{
        step: step({ email: [boss, 'ANNA@example.test'], sms: [number, `00${number.slice(1)}`], userIds: [one.id] }),
      },
      ...{ users: [one], devices: new Map([[one.id, [device]]]) },
    });
    expect(recipients(given)).toEqual([`email ${anna}`, `email ${boss}`, `sms ${number}`, `push ${device.id}`]);
    const { planned } = planEscalationStep(given);
    for (const one of planned)
      expect(one).toMatchObject({ facts: { eventId: 'event-9', purpose: 'escalation' }, caller });
    expect(planned[0]?.notice).toMatchObject({
      ...{ escalation: { step: 1, of: 2 }, reader: { language: 'fr', timezone: 'Asia/Tokyo' } },
    });
    expect(planned[3]).toMatchObject({ endpoint: 'push:fcm', notice: { reader: { language: 'de' } } });
  });

  it('says whom it names by address, also where it names the user too', () => {
    const [one, other] = [user(), user({ email: 'other@example.test' })];
    const users = [one, other];
    const to = step({ email: [boss, anna.toUpperCase()], userIds: users.map(({ id }) => id) });
    const named = planEscalationStep(stepOf({ step: to, users })).planned.map(({ facts: { recipient, named: by } }) => [
      recipient,
      by,
    ]);
    expect(named).toEqual([
      [anna, 'step'],
      ['other@example.test', undefined],
      [boss, 'step'],
    ]);
  });

  it('says why somebody is not told', () => {
    const one = user({ email: null }, { push: { enabled: false } });
    const given = stepOf({
      ...{ step: step({ sms: [number] }), gateways: new Set() },
      ...{ users: [one], devices: new Map([[one.id, [device]]]) },
    });
    const { planned, skipped } = planEscalationStep(given);
    expect(planned).toEqual([]);
    expect(skipped.map(({ channel, reason }) => `${channel} ${reason}`)).toEqual([
      ...['email no-address', 'sms no-sms-gateway', 'push push-disabled'],
    ]);
  });

  it('has a link, and shows nobody on devices who called confidentially', () => {
    const one = user();
    const given = stepOf({
      ...{ notice: { ...notice, link: true, confidential: true }, step: step({ email: [boss] }) },
      ...{ users: [one], devices: new Map([[one.id, [device]]]) },
    });
    const { planned } = planEscalationStep(given);
    expect(planned.map(({ notice: told }) => told.kind === 'message' && told.link)).toEqual([true, true, true]);
    expect(planned[2]?.caller).toEqual({ callerNumber: null, callerName: null, calledNumber: null });
  });

  it('is held back in quiet hours unless the message is urgent, and never in a digest', () => {
    const days: NonNullable<UserNotify['quietHours']>['days'] = ['tue'];
    const quietHours = { from: '20:00', until: '23:00', days, exceptUrgent: false };
    const one = user({}, { quietHours, digest: { every: 'day', at: '08:00' } });
    const due = (urgent: boolean) =>
      planEscalationStep(stepOf({ users: [one], notice: { ...notice, urgent } })).planned.map((content) => [
        content.dueAt,
        content.group,
      ]);
    expect(due(false)).toEqual([['2026-07-14T14:00:00.000Z', undefined]]);
    expect(due(true)).toEqual([[undefined, undefined]]);
  });
});
