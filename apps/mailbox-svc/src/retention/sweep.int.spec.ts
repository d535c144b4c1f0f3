import type { MailboxRetention, Retention } from '@aftertone/contracts';
import { verifyFeeds } from '@aftertone/event-store';
import { newId, unavailable } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kinds } from '../ground/model.ts';
import { tenantSays } from '../spec-support/tenant-says.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../spec-support/test-ground.ts';
import { sweep } from './sweep.ts';
import { TenantRules } from './tenant-rules.ts';

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

const dayMs = 86_400_000;
const later = (days: number) => ({ ...parts.ground, clock: () => new Date(Date.now() + days * dayMs) });
const news = { requireHeard: async () => {} };
const sweepIn = (days: number, scope = { tenantId: tenant.id }) => sweep({ ground: later(days), news, scope });
const boxWith = (retention: Partial<MailboxRetention>) => makeBox(parts, tenant, { retention });
const deposit = async (mailboxId: string, over = {}): Promise<string> =>
  (await parts.depositDesk.deposit(depositInto(mailboxId, over), tenant.admin)).id;
const hear = (id: string) => parts.messageDesk.change({ id, changes: { heard: true } }, tenant.admin);
const bin = (id: string) => parts.messageDesk.change({ id, changes: { folder: 'trash' } }, tenant.admin);
const remove = (id: string) => parts.messageDesk.delete({ id }, tenant.admin);
const says = (rules: Partial<Retention>, version: number, tenantId = tenant.id) =>
  new TenantRules(parts.ground).apply([tenantSays(rules, version, tenantId)]);
/** `kept`, `deleted` or `purged`. */
const fateOf = async (id: string): Promise<string> => {
  const { rows } = await parts.ground.store.pool.query<{ deleted: boolean }>(
    'SELECT deleted FROM message WHERE tenant_id = $1 AND id = $2',
    [tenant.id, id],
  );
  if (rows[0] === undefined) return 'purged';
  return rows[0].deleted ? 'deleted' : 'kept';
};
const fates = (ids: string[]) => Promise.all(ids.map(fateOf));
const nothing = { deleted: 0, purged: 0, left: 0, failed: 0 };

describe('a sweep', () => {
  it('takes away by each rule what it says, when it says, and nothing before', async () => {
    const box = await boxWith({ heardDays: 10, unheardDays: 20, trashDays: 5, deletedDays: 3 });
    const [unheard, heard, binned, deleted] = await Promise.all([1, 2, 3, 4].map(() => deposit(box.id)));
    const ids = [unheard, heard, binned, deleted].map((id) => id ?? '');
    await hear(ids[1] ?? '');
    await bin(ids[2] ?? '');
    await remove(ids[3] ?? '');
    expect(await sweepIn(2.9)).toEqual(nothing);
    expect(await sweepIn(3)).toEqual({ ...nothing, purged: 1 });
    expect(await fates(ids)).toEqual(['kept', 'kept', 'kept', 'purged']);
    expect(await sweepIn(9.9)).toEqual({ ...nothing, purged: 1 });
    expect(await sweepIn(19.9)).toEqual({ ...nothing, deleted: 1 });
    expect(await fates(ids)).toEqual(['kept', 'deleted', 'purged', 'purged']);
    expect(await sweepIn(20)).toEqual({ ...nothing, deleted: 1 });
    expect(await parts.mailboxDesk.counts(box.id, tenant.admin)).toMatchObject({
      new: 0,
      heard: 0,
      trash: 0,
      totalMs: 0,
    });
    expect(await sweepIn(22.9)).toEqual({ ...nothing, purged: 1 });
    expect(await sweepIn(23)).toEqual({ ...nothing, purged: 1 });
    expect(await fates(ids)).toEqual(['purged', 'purged', 'purged', 'purged']);
    const { items } = await parts.history.list({ id: ids[0] ?? '', limit: 50 }, tenant.admin);
    expect(items.map(({ type, actor }) => [type, actor.kind])).toEqual([
      ['MessageDeposited', 'user'],
      ['MessageDeleted', 'system'],
      ['MessagePurged', 'system'],
    ]);
  });

  it('takes nothing where there are no rules, however long', async () => {
    const box = await makeBox(parts, tenant);
    const ids = [await deposit(box.id), await deposit(box.id)];
    await remove(ids[0] ?? '');
    expect(await sweepIn(36_500)).toEqual(nothing);
    expect(await fates(ids)).toEqual(['deleted', 'kept']);
  });

  it("follows the tenant's rules, field by field, where the mailbox says nothing else", async () => {
    await says({ heardDays: 30, deletedDays: 7 }, 3);
    await says({ heardDays: 1 }, 2);
    const [plain, own, never] = [
      await makeBox(parts, tenant),
      await boxWith({ heardDays: 60, trashDays: 1 }),
      await boxWith({ heardDays: null }),
    ];
    const ids = await Promise.all([plain, own, never].map(({ id }) => deposit(id)));
    for (const id of ids) await hear(id);
    await sweepIn(30);
    expect(await fates(ids)).toEqual(['deleted', 'kept', 'kept']);
    await sweepIn(60);
    expect(await fates(ids)).toEqual(['purged', 'deleted', 'kept']);
    await says({}, 4);
    await sweepIn(1_000);
    expect(await fates(ids)).toEqual(['purged', 'deleted', 'kept']);
    await parts.mailboxDesk.change({ id: own.id, changes: { retention: { deletedDays: 2 } } }, tenant.admin);
    await sweepIn(62);
    expect(await fates(ids)).toEqual(['purged', 'purged', 'kept']);
  });

  it('honours holds, and goes on where they end as if there had been none', async () => {
    const rules = { heardDays: 1, trashDays: 1, deletedDays: 1 };
    const [box, heldBox] = [await boxWith(rules), await boxWith(rules)];
    const ids = [await deposit(box.id), await deposit(box.id), await deposit(heldBox.id), await deposit(heldBox.id)];
    const [held, heldDeleted, inHeld, binnedInHeld] = ids as [string, string, string, string];
    await hear(held);
    await remove(heldDeleted);
    await hear(inHeld);
    await bin(binnedInHeld);
    const hold = { reason: null };
    for (const id of [held, heldDeleted]) await parts.messageHolds.hold({ id, hold }, tenant.admin);
    await parts.mailboxDesk.hold({ id: heldBox.id, hold }, tenant.admin);
    expect(await sweepIn(100)).toEqual(nothing);
    for (const id of [held, heldDeleted]) await parts.messageHolds.end({ id }, tenant.admin);
    await parts.mailboxDesk.endHold({ id: heldBox.id }, tenant.admin);
    expect(await sweepIn(1)).toEqual({ ...nothing, deleted: 2, purged: 2 });
  });

  /** Ground on which something is done when the sweep has found what is due, before it does the first thing about it. */
  const meddled = (days: number, meddle: () => Promise<unknown>) => {
    const { store } = parts.ground;
    let done: Promise<unknown> | undefined;
    const handle: typeof store.handle = async (...request) => {
      done ??= meddle();
      await done;
      return store.handle(...request);
    };
    return {
      ...later(days),
      store: Object.assign(Object.create(store), { pool: store.pool, logger: store.logger, handle }),
    };
  };

  it('leaves what is put under hold, or heard, or in a mailbox that is closed after it was found', async () => {
    const [box, held, closed] = [
      await boxWith({ unheardDays: 1 }),
      await boxWith({ trashDays: 1 }),
      await boxWith({ unheardDays: 1 }),
    ];
    const [touched, kept, inHeld, inClosed] = [
      await deposit(box.id),
      await deposit(box.id),
      await deposit(held.id),
      await deposit(closed.id),
    ];
    await bin(inHeld);
    const swept = await sweep({
      ground: meddled(5, async () => {
        await hear(touched);
        await parts.messageHolds.hold({ id: kept, hold: { reason: null } }, tenant.admin);
        await parts.mailboxDesk.hold({ id: held.id, hold: { reason: null } }, tenant.admin);
        await parts.mailboxDesk.close({ id: closed.id }, tenant.admin);
      }),
      ...{ news, scope: { tenantId: tenant.id } },
    });
    expect(swept).toEqual({ ...nothing, left: 4 });
    expect(await fates([touched, kept, inHeld, inClosed])).toEqual(['kept', 'kept', 'kept', 'kept']);
  });

  /** Does this before the sweep looks at the rules for the second time. */
  const newsBeforeSecondLook = (happens: () => Promise<unknown>) => {
    let looks = 0;
    return { requireHeard: async () => void (++looks === 2 && (await happens())) };
  };

  it("ends in the middle of a mailbox whose rule, or whose tenant's, is revoked", async () => {
    const keep = (unheardDays: number | null) => says({ unheardDays }, ++version);
    let version = 0;
    for (const revoke of [
      (id: string) => parts.mailboxDesk.change({ id, changes: { retention: { unheardDays: null } } }, tenant.admin),
      () => keep(null),
      () => keep(3),
      (id: string) => parts.mailboxDesk.hold({ id, hold: { reason: null } }, tenant.admin),
    ]) {
      await keep(1);
      const box = await makeBox(parts, tenant, { quota: { maxMessages: null } });
      await Promise.all(Array.from({ length: 80 }, () => deposit(box.id)));
      const swept = await sweep({
        ground: later(2),
        news: newsBeforeSecondLook(() => revoke(box.id)),
        scope: { mailboxId: box.id },
      });
      expect(swept).toEqual({ ...nothing, deleted: 50, left: 30 });
    }
  });

  it('takes nothing while the rules may be others', async () => {
    const box = await boxWith({ unheardDays: 1 });
    const id = await deposit(box.id);
    const unknown = { requireHeard: () => Promise.reject(new Error('the bus is away')) };
    await expect(sweep({ ground: later(2), news: unknown, scope: { tenantId: tenant.id } })).rejects.toThrow('away');
    expect(await fateOf(id)).toBe('kept');
  });

  it('passes a message over that somebody keeps busy, and ends when all are', async () => {
    const box = await boxWith({ unheardDays: 1 });
    const ids = [await deposit(box.id), await deposit(box.id)];
    const busy = unavailable('store-unavailable', 'busy');
    const failing = (fails: (id: string) => boolean) => {
      const { store } = parts.ground;
      const handle: typeof store.handle = async (aggregate, request) => {
        if (fails(request.id)) throw busy;
        return store.handle(aggregate, request);
      };
      return {
        ...later(2),
        store: Object.assign(Object.create(store), { pool: store.pool, logger: store.logger, handle }),
      };
    };
    const options = { news, scope: { tenantId: tenant.id } };
    await expect(sweep({ ground: failing(() => true), ...options })).rejects.toThrow(busy);
    const swept = await sweep({ ground: failing((id) => id === ids[0]), ...options });
    expect(swept).toEqual({ ...nothing, deleted: 1, failed: 1 });
    expect(await fates(ids)).toEqual(['kept', 'deleted']);
  });

  it('goes on another time where it was cut off', async () => {
    const box = await boxWith({ unheardDays: 1 });
    await Promise.all(Array.from({ length: 60 }, () => deposit(box.id)));
    const cut = new AbortController();
    const first = await sweep({
      ground: meddled(2, async () => cut.abort()),
      ...{ news, scope: { tenantId: tenant.id }, signal: cut.signal },
    });
    expect(first.deleted).toBe(50);
    expect(await sweepIn(2)).toEqual({ ...nothing, deleted: 10 });
  });

  it('goes through many messages in many mailboxes, side by side with another, each message once', async () => {
    const boxes = await Promise.all(
      Array.from({ length: 110 }, (_, n) =>
        n % 2 === 0 ? boxWith({ unheardDays: 1 }) : boxWith({ unheardDays: 900 }),
      ),
    );
    const first = boxes[0]?.id ?? '';
    await parts.mailboxDesk.change({ id: first, changes: { quota: { maxMessages: null } } }, tenant.admin);
    const many = await Promise.all(Array.from({ length: 130 }, () => deposit(first)));
    const others = await Promise.all(boxes.slice(1).map(({ id }) => deposit(id)));
    const ends = await Promise.all([sweepIn(2), sweepIn(2)]);
    expect(ends[0].deleted + ends[1].deleted).toBe(130 + 54);
    expect(ends[0].failed + ends[1].failed).toBe(0);
    expect(new Set(await fates(many))).toEqual(new Set(['deleted']));
    expect((await fates(others)).filter((fate) => fate === 'kept')).toHaveLength(55);
  });

  it('counts from now for what a process of the version before has thrown away, else from what the row tells', async () => {
    const box = await boxWith({ unheardDays: 30, deletedDays: 30 });
    const [old, deleted] = [
      await deposit(box.id, { receivedAt: new Date(Date.now() - 29.5 * dayMs).toISOString() }),
      await deposit(box.id, { receivedAt: new Date(Date.now() - 300 * dayMs).toISOString() }),
    ];
    await remove(deleted);
    await parts.ground.store.pool.query('UPDATE message SET stage_since = NULL WHERE tenant_id = $1', [tenant.id]);
    expect(await sweepIn(0)).toEqual(nothing);
    expect(await sweepIn(1)).toEqual({ ...nothing, deleted: 1 });
    expect(await sweepIn(29.9)).toEqual(nothing);
    expect(await fates([old, deleted])).toEqual(['deleted', 'deleted']);
    expect(await sweepIn(30.1)).toEqual({ ...nothing, purged: 1 });
  });

  it('keeps to one tenant or mailbox when it is told so', async () => {
    const [one, two] = [await boxWith({ unheardDays: 1 }), await boxWith({ unheardDays: 1 })];
    const ids = [await deposit(one.id), await deposit(two.id)];
    await sweepIn(2, { tenantId: newId() });
    await sweep({ ground: later(2), news, scope: { mailboxId: two.id } });
    expect(await fates(ids)).toEqual(['kept', 'deleted']);
  });
});

describe('the preview', () => {
  const preview = (id: string, page = {}, call = tenant.admin) =>
    parts.retentionPreview.list({ id, limit: 50, ...page }, call);

  it('shows the rules that hold, and what would go now, the oldest first, in pages', async () => {
    await says({ heardDays: 30, trashDays: 7 }, 2);
    const ann = tenant.user();
    const box = await makeBox(parts, tenant, {
      ownerUserIds: [ann.actor.id],
      retention: { unheardDays: 5, trashDays: null },
    });
    const ago = (days: number) => ({ receivedAt: new Date(Date.now() - days * dayMs).toISOString() });
    const [third, first, , second] = [
      await deposit(box.id, ago(6)),
      await deposit(box.id, ago(9)),
      await deposit(box.id, ago(4)),
      await deposit(box.id, ago(7)),
    ];
    const whole = await preview(box.id, {}, ann);
    expect(whole).toMatchObject({
      retention: { heardDays: 30, unheardDays: 5, trashDays: null, deletedDays: null },
      next: null,
    });
    expect(whole.items.map(({ messageId }) => messageId)).toEqual([first, second, third]);
    expect(whole.items[0]).toEqual({
      messageId: first,
      rule: 'unheardDays',
      action: 'delete',
      since: expect.any(String),
      bytes: 64_044,
    });
    const page = await preview(box.id, { limit: 2 });
    expect(page.items).toEqual(whole.items.slice(0, 2));
    expect((await preview(box.id, { limit: 2, cursor: page.next })).items).toEqual(whole.items.slice(2));
    await parts.mailboxDesk.hold({ id: box.id, hold: { reason: null } }, tenant.admin);
    expect((await preview(box.id)).items).toEqual([]);
  });

  it('is for who may change settings, and a broken cursor is refused', async () => {
    const [owner, stranger] = [tenant.user(), tenant.user()];
    const box = await makeBox(parts, tenant, { ownerUserIds: [owner.actor.id] });
    await expect(preview(box.id, {}, stranger)).rejects.toMatchObject({ code: 'mailbox-not-found' });
    await expect(preview(box.id, {}, new Tenant().admin)).rejects.toMatchObject({ code: 'mailbox-not-found' });
    await expect(preview(box.id, { cursor: 'x' })).rejects.toMatchObject({ code: 'cursor-invalid' });
  });
});

it('leaves the counters as the events have them', async () => {
  expect(await verifyFeeds(parts.ground.store, kinds)).toEqual([]);
});
