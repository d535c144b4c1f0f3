import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MessageItem } from '@aftertone/contracts';
import { startReaction } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inParallel } from '../calls/in-parallel.ts';
import { messageAggregate } from '../messages/message.aggregate.ts';
import { everyTableHolding } from '../spec-support/search-tables.ts';
import {
  callerFields,
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../spec-support/test-ground.ts';
import { MailboxClosing } from './mailbox-closing.ts';

let ground: TestGround;
let parts: Instance;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());

const start = () => {
  const { store } = parts.ground;
  const closing = new MailboxClosing(parts.ground);
  return startReaction({ store, name: 'mailbox-closing', handle: (events) => closing.react(events) });
};

const typesOf = async (tenant: Tenant): Promise<string[]> => {
  const { rows } = await parts.ground.store.pool.query<{ type: string }>(
    'SELECT type FROM event WHERE tenant_id = $1 ORDER BY position',
    [tenant.id],
  );
  return rows.map(({ type }) => type);
};

const fill = async (tenant: Tenant, mailboxId: string, count: number): Promise<MessageItem[]> => {
  const items: MessageItem[] = [];
  await inParallel(Array(count).fill(mailboxId), 16, async () => {
    items.push(await parts.depositDesk.deposit(depositInto(mailboxId), tenant.admin));
  });
  return items;
};

it('purges every message of a closed mailbox, deleted ones too, and then the mailbox', async () => {
  const tenant = new Tenant();
  const [box, kept] = [await makeBox(parts, tenant), await makeBox(parts, tenant)];
  const items = await fill(tenant, box.id, 20);
  const [stays] = await fill(tenant, kept.id, 1);
  for (const { id } of items.slice(0, 5)) await parts.messageDesk.delete({ id }, tenant.admin);
  await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
  const reaction = start();
  await eventually(async () => expect(await typesOf(tenant)).toContain('MailboxPurged'));
  await reaction.stop();
  const types = await typesOf(tenant);
  expect(types.filter((type) => type === 'MessagePurged')).toHaveLength(20);
  expect(types.at(-1)).toBe('MailboxPurged');
  expect(await parts.inbox.list(tenant.admin, { limit: 50 })).toEqual({ items: [stays], next: null });
  await parts.messageDesk.purge(stays?.id ?? '', tenant.admin);
  expect(await everyTableHolding(ground.database.url, callerFields.callerNumber, tenant.id)).toEqual([]);
});

it('does not wait for what is to be forwarded, and leaves it to be', async () => {
  const tenant = new Tenant();
  const box = await makeBox(parts, tenant);
  await fill(tenant, box.id, 2);
  const storage = { type: 'external', email: 'ann@elsewhere.test' } as const;
  await parts.mailboxDesk.change({ id: box.id, changes: { storage } }, tenant.admin);
  const [spooled] = await fill(tenant, box.id, 1);
  await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
  const reaction = start();
  await eventually(async () => expect((await typesOf(tenant)).at(-1)).toBe('MailboxPurged'));
  await reaction.stop();
  const types = await typesOf(tenant);
  expect(types.filter((type) => type === 'MessagePurged')).toHaveLength(2);
  const { state } = await parts.ground.store.load(messageAggregate, tenant.id, spooled?.id ?? '');
  expect(state).toMatchObject({ status: 'forwarding', caller: callerFields });
});

it('lets nothing into a closed mailbox, and nothing that is in it be changed', async () => {
  const tenant = new Tenant();
  const [box, other] = [await makeBox(parts, tenant), await makeBox(parts, tenant)];
  const [inside] = await fill(tenant, box.id, 1);
  const [outside] = await fill(tenant, other.id, 1);
  if (!inside || !outside) throw new Error('two messages were deposited');
  await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
  const desk = parts.messageDesk;
  for (const call of [
    () => parts.depositDesk.deposit(depositInto(box.id), tenant.admin),
    () => desk.move({ id: outside.id, mailboxId: box.id }, tenant.admin),
    () => desk.copy({ id: outside.id, copyId: newId(), mailboxId: box.id }, tenant.admin),
    () => desk.move({ id: inside.id, mailboxId: other.id }, tenant.admin),
    () => desk.change({ id: inside.id, changes: { heard: true } }, tenant.admin),
    () => desk.restore({ id: inside.id }, tenant.admin),
  ]) {
    await expect(call()).rejects.toMatchObject({ kind: 'not-found' });
  }
});

it('lets no deposit into a mailbox that was closed while it was on its way', async () => {
  const tenant = new Tenant();
  const box = await makeBox(parts, tenant);
  const deposits = Promise.allSettled(
    Array.from({ length: 30 }, () => parts.depositDesk.deposit(depositInto(box.id), tenant.admin)),
  );
  await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
  for (const end of await deposits) {
    if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'mailbox-not-found' });
  }
  const types = await typesOf(tenant);
  expect(types.lastIndexOf('MessageDeposited')).toBeLessThan(types.indexOf('MailboxClosed'));
});

it('goes on where a killed process left it', async () => {
  const tenant = new Tenant();
  const box = await makeBox(parts, tenant, { quota: { maxMessages: null } });
  await fill(tenant, box.id, 400);
  await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
  const purged = async () => (await typesOf(tenant)).filter((type) => type === 'MessagePurged').length;
  const script = fileURLToPath(new URL('../spec-support/closing-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', script], {
    env: { TEST_DATABASE_URL: ground.database.url, TEST_KEK: ground.kek },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await eventually(async () => expect(await purged()).toBeGreaterThan(0), { everyMs: 1 });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await purged()).toBeLessThan(400);
  expect(await typesOf(tenant)).not.toContain('MailboxPurged');
  const second = start();
  await eventually(async () => expect((await typesOf(tenant)).at(-1)).toBe('MailboxPurged'));
  await second.stop();
  expect(await purged()).toBe(400);
  expect((await typesOf(tenant)).filter((type) => type === 'MailboxPurged')).toHaveLength(1);
});
