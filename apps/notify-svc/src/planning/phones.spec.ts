import { initialTenantNotify, initialUserNotify, type NotifySettings, type UserNotify } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import type { Person } from '../known/audience.ts';
import { readNews } from '../mailbox-events/read-news.ts';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { planMailbox, planPeople } from './plan.ts';
import type { Plan, Situation } from './situation.ts';

const box = someMailbox({ to: [], notify: { mwi: { enabled: false } } });

const situation = (notify: Partial<NotifySettings> = {}, more: Partial<Situation> = {}): Situation => {
  const [settings, news] = [readNews(box.created()), readNews(box.messageCreated())];
  if (settings?.kind !== 'mailbox' || news?.kind !== 'message') throw new Error('this is no news');
  const { mailbox } = settings;
  return {
    ...{ eventId: 'event-1', correlationId: 'request-1', revision: 2, now: new Date(), tenant: initialTenantNotify },
    ...{ mailbox: { ...mailbox, notify: { ...mailbox.notify, ...notify } }, usersByEmail: new Map() },
    gateways: new Set(['sms', 'fax']),
    ...news.message,
    ...more,
  };
};

const phone = { id: newId(), endpoint: 'push:fcm', language: 'de' };
const person = (notify: Partial<UserNotify> = {}): Person => ({
  ...{ id: newId(), name: 'Anna Costa', email: null, language: 'fr', timezone: null, owner: false, devices: [phone] },
  notify: { ...initialUserNotify, ...notify },
});

const told = ({ planned }: Plan) => planned.map(({ facts }) => `${facts.channel} ${facts.recipient}`);
const reasons = ({ skipped }: Plan) => skipped.map(({ channel, reason }) => `${channel} ${reason}`);

describe('a mailbox', () => {
  const numbers = { sms: { to: ['+351910000000', '00351910000000'] }, fax: { to: ['+4930123456'] } };

  it('names phones and fax machines, each once', () => {
    expect(told(planMailbox(situation(numbers)))).toEqual(['sms +351910000000', 'fax +4930123456']);
  });

  it('has none of them told without a gateway, and says so', () => {
    const plan = planMailbox(situation(numbers, { gateways: new Set() }));
    expect(told(plan)).toEqual([]);
    expect(reasons(plan)).toEqual(['mwi mwi-disabled', 'sms no-sms-gateway', 'fax no-fax-gateway']);
  });
});

describe('somebody who listens', () => {
  it('gets a push on each device, with the language and the endpoint of the device', () => {
    const anna = person();
    const { planned } = planPeople(situation(), [
      { ...anna, devices: [phone, { ...phone, id: newId(), language: null }] },
    ]);
    expect(planned).toMatchObject([
      { facts: { channel: 'push', recipient: phone.id, userId: anna.id }, notice: { reader: { language: 'de' } } },
      { endpoint: 'push:fcm', notice: { reader: { language: 'fr' } } },
    ]);
  });

  it('gets none where they are turned off: by the user, else by the mailbox, else by the tenant', () => {
    const off = { push: { enabled: false } };
    const on = { push: { enabled: true } };
    expect(reasons(planPeople(situation(), [person(off)]))).toEqual(['push push-disabled']);
    expect(told(planPeople(situation(off), [person(on)]))).toHaveLength(1);
    expect(told(planPeople(situation(off), [person()]))).toEqual([]);
    expect(told(planPeople(situation({}, { tenant: { ...initialTenantNotify, ...off } }), [person()]))).toEqual([]);
  });

  it('gets a text at the own number, once, also when the mailbox names it', () => {
    const texts = (plan: Plan) => told(plan).filter((one) => one.startsWith('sms'));
    const anna = person({ sms: { to: '+351910000000' } });
    expect(texts(planPeople(situation(), [anna]))).toEqual(['sms +351910000000']);
    expect(texts(planPeople(situation({ sms: { to: ['351910000000'] } }), [anna]))).toEqual([]);
    expect(reasons(planPeople(situation({}, { gateways: new Set() }), [anna]))).toEqual(['sms no-sms-gateway']);
  });

  it('is not shown who called when the message is confidential', () => {
    const { message } = situation();
    const secret = situation({}, { message: { ...message, confidential: true } });
    expect(planPeople(secret, [person()]).planned[0]?.caller).toEqual({
      ...{ callerName: null, callerNumber: null, calledNumber: null },
    });
  });
});
