import type { MessageItem } from '@aftertone/contracts';
import { asTenant } from '@aftertone/event-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../../spec-support/test-ground.ts';

let ground: TestGround;
let parts: Instance;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());

const minute = (n: number) => new Date(Date.UTC(2026, 2, 1, 9, n)).toISOString();

/** Every page of a list, of `limit` items. */
const all = async (call: Tenant['admin'], filters: object, mailboxId?: string, limit = 3): Promise<MessageItem[]> => {
  const items: MessageItem[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await parts.inbox.list(call, { limit, cursor, ...filters }, mailboxId);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    more = page.next !== null;
    cursor = page.next ?? undefined;
  }
  return items;
};

const fill = async (tenant: Tenant, mailboxId: string, minutes: readonly number[], over: object = {}) => {
  const items: MessageItem[] = [];
  for (const n of minutes) {
    const input = depositInto(mailboxId, { receivedAt: minute(n), ...over });
    items.push(await parts.depositDesk.deposit(input, tenant.admin));
  }
  return items;
};

const times = (items: MessageItem[]) => items.map(({ receivedAt }) => new Date(receivedAt).getUTCMinutes());

describe('the list of a mailbox', () => {
  it('is newest first, in pages without a gap or a repeat, also of messages of one instant', async () => {
    const tenant = new Tenant();
    const box = await makeBox(parts, tenant);
    const items = await fill(tenant, box.id, [4, 1, 7, 7, 7, 7, 2]);
    const listed = await all(tenant.admin, {}, box.id);
    expect(times(listed)).toEqual([7, 7, 7, 7, 4, 2, 1]);
    expect(new Set(listed.map(({ id }) => id)).size).toBe(items.length);
  });

  it('stays in place while messages come and go', async () => {
    const tenant = new Tenant();
    const box = await makeBox(parts, tenant);
    const items = await fill(tenant, box.id, [1, 2, 3, 4, 5, 6]);
    const first = await parts.inbox.list(tenant.admin, { limit: 2 }, box.id);
    await fill(tenant, box.id, [8, 9]);
    await parts.messageDesk.delete({ id: items[5]?.id ?? '' }, tenant.admin); // on the page that was read
    await parts.messageDesk.delete({ id: items[2]?.id ?? '' }, tenant.admin); // on one that was not
    const rest = await all(tenant.admin, { cursor: first.next }, box.id, 50);
    expect([times(first.items), times(rest)]).toEqual([
      [6, 5],
      [4, 2, 1],
    ]);
  });

  it('filters', async () => {
    const tenant = new Tenant();
    const box = await makeBox(parts, tenant);
    await fill(tenant, box.id, [1, 2], { callerNumber: '+4412345' });
    const [urgent, saved, trashed] = await fill(tenant, box.id, [3, 4, 5], { urgent: true });
    const change = (item: MessageItem | undefined, changes: object) =>
      parts.messageDesk.change({ id: item?.id ?? '', changes }, tenant.admin);
    await change(urgent, { heard: true });
    await change(saved, { folder: 'saved', urgent: false });
    await change(trashed, { folder: 'trash' });
    const found = async (filters: object) => times(await all(tenant.admin, filters, box.id));
    expect(await found({ folder: 'inbox' })).toEqual([3, 2, 1]);
    expect(await found({ folder: 'saved' })).toEqual([4]);
    expect(await found({ folder: 'trash' })).toEqual([5]);
    expect(await found({ heard: true })).toEqual([3]);
    expect(await found({ heard: false, folder: 'inbox' })).toEqual([2, 1]);
    expect(await found({ urgent: true })).toEqual([5, 3]);
    expect(await found({ caller: '+4412345' })).toEqual([2, 1]);
    expect(await found({ from: minute(2), until: minute(4) })).toEqual([3, 2]);
  });

  it('refuses a cursor that is none', async () => {
    const tenant = new Tenant();
    const forged = [
      'x',
      Buffer.from('[1,2]').toString('base64url'),
      Buffer.from(`["0000-01-01T00:00:00.000Z","${tenant.id}"]`).toString('base64url'),
      Buffer.from(`["${minute(1)}","'; DROP TABLE message; --"]`).toString('base64url'),
    ];
    for (const cursor of forged) {
      await expect(parts.inbox.list(tenant.admin, { limit: 5, cursor })).rejects.toMatchObject({
        code: 'cursor-invalid',
      });
    }
  });
});

describe('the list of all', () => {
  it('holds own and global mailboxes for a user, everything for an administrator', async () => {
    const tenant = new Tenant();
    const [ann, bob] = [tenant.user(), tenant.user()];
    const own = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
    const second = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id, bob.actor.id] });
    const global = await makeBox(parts, tenant, { accessType: 'global' });
    const foreign = await makeBox(parts, tenant, { ownerUserIds: [bob.actor.id] });
    const group = await makeBox(parts, tenant, { accessType: 'group', ownerUserIds: [ann.actor.id] });
    await fill(tenant, own.id, [1, 5, 9]);
    await fill(tenant, second.id, [2, 6]);
    await fill(tenant, global.id, [3, 7]);
    await fill(tenant, foreign.id, [4, 8]);
    await fill(tenant, group.id, [10]);
    expect(times(await all(ann, {}))).toEqual([10, 9, 7, 6, 5, 3, 2, 1]);
    expect(times(await all(bob, {}))).toEqual([8, 7, 6, 4, 3, 2]);
    expect(times(await all(tenant.user(), {}))).toEqual([7, 3]);
    expect(times(await all(tenant.admin, {}))).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(times(await all(ann, { accessType: 'global' }))).toEqual([7, 3]);
    expect(times(await all(ann, { accessType: 'personal', from: minute(2) }))).toEqual([9, 6, 5, 2]);
    expect(times(await all(tenant.admin, { accessType: 'group' }))).toEqual([10]);
    expect((await all(ann, { accessType: 'global' }))[0]).toMatchObject({ accessType: 'global', mailboxId: global.id });
    expect(await all(new Tenant().admin, {})).toEqual([]);
    const service = { ...ann, actor: { kind: 'service', id: 'voice-svc', admin: false } } as const;
    expect(await all(service, {})).toEqual([]);
  });
});

it('shows another tenant nothing, whatever a query asks for', async () => {
  const [tenant, other] = [new Tenant(), new Tenant()];
  const box = await makeBox(parts, tenant, { ownerUserIds: [tenant.user().actor.id] });
  const [item] = await fill(tenant, box.id, [1]);
  await parts.mailboxDesk.change({ id: box.id, changes: { heardState: 'member' } }, tenant.admin);
  await parts.messageDesk.change({ id: item?.id ?? '', changes: { heard: true } }, tenant.admin);
  const tables = ['mailbox', 'mailbox_owner', 'message', 'message_mark', 'event', 'feed', 'stream'];
  const { reader } = parts.ground;
  const rowsOf = (tenantId: string, table: string) =>
    asTenant(reader, tenantId, (manager) => manager.query<{ tenant_id: string }[]>(`SELECT tenant_id FROM ${table}`));
  for (const table of tables) {
    expect([table, await rowsOf(other.id, table)]).toEqual([table, []]);
    expect(new Set((await rowsOf(tenant.id, table)).map(({ tenant_id }) => tenant_id))).toEqual(new Set([tenant.id]));
    // Not even a query that forgets to say for whom it is.
    expect([table, await reader.query(`SELECT FROM ${table}`)]).toEqual([table, []]);
  }
  await expect(rowsOf(tenant.id, 'mailbox_pin')).rejects.toThrow(/permission denied/);
});
