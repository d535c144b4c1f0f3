import {
  type CallContext,
  deliveryQueries,
  initialMailboxNotify,
  initialTenantNotify,
  initialUserNotify,
  type NotificationPreview,
  type NotifySettings,
  type UserNotify,
} from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KnownMailboxes } from '../../known/known-mailboxes.ts';
import { KnownMembers } from '../../known/known-members.ts';
import { KnownTenants } from '../../known/known-tenants.ts';
import { KnownUsers } from '../../known/known-users.ts';
import { type Notify, startNotify } from '../../test-support/notify.ts';
import { PreviewDesk } from './preview-desk.ts';

const [tenantId, mailboxId, annaId] = [newId(), newId(), newId()];
const [anna, ben] = ['anna@example.test', 'ben@example.test'];
const at = '2026-07-14T22:30:00.000Z';

let notify: Notify;
let version = 0;
beforeEach(async () => {
  notify = await startNotify();
});
afterEach(() => notify.close());

const setMailbox = (
  settings: Partial<NotifySettings> = {},
  more: Partial<Parameters<KnownMailboxes['record']>[1]> = {},
) =>
  new KnownMailboxes(notify.store.pool).record(
    { tenantId, mailboxId },
    {
      ...{ number: '100', name: 'Reception', timezone: 'Europe/Paris', language: 'en', accessType: 'personal' },
      ...{ ownerUserIds: [annaId], storage: { type: 'internal' }, maxMessages: null, maxTotalSeconds: null, ...more },
      notify: { ...initialMailboxNotify, ...settings },
    },
    ++version,
  );
const setUser = (settings: Partial<UserNotify>, id = annaId, email: string | null = anna) =>
  new KnownUsers(notify.store.pool).record(
    tenantId,
    {
      ...{ id, name: 'Anna', email, language: 'fr', timezone: 'Europe/Paris' },
      notify: { ...initialUserNotify, ...settings },
    },
    ++version,
  );
const email = (change: Partial<NotifySettings['email']>): Partial<NotifySettings> => ({
  email: { ...initialMailboxNotify.email, ...change },
});

const call: CallContext = {
  ...{ tenantId, correlationId: 'asked', deadline: Date.now() + 60_000 },
  actor: { kind: 'user', id: newId(), admin: false },
};
const maxBytes = 300_000;
const desk = () => new PreviewDesk(notify.ground, maxBytes);
const preview = async (message: object = {}): Promise<NotificationPreview> => {
  const input = deliveryQueries.previewNotifications.input.parse({ mailboxId, message: { at, ...message } });
  return deliveryQueries.previewNotifications.output.parse(await desk().preview(input, call));
};
const reasons = ({ skipped }: NotificationPreview) => skipped.map(({ channel, reason }) => `${channel} ${reason}`);

describe('a preview', () => {
  it('shows who would get what, in the order of the chain', async () => {
    await setMailbox({
      ...email({ to: [ben, anna], attachAudio: true, audioFormat: 'mp3', link: true }),
      text: { to: [ben] },
    });
    await setUser({});
    const { planned, skipped, truncated, afterNotify } = await preview();
    expect(planned.map(({ step, channel, recipient }) => [step, channel, recipient])).toEqual([
      [0, 'email', anna],
      [0, 'email', ben],
      [0, 'text', ben],
      [2, 'mwi', mailboxId],
    ]);
    expect(planned[0]).toMatchObject({
      ...{ purpose: 'message', userId: annaId, dueAt: at, digest: false },
      content: {
        ...{ language: 'fr', timezone: 'Europe/Paris', caller: true },
        audio: { contentType: 'audio/wav', format: 'mp3' },
      },
    });
    expect(planned[1]?.content).toMatchObject({ language: 'en', timezone: 'Europe/Paris' });
    expect(planned[3]?.content).toBeNull();
    expect({ skipped, truncated, afterNotify }).toEqual({ skipped: [], truncated: false, afterNotify: 'nothing' });
  });

  it('is of the message that it is asked for', async () => {
    await setMailbox(email({ to: [anna], attachAudio: true }));
    const audio = async (message: object) => (await preview(message)).planned[0]?.content?.audio;
    expect(await audio({ contentType: 'audio/mpeg' })).toEqual({ contentType: 'audio/mpeg', format: 'original' });
    expect(await audio({ contentType: 'none' })).toBeNull();
    expect(await audio({ confidential: true })).toBeNull();
    const [nobody] = (await preview({ callerNumber: null, callerName: null })).planned;
    expect(nobody?.content?.caller).toBe(false);
  });

  it('says when: after the quiet hours, with a digest, at once when it is urgent', async () => {
    await setMailbox(email({ to: [anna] }));
    const quietHours = {
      from: '22:00',
      until: '08:00',
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    } as const;
    await setUser({ quietHours: { ...quietHours, days: [...quietHours.days], exceptUrgent: true } });
    const first = async (message: object) => (await preview(message)).planned[0];
    expect(await first({})).toMatchObject({ dueAt: '2026-07-15T06:00:00.000Z', digest: false });
    expect(await first({ urgent: true })).toMatchObject({ dueAt: at });
    await setUser({ digest: { every: 'day', at: '17:00' } });
    expect(await first({})).toMatchObject({ dueAt: '2026-07-15T15:00:00.000Z', digest: true });
  });

  it.each<[string, Partial<NotifySettings>, Partial<UserNotify> | null]>([
    ['email email-disabled', email({ to: [ben], enabled: false }), null],
    ['email user-disabled-email', email({ to: [anna] }), { email: { ...initialUserNotify.email, enabled: false } }],
    ['mwi mwi-disabled', { mwi: { enabled: false } }, null],
    ['sms no-sms-gateway', { sms: { to: ['+4930123'] } }, null],
    ['fax no-fax-gateway', { fax: { to: ['+4930123'] } }, null],
    ['sms no-sms-gateway', {}, { sms: { to: '+4930123' } }],
    ['email owners-not-told', {}, {}],
    ['email user-disabled-email', {}, { email: { ...initialUserNotify.email, enabled: false } }],
  ])('says why not, and what to do: %s', async (reason, settings, user) => {
    await setMailbox(settings);
    if (user !== null) await setUser(user);
    const shown = await preview();
    expect(reasons(shown)).toEqual([reason, ...(user?.sms === undefined ? [] : ['email owners-not-told'])]);
    expect(shown.skipped[0]?.message).toMatch(/\.$/);
  });

  it('says of members that they have not asked for e-mails, and of nobody who gets one anyway', async () => {
    const bella = newId();
    await setMailbox({}, { accessType: 'group', ownerUserIds: [] });
    await setUser({}, bella, 'bella@example.test');
    await new KnownMembers(notify.store.pool).record({ tenantId, mailboxId }, { userId: bella, listens: true }, 1);
    expect(await preview()).toMatchObject({
      skipped: [{ channel: 'email', recipient: 'bella@example.test', userId: bella, reason: 'not-asked-for' }],
    });
    await setMailbox(email({ to: ['Bella@Example.test'] }), { accessType: 'group', ownerUserIds: [] });
    expect((await preview()).skipped).toEqual([]);
  });

  it('knows how much is attached, and that digests have no recordings', async () => {
    await setMailbox(email({ to: [anna], attachAudio: true }));
    const content = async (message: object) => (await preview(message)).planned[0]?.content;
    const tooLarge = { audio: null, audioReason: 'too-large' };
    expect(await content({ durationMs: 10_000 })).toMatchObject({ audioReason: 'attached' });
    expect(await content({ durationMs: 40_000 })).toMatchObject(tooLarge);
    expect(await content({ durationMs: 40_000, bytes: maxBytes })).toMatchObject({ audioReason: 'attached' });
    expect(await content({ durationMs: 10_000, bytes: maxBytes + 1 })).toMatchObject(tooLarge);
    expect(await content({ contentType: 'none' })).toMatchObject({ audio: null, audioReason: 'no-audio' });
    expect(await content({ confidential: true })).toMatchObject({ audio: null, audioReason: 'confidential' });
    await setMailbox(email({ to: [anna], attachAudio: true, audioFormat: 'mp3' }));
    expect(await content({ durationMs: 40_000 })).toMatchObject({ audioReason: 'attached' });
    await setUser({ digest: { every: 'hour' } });
    expect(await content({})).toMatchObject({ audio: null, audioReason: 'digest' });
    await setMailbox(email({ to: [anna] }));
    expect(await content({})).toMatchObject({ audio: null, audioReason: 'not-wanted' });
  });

  it('says that a person has no address', async () => {
    await setMailbox(email({ owners: true }));
    await setUser({}, annaId, null);
    expect(reasons(await preview())).toEqual(['email no-address']);
  });

  it('says that a message that is kept elsewhere is told to nobody else', async () => {
    await setMailbox(
      {
        ...email({ to: [ben] }),
        escalation: { steps: [{ afterSeconds: 60, email: [ben], sms: [], userIds: [] }], urgentOnly: false },
      },
      { storage: { type: 'external', email: 'kept@example.test' } },
    );
    const shown = await preview();
    expect(shown.planned).toMatchObject([
      { channel: 'external', recipient: 'kept@example.test', content: { audio: { format: 'original' } } },
    ]);
    expect(reasons(shown)).toEqual(['email kept-elsewhere', 'mwi kept-elsewhere']);
    expect(shown).toMatchObject({ storage: { type: 'external' }, escalation: [], afterNotify: 'nothing' });
  });

  it('shows the steps that follow while nobody takes care, of the tenant where the mailbox has none', async () => {
    await setMailbox();
    const steps = [
      { afterSeconds: 60, email: [ben], sms: [], userIds: [] },
      { afterSeconds: 600, email: [], sms: [], userIds: [annaId] },
    ];
    const tenant = { name: 'T', notify: { ...initialTenantNotify, escalation: { steps, urgentOnly: true } } };
    await new KnownTenants(notify.store.pool).record(tenantId, tenant, ++version);
    await setUser({}, annaId, null);
    expect((await preview()).escalation).toEqual([]);
    const { escalation } = await preview({ urgent: true });
    expect(escalation).toMatchObject([
      { step: 1, of: 2, dueAt: '2026-07-14T22:31:00.000Z', planned: [{ purpose: 'escalation', recipient: ben }] },
      { step: 2, of: 2, dueAt: '2026-07-14T22:40:00.000Z', planned: [], skipped: [{ reason: 'no-address' }] },
    ]);
  });

  it.each([
    [true, true, 'save'],
    [true, false, 'save'],
    [false, true, 'delete'],
    [false, false, 'nothing'],
  ])('says what follows: save %s, delete %s', async (saveAfterNotify, deleteAfterNotify, follows) => {
    await setMailbox({ ...email({ to: [ben] }), saveAfterNotify, deleteAfterNotify });
    expect((await preview()).afterNotify).toBe(follows);
  });

  it('says that nothing follows where no e-mail is planned, or one would lack its recording', async () => {
    await setMailbox({ text: { to: [ben] }, deleteAfterNotify: true });
    expect((await preview()).afterNotify).toBe('nothing');
    await setMailbox({ ...email({ to: [ben], attachAudio: true }), deleteAfterNotify: true });
    expect((await preview()).afterNotify).toBe('delete');
    expect((await preview({ durationMs: 40_000 })).afterNotify).toBe('nothing');
    expect((await preview({ confidential: true })).afterNotify).toBe('nothing');
  });

  it('is cut where very many are told', async () => {
    await setMailbox({}, { accessType: 'global', ownerUserIds: [] });
    const wants = { ...initialUserNotify, email: { ...initialUserNotify.email, enabled: true } };
    await notify.store.pool.query(
      `INSERT INTO known_user (tenant_id, id, name, email, notify, version)
       SELECT $1, gen_random_uuid(), 'u' || n, 'u' || n || '@example.test', $2, 1 FROM generate_series(1, 700) n`,
      [tenantId, wants],
    );
    const { planned, truncated } = await preview();
    expect({ shown: planned.length, truncated }).toEqual({ shown: 500, truncated: true });
  });

  it('writes nothing and sends nothing', async () => {
    await setMailbox(email({ to: [anna] }));
    const before = await notify.everything();
    await preview();
    expect(await notify.everything()).toBe(before);
  });

  it('of a mailbox that is not known yet says so', async () => {
    const input = deliveryQueries.previewNotifications.input.parse({ mailboxId: newId(), message: {} });
    const asked = desk().preview(input, call);
    await expect(asked).rejects.toMatchObject({ code: 'mailbox-unknown', kind: 'not-found' });
  });
});
