import { type DueMessage, type Mailbox, type MessageItem, rolePolicies, type Tenant } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newMailbox, newPerson, newPolicy } from './access/world.ts';
import { type Client, problemOf } from './client.ts';
import { Platform } from './platform.ts';
import { wav } from './wav.ts';

let platform: Platform;
let admin: Client;

beforeAll(async () => {
  const quick = { MEDIA_RELEASE_GRACE_MINUTES: '0', MEDIA_HOUSEKEEPING_SECONDS: '1', MAILBOX_RETENTION_SECONDS: '1' };
  platform = await Platform.start([], quick);
  admin = platform.admin;
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const dayMs = 86_400_000;
const spokenDaysAgo = (days: number) => ({
  metadata: { receivedAt: new Date(Date.now() - days * dayMs).toISOString() },
  audio: wav(1),
});
const ids = async (path: string): Promise<string[]> =>
  (await admin.json<{ items: { id: string }[] }>('GET', path)).items.map(({ id }) => id);
const history = async (id: string) => {
  const { items } = await admin.json<{ items: { type: string }[] }>('GET', `/v1/messages/${id}/history`);
  return items.map(({ type }) => type);
};
const purge = (id: string, client = admin) => client.send('DELETE', `/v1/messages/${id}?purge=true`);

/** Recordings that media-svc knows, of these. */
const stored = async (...items: MessageItem[]): Promise<string[]> => {
  const wanted = items.map(({ content }) => (content.type === 'voice' ? content.mediaId : ''));
  const client = new pg.Client({ connectionString: platform.databaseUrl('media') });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM media WHERE id = ANY ($1::uuid[])', [wanted]);
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
};

it('lets messages go by the rules of tenant and mailbox, and their recordings with the last of them', async () => {
  const [plain, own] = [await newMailbox(admin), await newMailbox(admin, { retention: { unheardDays: null } })];
  const old = await admin.leave(plain.id, spokenDaysAgo(40));
  const young = await admin.leave(plain.id, spokenDaysAgo(2));
  const elsewhere = await admin.leave(own.id, spokenDaysAgo(40));
  const copy = await admin.json<MessageItem>('POST', `/v1/messages/${old.id}/copy`, { mailboxId: own.id });

  const path = `/v1/tenants/${platform.demo.tenantId}`;
  const tenant = await admin.json<Tenant>('PATCH', path, { retention: { unheardDays: 30, deletedDays: 0 } });
  expect(tenant.retention).toEqual({ heardDays: null, unheardDays: 30, trashDays: null, deletedDays: 0 });
  await eventually(async () => {
    expect(await history(old.id)).toEqual(['MessageDeposited', 'MessageDeleted', 'MessagePurged']);
  });
  expect(await ids(`/v1/mailboxes/${plain.id}/messages`)).toEqual([young.id]);
  expect((await ids(`/v1/mailboxes/${own.id}/messages`)).sort()).toEqual([copy.id, elsewhere.id].sort());
  const { retention } = await admin.json<{ retention: object }>('GET', `/v1/mailboxes/${own.id}/retention/preview`);
  expect(retention).toEqual({ heardDays: null, unheardDays: null, trashDays: null, deletedDays: 0 });

  // The copy plays on what it shares with the message that is gone, until it goes too.
  expect((await admin.audio(copy.id)).length).toBeGreaterThan(1_000);
  expect(await stored(old)).toHaveLength(1);
  await purge(copy.id);
  await eventually(async () => expect(await stored(old)).toEqual([]));
  expect(await stored(young, elsewhere)).toHaveLength(2);
  await admin.json('PATCH', path, { retention: { unheardDays: null, deletedDays: null } });
});

it('loses nothing that is under legal hold, by nobody, until an administrator ends it', async () => {
  const policy = await newPolicy(admin, rolePolicies.user);
  const { user, client: ann } = await newPerson(admin, [policy.id]);
  const box = await newMailbox(admin, { ownerUserIds: [user.id], accessType: 'personal' });
  const kept = await ann.leave(box.id, { audio: wav(1) });
  const path = `/v1/mailboxes/${box.id}/legal-hold`;
  // The one is no access of users, the other takes an administrator beside it.
  for (const [of, refusal] of [
    [path, 'mailbox-not-found'],
    [`/v1/messages/${kept.id}/legal-hold`, 'administrator-required'],
  ] as const) {
    expect((await problemOf(await ann.send('PUT', of, {}))).code).toBe(refusal);
  }
  const held = await admin.json<Mailbox>('PUT', path, { reason: 'case 4711' });
  expect(held.legalHold).toMatchObject({ reason: 'case 4711', since: expect.any(String) });
  expect(await ids('/v1/mailboxes?held=true')).toEqual([box.id]);

  const refused = await purge(kept.id, ann);
  expect([refused.status, await problemOf(refused)]).toMatchObject([
    422,
    { code: 'legal-hold', details: { held: 'mailbox' } },
  ]);
  const closing = await admin.send('DELETE', `/v1/mailboxes/${box.id}`);
  expect([closing.status, (await problemOf(closing)).code]).toEqual([422, 'legal-hold']);
  await admin.json('PATCH', `/v1/mailboxes/${box.id}`, { retention: { trashDays: 0, deletedDays: 0 } });
  await ann.json('DELETE', `/v1/messages/${kept.id}`);
  const { items } = await ann.json<{ items: DueMessage[] }>('GET', `/v1/mailboxes/${box.id}/retention/preview`);
  expect(items).toEqual([]);
  await ann.json('POST', `/v1/messages/${kept.id}/restore`);

  // The message's own hold outlives that of its mailbox.
  const own = await admin.json<MessageItem>('PUT', `/v1/messages/${kept.id}/legal-hold`, {});
  expect(own.legalHold).toMatchObject({ reason: null });
  expect(await ids('/v1/messages?held=true')).toEqual([kept.id]);
  const stale = { 'if-match': `"${held.version - 1}"` };
  expect((await admin.send('DELETE', path, undefined, stale)).status).toBe(412);
  expect((await admin.json<Mailbox>('DELETE', path)).legalHold).toBeNull();
  await ann.json('DELETE', `/v1/messages/${kept.id}`);
  expect(await problemOf(await purge(kept.id))).toMatchObject({ code: 'legal-hold', details: { held: 'message' } });
  // In no list but that one; and nobody ends it who has not seen the newest of it.
  expect(await ids('/v1/messages?held=true')).toEqual([]);
  expect(await ids('/v1/messages?held=true&deleted=true')).toEqual([kept.id]);
  expect((await problemOf(await ann.send('GET', '/v1/messages?held=true&deleted=true'))).code).toBe(
    'administrator-required',
  );
  expect((await problemOf(await admin.send('GET', '/v1/messages?deleted=true'))).errors?.[0]?.path).toBe('deleted');
  const end = (version: number) =>
    admin.send('DELETE', `/v1/messages/${kept.id}/legal-hold`, undefined, { 'if-match': `"${version}"` });
  expect((await end(own.version)).status).toBe(412);
  expect((await end(own.version + 1)).status).toBe(200);
  await eventually(async () => expect((await history(kept.id)).at(-1)).toBe('MessagePurged'));
});

it('says what is wrong with a rule or hold', async () => {
  const box = await newMailbox(admin);
  for (const retention of [
    { heardDays: 0 },
    { trashDays: -1 },
    { unheardDays: 36_501 },
    { deletedDays: 1.5 },
    { days: 3 },
  ]) {
    const response = await admin.send('PATCH', `/v1/mailboxes/${box.id}`, { retention });
    expect(response.status).toBe(400);
    expect((await problemOf(response)).errors?.[0]?.path).toMatch(/^retention/);
  }
  const long = await admin.send('PUT', `/v1/mailboxes/${box.id}/legal-hold`, { reason: 'x'.repeat(257) });
  expect([long.status, (await problemOf(long)).errors?.[0]?.path]).toEqual([400, 'reason']);
  const inherits = await admin.send('PATCH', `/v1/tenants/${platform.demo.tenantId}`, {
    retention: { heardDays: 'inherit' },
  });
  expect(inherits.status).toBe(400);
});
