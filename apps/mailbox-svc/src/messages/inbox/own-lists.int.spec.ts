import type { CallContext, MessageItem } from '@aftertone/contracts';
import { rebuild } from '@aftertone/event-store';
import { DomainError } from '@aftertone/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { derive, kinds } from '../../ground/model.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../../spec-support/test-ground.ts';
import type { ListFilters } from './list.query.ts';

let ground: TestGround;
let parts: Instance;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());

const minute = (n: number) => new Date(Date.UTC(2026, 2, 1, 9, n)).toISOString();
const messages = 6;

const step = fc.record({
  who: fc.nat(3),
  message: fc.nat(messages - 1),
  what: fc.oneof(
    { weight: 8, arbitrary: fc.record({ heard: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ folder: fc.constantFrom('inbox', 'saved') }) },
    { weight: 2, arbitrary: fc.constantFrom('delete' as const, 'restore' as const, 'move' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('purge' as const, 'deposit' as const, 'member' as const, 'shared' as const),
    },
  ),
  at: fc.nat(4),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Two mailboxes that everybody sees, one that only the first user and the administrator see, and who hears what in them. */
class Story {
  readonly tenant = new Tenant();
  readonly user = this.tenant.user();
  readonly service: CallContext = {
    ...this.user,
    actor: { kind: 'service', id: 'pbx', admin: false, grants: { '*': ['listen', 'mark', 'deposit'] } },
  };
  readonly who = [this.user, this.tenant.user(), this.tenant.admin, this.service];
  readonly boxes: string[] = [];
  readonly ids: string[] = [];

  async begin(): Promise<void> {
    const global = { accessType: 'global' } as const;
    this.boxes.push((await makeBox(parts, this.tenant, { ...global, heardState: 'member' })).id);
    this.boxes.push((await makeBox(parts, this.tenant, { ...global, context: 'other' })).id);
    this.boxes.push((await makeBox(parts, this.tenant, { ownerUserIds: [this.user.actor.id] })).id);
    for (let n = 0; n < messages; n += 1) await this.deposit(n % 2 === 0 ? 0 : n % 3, n % 3);
  }

  async deposit(box: number, at: number): Promise<void> {
    const input = depositInto(this.boxes[box] ?? '', { receivedAt: minute(at) });
    this.ids.push((await parts.depositDesk.deposit(input, this.tenant.admin)).id);
  }

  /** What the rules refuse changes nothing. */
  async take({ who, message, what, at }: Step): Promise<void> {
    const by = this.who[who] ?? this.user;
    const id = this.ids[message] ?? '';
    const { admin } = this.tenant;
    try {
      if (typeof what === 'object') await parts.messageDesk.change({ id, changes: what }, by);
      else if (what === 'deposit') await this.deposit(at % 2, at);
      else if (what === 'move') await parts.messageDesk.move({ id, mailboxId: this.boxes[at % 3] ?? '' }, admin);
      else if (what === 'delete') await parts.messageDesk.delete({ id }, admin);
      else if (what === 'restore') await parts.messageDesk.restore({ id }, admin);
      else if (what === 'purge') await parts.messageDesk.purge(id, admin);
      else await parts.mailboxDesk.change({ id: this.boxes[at % 2] ?? '', changes: { heardState: what } }, admin);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }

  /** Each list that asks for heard states shows what is so among all, page after page, and each page again. */
  async check(): Promise<void> {
    for (const call of this.who) {
      for (const mailboxId of [undefined, this.boxes[0], this.boxes[1]]) {
        const all = (await parts.inbox.list(call, { limit: 200 }, mailboxId)).items;
        for (const filters of [{}, { folder: 'inbox' }, { accessType: 'global' as const }, { until: minute(2) }]) {
          for (const heard of [true, false]) {
            const wanted = all.filter((item) => item.heard === heard && fits(item, filters));
            expect(await pages(call, { ...filters, heard, limit: 2 }, mailboxId)).toEqual(wanted);
          }
        }
      }
    }
  }
}

const fits = (item: MessageItem, { folder, accessType, until }: Omit<ListFilters, 'limit'>) =>
  (folder === undefined || item.folder === folder) &&
  (accessType === undefined || item.accessType === accessType) &&
  (until === undefined || item.receivedAt < until);

const pages = async (call: CallContext, filters: ListFilters, mailboxId?: string): Promise<MessageItem[]> => {
  const items: MessageItem[][] = [];
  const cursors: (string | undefined)[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await parts.inbox.list(call, { ...filters, cursor }, mailboxId);
    cursors.push(cursor);
    items.push(page.items);
    more = page.next !== null;
    cursor = page.next ?? undefined;
  }
  const last = cursors.length - 1;
  if (last > 0) {
    const before = await parts.inbox.list(call, { ...filters, cursor: cursors[last - 1] }, mailboxId);
    expect(before.items).toEqual(items[last - 1]);
  }
  return items.flat();
};

/** Marks in the order of lists that are not as the marks are, and messages within a run that are not marked. */
const wrong = async (): Promise<unknown[]> => {
  const { pool } = parts.ground.store;
  const marks = await pool.query(`
    SELECT * FROM own_mark o FULL JOIN (
      SELECT k.*, m.received_at, m.deleted FROM message_mark k JOIN message m ON m.tenant_id = k.tenant_id AND m.id = k.message_id
    ) k ON k.tenant_id = o.tenant_id AND k.mailbox_id = o.mailbox_id AND k.user_id = o.user_id AND k.message_id = o.message_id
    WHERE (o.heard, o.received_at, o.listed) IS DISTINCT FROM (k.heard_at IS NOT NULL, k.received_at, NOT k.deleted)`);
  const runs = await pool.query(`
    SELECT * FROM own_run r JOIN message m ON m.tenant_id = r.tenant_id AND m.mailbox_id = r.mailbox_id AND NOT m.deleted
      AND (m.heard_at IS NOT NULL) = r.shared_heard
      AND (m.received_at, m.id) BETWEEN (r.last_at, r.last_id) AND (r.first_at, r.first_id)
    WHERE NOT EXISTS (SELECT FROM message_mark k WHERE k.tenant_id = m.tenant_id AND k.message_id = m.id AND k.user_id = r.user_id)`);
  return [...marks.rows, ...runs.rows];
};

const runsOf = async ({ id }: Tenant): Promise<unknown[]> =>
  (await parts.ground.store.pool.query('SELECT * FROM own_run WHERE tenant_id = $1 ORDER BY 2, 3, 4, 5, 6', [id])).rows;

it('lists by heard states what is so for whom it lists, whatever has been done by whom', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
    const story = new Story();
    await story.begin();
    for (const one of steps) {
      await story.take(one);
      expect(await wrong()).toEqual([]);
    }
    await story.check();
  });
  await fc.assert(property, { numRuns: 10 });
}, 240_000);

it('makes one run of what one member has marked, whichever message came first, and the same from nothing', async () => {
  const property = fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 3 }), async (order) => {
    const tenant = new Tenant();
    const { id: mailboxId } = await makeBox(parts, tenant, { accessType: 'global', heardState: 'member' });
    const ids: string[] = [];
    for (let n = 0; n < 8; n += 1) {
      ids.push((await parts.depositDesk.deposit(depositInto(mailboxId, { receivedAt: minute(n) }), tenant.admin)).id);
    }
    for (const n of order) await parts.messageDesk.change({ id: ids[n] ?? '', changes: { heard: true } }, tenant.admin);
    const made = await runsOf(tenant);
    const isFirst = (n: number) => order.includes(n) && !order.includes(n + 1);
    expect(made).toHaveLength(ids.filter((_, n) => isFirst(n)).length);
    const { store } = parts.ground;
    await store.pool.query('DELETE FROM own_run; UPDATE own_mark SET heard = NOT heard');
    await rebuild({ store, aggregates: kinds, tables: ['message', 'message_mark'], derive });
    expect(await runsOf(tenant)).toEqual(made);
    expect(await wrong()).toEqual([]);
    // Written to as before.
    await parts.depositDesk.deposit(depositInto(mailboxId, { receivedAt: minute(3) }), tenant.admin);
    expect(await wrong()).toEqual([]);
    for (const id of ids) await parts.messageDesk.purge(id, tenant.admin);
    expect(await runsOf(tenant)).toEqual([]);
  });
  await fc.assert(property, { numRuns: 6 });
}, 120_000);
