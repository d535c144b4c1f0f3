import { initialTenantNotify, initialUserNotify, type NotifySettings, type UserNotify } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import type { Person } from '../known/audience.ts';
import { readNews } from '../mailbox-events/read-news.ts';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { planExternal, planMailbox, planPeople } from './plan.ts';
import type { Plan, Situation } from './situation.ts';

const [anna, ben] = ['anna@example.test', 'ben@example.test'];
const box = someMailbox({ to: [anna, ben], attachAudio: true, notify: {} });
const voice = {
  type: 'voice' as const,
  mediaId: '0190c000-0000-7000-8000-000000000001',
  contentType: 'audio/wav' as const,
  codec: 'pcm_mulaw',
  durationMs: 12_340,
  bytes: 98_764,
  sha256: 'ab'.repeat(32),
};

const mailbox = (() => {
  const news = readNews(box.created());
  if (news?.kind !== 'mailbox') throw new Error('this is no mailbox');
  return news.mailbox;
})();

const situation = (
  change: Parameters<typeof box.messageCreated>[0] = { content: voice },
  notify: Partial<NotifySettings> = {},
  more: Partial<Situation> = {},
): Situation => {
  const news = readNews(box.messageCreated(change));
  if (news?.kind !== 'message') throw new Error('this is no new message');
  return {
    ...{ eventId: 'event-1', correlationId: 'request-1', revision: 2, now: new Date(), tenant: initialTenantNotify },
    ...{ mailbox: { ...mailbox, notify: { ...mailbox.notify, ...notify } }, usersByEmail: new Map() },
    gateways: new Set(),
    ...news.message,
    ...more,
  };
};

const person = (change: Partial<Omit<Person, 'notify'>> & { notify?: Partial<UserNotify> } = {}): Person => ({
  ...{ id: newId(), name: 'Anna Costa', email: anna, language: 'fr', timezone: 'Asia/Tokyo', owner: true, devices: [] },
  ...change,
  notify: { ...initialUserNotify, ...change.notify },
});

const emails = ({ planned }: Plan) => planned.filter(({ facts }) => facts.channel === 'email');
const to = (plan: Plan) => emails(plan).map(({ facts }) => facts.recipient);
const recordings = (plan: Plan) =>
  emails(plan).map(({ notice }) => (notice.kind === 'message' ? (notice.recording?.mediaId ?? null) : undefined));
const reasons = ({ skipped }: Plan) => skipped.map(({ channel, reason }) => `${channel} ${reason}`);

describe('what a mailbox asks for', () => {
  it('is one e-mail for each of its addresses, whatever their case, and the lamps', () => {
    const plan = planMailbox(
      situation({}, { email: { ...mailbox.notify.email, to: [anna, ben, 'Anna@Example.test'] } }),
    );
    expect(to(plan)).toEqual([anna, ben]);
    expect(plan.planned.map(({ facts }) => facts.channel)).toEqual(['email', 'email', 'mwi']);
    expect(plan.planned[0]?.facts).toMatchObject({ eventId: 'event-1', purpose: 'message', mailboxId: box.mailboxId });
  });

  it('has the recording with it when that is wanted and the message is not confidential', () => {
    const without = { ...mailbox.notify.email, attachAudio: false };
    expect(recordings(planMailbox(situation()))).toEqual([voice.mediaId, voice.mediaId]);
    expect(recordings(planMailbox(situation({ content: voice }, { email: without })))).toEqual([null, null]);
    expect(recordings(planMailbox(situation({ content: voice, confidential: true })))).toEqual([null, null]);
    expect(recordings(planMailbox(situation({ content: { type: 'none' } })))).toEqual([null, null]);
  });

  it('has short e-mails without the recording', () => {
    const plan = planMailbox(situation({ content: voice }, { text: { to: ['pager@example.test'] } }));
    const [text] = plan.planned.filter(({ facts }) => facts.channel === 'text');
    expect(text).toMatchObject({ facts: { recipient: 'pager@example.test' }, notice: { recording: null } });
  });

  it('has no lamps where they are turned off', () => {
    const plan = planMailbox(situation({}, { mwi: { enabled: false } }));
    expect(reasons(plan)).toEqual(['mwi mwi-disabled']);
    expect(plan.planned.map(({ facts }) => facts.channel)).not.toContain('mwi');
  });
});

describe('settings', () => {
  const inherit = { ...mailbox.notify.email, attachAudio: null };
  const all = (attachAudio: boolean | null) => ({
    ...initialTenantNotify,
    email: { ...initialTenantNotify.email, attachAudio },
  });
  const user = (attachAudio: boolean | null) =>
    new Map([[anna, person({ notify: { email: { ...initialUserNotify.email, attachAudio } } })]]);

  it.each([
    ['what Aftertone has', null, null, null, false],
    ['the tenant', true, null, null, true],
    ['the mailbox before the tenant', true, false, null, false],
    ['the user before both', true, false, true, true],
    ['the user before both, to turn it off', false, true, false, false],
  ] as const)('are taken from %s', (_from, tenant, own, users, attached) => {
    const email = { ...inherit, to: [anna], attachAudio: own };
    const plan = planMailbox(
      situation({ content: voice }, { email }, { tenant: all(tenant), usersByEmail: user(users) }),
    );
    expect(recordings(plan)).toEqual([attached ? voice.mediaId : null]);
  });

  it('of the user decide language and time zone', () => {
    const plan = planMailbox(situation({}, {}, { usersByEmail: user(null) }));
    expect(plan.planned[0]?.notice).toMatchObject({ reader: { language: 'fr', timezone: 'Asia/Tokyo' } });
    expect(plan.planned[1]?.notice).toMatchObject({ reader: { language: 'en', timezone: 'Europe/Paris' } });
  });

  it('of a user who wants no e-mail hold for an address that the mailbox names, too', () => {
    const off = person({ notify: { email: { ...initialUserNotify.email, enabled: false } } });
    const plan = planMailbox(situation({}, {}, { usersByEmail: new Map([[anna, off]]) }));
    expect(to(plan)).toEqual([ben]);
    expect(reasons(plan)).toEqual(['email user-disabled-email']);
  });
});

describe('the people behind a mailbox', () => {
  const nobody = { email: { ...mailbox.notify.email, to: [] } };
  const enabled = (value: boolean | null) => ({ email: { ...initialUserNotify.email, enabled: value } });

  it('get an e-mail when they want one, or own a mailbox that tells its owners', () => {
    const owners = { email: { ...nobody.email, owners: true } };
    expect(to(planPeople(situation({}, nobody), [person()]))).toEqual([]);
    expect(to(planPeople(situation({}, nobody), [person({ notify: enabled(true), owner: false })]))).toEqual([anna]);
    expect(to(planPeople(situation({}, owners), [person()]))).toEqual([anna]);
    expect(to(planPeople(situation({}, owners), [person({ owner: false })]))).toEqual([]);
    expect(to(planPeople(situation({}, owners), [person({ notify: enabled(false) })]))).toEqual([]);
  });

  it('get it once when the mailbox names their address', () => {
    expect(to(planPeople(situation(), [person({ email: 'Anna@example.test', notify: enabled(true) })]))).toEqual([]);
  });

  it('are told what is missing when they have no address', () => {
    const plan = planPeople(situation({}, nobody), [person({ email: null, notify: enabled(true) })]);
    expect(reasons(plan)).toEqual(['email no-address']);
  });
});

it('sends a message that is kept elsewhere with its recording, also a confidential one, and tells nobody else', () => {
  const { planned } = planExternal(situation({ content: voice, confidential: true }), 'elsewhere@example.test');
  expect(planned).toMatchObject([
    {
      facts: { channel: 'external', recipient: 'elsewhere@example.test' },
      notice: { recording: { format: 'original' } },
    },
  ]);
});

it('reads events of a newer mailbox-svc, with settings and contents that are not known here', () => {
  const created = box.created();
  const email = { to: [anna], attachAudio: false, carrier: 'pigeon' };
  const data = { ...created.data, mailbox: { ...Object(created.data.mailbox), notify: { email, drums: {} } } };
  expect(readNews({ ...created, data })).toMatchObject({
    kind: 'mailbox',
    mailbox: { notify: { email: { to: [anna], attachAudio: false, link: null } } },
  });
  const { message: fax, ...rest } = box.messageCreated().data;
  const news = readNews({
    ...box.messageCreated(),
    data: { ...rest, message: { ...Object(fax), content: { type: 'fax', pages: 3 } } },
  });
  expect(news).toMatchObject({ kind: 'message', message: { message: { content: { type: 'fax' } } } });
});
