import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Instance, makeBox, Tenant, type TestGround, testGround } from '../spec-support/test-ground.ts';

let ground: TestGround;
let parts: Instance;
let tenant: Tenant;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());
beforeEach(() => {
  tenant = new Tenant();
});

const newBox = (number: string, context = 'default') =>
  parts.mailboxDesk.create(
    {
      mailbox: {
        number,
        context,
        name: 'Box',
        accessType: 'personal',
        ownerUserIds: [],
        defaultRole: 'agent',
        heardState: 'shared',
        timezone: 'UTC',
        language: 'en',
        quota: {},
        notify: { email: {} },
        emptyMessages: 'keep',
        storage: { type: 'internal' },
        extra: {},
      },
    },
    tenant.admin,
  );

describe('a mailbox', () => {
  it('is read back as it was made, with defaults and a short id of its own', async () => {
    const extra = { wazo: { options: [['ask', 'yes']] } };
    const box = await makeBox(parts, tenant, { extra, quota: { maxMessages: 7 } });
    expect(await parts.mailboxDesk.get(box.id, tenant.admin)).toEqual(box);
    expect(box).toMatchObject({
      tenantId: tenant.id,
      context: 'default',
      quota: { maxMessages: 7, maxTotalSeconds: 18_000, maxMessageSeconds: 600 },
      extra,
      hasPin: false,
      version: 1,
    });
    expect((await makeBox(parts, tenant)).shortId).toBeGreaterThan(box.shortId);
  });

  it('whose row is older than some settings is read with them', async () => {
    const box = await makeBox(parts, tenant, { notify: { email: { to: ['ann@example.test'], attachAudio: true } } });
    await parts.ground.store.pool.query(
      `UPDATE mailbox SET notify = '{"email": {"to": ["ann@example.test"], "attachAudio": true}}' WHERE id = $1`,
      [box.id],
    );
    expect(await parts.mailboxDesk.get(box.id, tenant.admin)).toEqual(box);
    expect((await parts.mailboxDesk.list({ limit: 5 }, tenant.admin)).items).toEqual([box]);
    expect(box).toMatchObject({ storage: { type: 'internal' }, notify: { sms: { to: [] }, escalation: null } });
  });

  it('has its number alone in its context, until it changes the number or is closed', async () => {
    const taken = { code: 'mailbox-number-taken', kind: 'conflict' };
    const first = await newBox('500');
    await expect(newBox('500')).rejects.toMatchObject(taken);
    await newBox('500', 'sales');
    const second = await newBox('501');
    const to500 = { id: second.id, changes: { number: '500' } };
    await expect(parts.mailboxDesk.change(to500, tenant.admin)).rejects.toMatchObject(taken);
    await parts.mailboxDesk.change({ id: first.id, changes: { number: '502' } }, tenant.admin);
    expect(await parts.mailboxDesk.change(to500, tenant.admin)).toMatchObject({ number: '500' });
    await parts.mailboxDesk.close({ id: second.id }, tenant.admin);
    await newBox('500');
  });

  it('of another tenant may have the same number', async () => {
    await newBox('600');
    tenant = new Tenant();
    await newBox('600');
  });

  it('takes one of two creations at once', async () => {
    const ends = await Promise.allSettled([newBox('700'), newBox('700')]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('takes one of two changes that saw the same version', async () => {
    const box = await makeBox(parts, tenant);
    const change = (name: string) =>
      parts.mailboxDesk.change({ id: box.id, changes: { name }, ifVersion: box.version }, tenant.admin);
    const ends = await Promise.allSettled([change('One'), change('Two')]);
    const [winner] = ends.filter((end) => end.status === 'fulfilled');
    expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject({ code: 'version-mismatch' });
    expect(await parts.mailboxDesk.get(box.id, tenant.admin)).toEqual(winner?.value);
  });

  it('is not there for anybody once it is closed', async () => {
    const box = await makeBox(parts, tenant);
    await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
    for (const call of [
      () => parts.mailboxDesk.get(box.id, tenant.admin),
      () => parts.mailboxDesk.close({ id: box.id }, tenant.admin),
      () => parts.mailboxDesk.counts(box.id, tenant.admin),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'mailbox-not-found' });
    }
    expect((await parts.mailboxDesk.list({ limit: 200 }, tenant.admin)).items).toEqual([]);
  });
});

describe('rights', () => {
  it('let an owner see a mailbox and its administration say who may change it', async () => {
    const [ann, bob] = [tenant.user(), tenant.user()];
    const box = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
    expect(await parts.mailboxDesk.get(box.id, ann)).toEqual(box);
    const required = { code: 'administrator-required', kind: 'rejected' };
    await expect(parts.mailboxDesk.change({ id: box.id, changes: { number: '9' } }, ann)).rejects.toMatchObject(
      required,
    );
    await expect(parts.mailboxDesk.close({ id: box.id }, ann)).rejects.toMatchObject(required);
    await expect(makeBox(parts, { admin: ann })).rejects.toMatchObject(required);
    for (const stranger of [bob, new Tenant().admin]) {
      await expect(parts.mailboxDesk.get(box.id, stranger)).rejects.toMatchObject({ code: 'mailbox-not-found' });
      await expect(parts.mailboxDesk.close({ id: box.id }, stranger)).rejects.toMatchObject({
        code: 'mailbox-not-found',
      });
    }
  });

  it('follow a change of the owners at once', async () => {
    const [ann, bob] = [tenant.user(), tenant.user()];
    const box = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
    await parts.mailboxDesk.change({ id: box.id, changes: { ownerUserIds: [bob.actor.id] } }, tenant.admin);
    await expect(parts.mailboxDesk.get(box.id, ann)).rejects.toMatchObject({ code: 'mailbox-not-found' });
    const listed = async (call = ann) => (await parts.mailboxDesk.list({ limit: 200 }, call)).items.map(({ id }) => id);
    expect([await listed(ann), await listed(bob)]).toEqual([[], [box.id]]);
    await parts.mailboxDesk.change({ id: box.id, changes: { accessType: 'global' } }, tenant.admin);
    expect([await listed(ann), await listed(bob)]).toEqual([[box.id], [box.id]]);
    await parts.mailboxDesk.change({ id: box.id, changes: { accessType: 'group' } }, tenant.admin);
    expect([await listed(ann), await listed(bob), await listed(tenant.admin)]).toEqual([[], [box.id], [box.id]]);
  });
});

describe('lists', () => {
  it('go on where the page ended, by context and number, and filter', async () => {
    const ann = tenant.user();
    for (const [context, number] of [
      ['a', '9'],
      ['b', '10'],
      ['a', '10'],
      ['b', '2'],
      ['a', '1'],
    ] as const) {
      await makeBox(parts, tenant, { context, number, ownerUserIds: number === '10' ? [ann.actor.id] : [] });
    }
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await parts.mailboxDesk.list({ limit: 2, cursor }, tenant.admin);
      seen.push(...page.items.map(({ context, number }) => `${context}/${number}`));
      more = page.next !== null;
      cursor = page.next ?? undefined;
    }
    expect(seen).toEqual(['a/1', 'a/10', 'a/9', 'b/10', 'b/2']);
    const ids = async (filters: object, call = tenant.admin) =>
      (await parts.mailboxDesk.list({ limit: 50, ...filters }, call)).items.map(
        (box) => `${box.context}/${box.number}`,
      );
    expect(await ids({ context: 'b' })).toEqual(['b/10', 'b/2']);
    expect(await ids({ number: '10' })).toEqual(['a/10', 'b/10']);
    expect(await ids({ ownerUserId: ann.actor.id })).toEqual(['a/10', 'b/10']);
    expect(await ids({ accessType: 'global' })).toEqual([]);
    expect(await ids({ context: 'b' }, ann)).toEqual(['b/10']);
    const withNul = Buffer.from(JSON.stringify(['default', '\u0000'])).toString('base64url');
    for (const cursor of ['not-one-of-ours', withNul]) {
      await expect(ids({ cursor })).rejects.toMatchObject({ code: 'cursor-invalid', kind: 'invalid' });
    }
  });

  it('end a page before it is too large for one answer', async () => {
    const extra = { wazo: { note: 'x'.repeat(15_000) } };
    await Promise.all(Array.from({ length: 50 }, () => makeBox(parts, tenant, { extra })));
    const page = await parts.mailboxDesk.list({ limit: 200 }, tenant.admin);
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(700_000);
    const rest = await parts.mailboxDesk.list({ limit: 200, cursor: page.next ?? undefined }, tenant.admin);
    expect(page.items.length + rest.items.length).toBe(50);
  });
});

it('finds what it made under an idempotency key', async () => {
  const call = {
    ...tenant.admin,
    idempotency: { route: 'POST /v1/mailboxes', key: newId(), bodyHash: 'c'.repeat(64) },
  };
  const first = await makeBox(parts, { admin: call }, { number: '800' });
  expect(await makeBox(parts, { admin: call }, { number: '800' })).toEqual(first);
});
