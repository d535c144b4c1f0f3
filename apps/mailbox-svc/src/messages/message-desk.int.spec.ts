import type { Counts } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everyTableHolding } from '../spec-support/search-tables.ts';
import {
  callerFields,
  depositInto,
  type Instance,
  keyed,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
  voiceOf,
} from '../spec-support/test-ground.ts';
import { Batches } from './batch.ts';
import { MessageDesk } from './message-desk.ts';

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

const none = { new: 0, saved: 0, heard: 0, trash: 0, urgentNew: 0, urgentSaved: 0, totalMs: 0 };
const counts = async (mailboxId: string): Promise<Omit<Counts, 'revision'>> => {
  const { revision: _, ...numbers } = await parts.mailboxDesk.counts(mailboxId, tenant.admin);
  return numbers;
};
const deposit = (mailboxId: string, ms?: number) =>
  parts.depositDesk.deposit(depositInto(mailboxId, {}, voiceOf(ms)), tenant.admin);

describe('a message', () => {
  it('moves the counts with everything that is done to it, and comes back as it was', async () => {
    const box = await makeBox(parts, tenant);
    const { id } = await deposit(box.id);
    await parts.messageDesk.change({ id, changes: { heard: true } }, tenant.admin);
    expect(await counts(box.id)).toEqual({ ...none, heard: 1, totalMs: 4_000 });
    const saved = await parts.messageDesk.change({ id, changes: { folder: 'work', urgent: true } }, tenant.admin);
    expect(saved).toMatchObject({ folder: 'work', heard: true, urgent: true, version: 4 });
    expect(await counts(box.id)).toEqual({ ...none, saved: 1, urgentSaved: 1, totalMs: 4_000 });
    await parts.messageDesk.delete({ id }, tenant.admin);
    await parts.messageDesk.delete({ id }, tenant.admin);
    expect(await counts(box.id)).toEqual(none);
    await expect(parts.inbox.require(tenant.admin, id, { deleted: false, right: 'listen' })).rejects.toMatchObject({
      code: 'message-not-found',
    });
    expect((await parts.inbox.require(tenant.admin, id, { deleted: true, right: 'listen' })).message.deleted).toBe(
      true,
    );
    const restored = await parts.messageDesk.restore({ id }, tenant.admin);
    expect(restored).toEqual({ ...saved, version: 6 });
    expect(await counts(box.id)).toEqual({ ...none, saved: 1, urgentSaved: 1, totalMs: 4_000 });
    await parts.messageDesk.change({ id, changes: { folder: 'trash' } }, tenant.admin);
    expect(await counts(box.id)).toEqual({ ...none, trash: 1 });
  });

  it('is moved to a mailbox of the actor and nowhere else', async () => {
    const [ann, bob] = [tenant.user(), tenant.user()];
    const [from, own, foreign] = await Promise.all(
      [ann, ann, bob].map(({ actor }) => makeBox(parts, tenant, { ownerUserIds: [actor.id] })),
    );
    if (!from || !own || !foreign) throw new Error('three mailboxes were made');
    const { id } = await deposit(from.id);
    await expect(parts.messageDesk.move({ id, mailboxId: foreign.id }, ann)).rejects.toMatchObject({
      code: 'mailbox-not-found',
    });
    expect(await parts.messageDesk.move({ id, mailboxId: own.id }, ann)).toMatchObject({ mailboxId: own.id });
    expect([await counts(from.id), await counts(own.id)]).toEqual([none, { ...none, new: 1, totalMs: 4_000 }]);
    await expect(parts.messageDesk.move({ id, mailboxId: from.id }, bob)).rejects.toMatchObject({
      code: 'message-not-found',
    });
  });

  it('is copied with its audio, unheard, once per idempotency key', async () => {
    const [box, other] = [await makeBox(parts, tenant), await makeBox(parts, tenant)];
    const original = await deposit(box.id);
    await parts.messageDesk.change({ id: original.id, changes: { heard: true, folder: 'saved' } }, tenant.admin);
    const call = keyed(tenant.admin, newId());
    const copy = () => parts.messageDesk.copy({ id: original.id, copyId: newId(), mailboxId: other.id }, call);
    const first = await copy();
    expect(first).toEqual({
      ...original,
      id: first.id,
      mailboxId: other.id,
      copiedFrom: original.id,
      version: 1,
    });
    expect(await copy()).toEqual(first);
    expect(await counts(other.id)).toEqual({ ...none, new: 1, totalMs: 4_000 });
    // Also when neither the copy nor the original is what it was.
    await parts.messageDesk.change({ id: first.id, changes: { heard: true, folder: 'saved' } }, tenant.admin);
    await parts.messageDesk.delete({ id: original.id }, tenant.admin);
    expect(await copy()).toEqual(first);
  });

  it('finds no place in a full mailbox by restore, copy, move, more audio or a way out of the trash', async () => {
    const box = await makeBox(parts, tenant, { quota: { maxMessages: 1, maxTotalSeconds: 10 } });
    const outside = await makeBox(parts, tenant);
    const [deleted, elsewhere] = [await deposit(box.id), await deposit(outside.id)];
    await parts.messageDesk.delete({ id: deleted.id }, tenant.admin);
    const inTrash = await deposit(box.id);
    await parts.messageDesk.change({ id: inTrash.id, changes: { folder: 'trash' } }, tenant.admin);
    const kept = await deposit(box.id);
    const full = { code: 'mailbox-full', kind: 'rejected', details: { limit: 'maxMessages' } };
    const desk = parts.messageDesk;
    await expect(desk.restore({ id: deleted.id }, tenant.admin)).rejects.toMatchObject(full);
    await expect(desk.move({ id: elsewhere.id, mailboxId: box.id }, tenant.admin)).rejects.toMatchObject(full);
    const copy = { id: elsewhere.id, copyId: newId(), mailboxId: box.id };
    await expect(desk.copy(copy, tenant.admin)).rejects.toMatchObject(full);
    const out = { id: inTrash.id, changes: { folder: 'inbox' } };
    await expect(desk.change(out, tenant.admin)).rejects.toMatchObject(full);
    const longer = { id: kept.id, voice: voiceOf(10_001), storedAt: new Date().toISOString() };
    await expect(desk.attach(longer, tenant.admin)).rejects.toMatchObject({
      code: 'mailbox-full',
      details: { limit: 'maxTotalSeconds' },
    });
    // What shrinks or stays as it is goes on working.
    await desk.change({ id: kept.id, changes: { heard: true } }, tenant.admin);
    expect(await counts(box.id)).toEqual({ ...none, heard: 1, trash: 1, totalMs: 4_000 });
  });

  it('without a recording gets one in which nothing is said: refused, or put into quarantine, counted there', async () => {
    const empty = () => ({ voice: { ...voiceOf(2_000), empty: true }, storedAt: new Date().toISOString() });
    const desk = parts.messageDesk;
    for (const [emptyMessages, outcome] of [
      ['refuse', { code: 'message-empty', kind: 'rejected' }],
      ['quarantine', { folder: 'quarantine', content: { empty: true } }],
    ] as const) {
      const box = await makeBox(parts, tenant, { emptyMessages });
      const { id } = await parts.depositDesk.deposit({ ...depositInto(box.id), voice: undefined }, tenant.admin);
      const attached = desk.attach({ id, ...empty() }, tenant.admin);
      if (emptyMessages === 'refuse') await expect(attached).rejects.toMatchObject(outcome);
      else expect(await attached).toMatchObject(outcome);
      const where = emptyMessages === 'refuse' ? { new: 1 } : { saved: 1, totalMs: 2_000 };
      expect(await counts(box.id)).toMatchObject({ ...none, ...where });
    }
  });

  it('finds no place, moved or copied, in a mailbox that takes only shorter ones', async () => {
    const [from, short] = [
      await makeBox(parts, tenant),
      await makeBox(parts, tenant, { quota: { maxMessageSeconds: 3 } }),
    ];
    const { id } = await deposit(from.id);
    const tooLong = { code: 'message-too-long', kind: 'rejected', details: { maxMessageSeconds: 3 } };
    await expect(parts.messageDesk.move({ id, mailboxId: short.id }, tenant.admin)).rejects.toMatchObject(tooLong);
    const copy = { id, copyId: newId(), mailboxId: short.id };
    await expect(parts.messageDesk.copy(copy, tenant.admin)).rejects.toMatchObject(tooLong);
    expect(await counts(short.id)).toEqual(none);
  });

  it('takes one of two changes that saw the same version', async () => {
    const box = await makeBox(parts, tenant);
    const { id, version } = await deposit(box.id);
    const ends = await Promise.allSettled(
      ['saved', 'work'].map((folder) =>
        parts.messageDesk.change({ id, changes: { folder }, ifVersion: version }, tenant.admin),
      ),
    );
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
    expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject({
      code: 'version-mismatch',
      kind: 'conflict',
    });
  });
});

describe('purging', () => {
  const number = callerFields.callerNumber;

  it('leaves the caller nowhere: sealed in events before, in no table at all after', async () => {
    const box = await makeBox(parts, tenant);
    const call = keyed(tenant.admin, newId());
    const { id } = await parts.depositDesk.deposit(depositInto(box.id), call);
    await parts.messageDesk.change({ id, changes: { heard: true, folder: 'saved' } }, tenant.admin);
    // Other tests leave callers behind: what is looked for is this message's own.
    expect(await everyTableHolding(ground.database.url, number, tenant.id)).toEqual(['message']);
    await parts.messageDesk.purge(id, tenant.admin);
    for (const value of Object.values(callerFields).filter((text) => text !== callerFields.calledNumber)) {
      expect(await everyTableHolding(ground.database.url, value, tenant.id)).toEqual([]);
    }
    // The key is free again: what it led to is gone.
    expect(
      await parts.ground.store.findRepeated(tenant.id, { actor: call.actor.id, ...must(call.idempotency) }),
    ).toBeNull();
  });

  it("changes nothing the second time, and is nobody else's business", async () => {
    const [ann, bob] = [tenant.user(), tenant.user()];
    const box = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
    const { id } = await deposit(box.id);
    await expect(parts.messageDesk.purge(id, bob)).rejects.toMatchObject({ code: 'message-not-found' });
    await parts.messageDesk.delete({ id }, ann);
    await parts.messageDesk.purge(id, ann);
    await parts.messageDesk.purge(id, ann);
    await expect(parts.messageDesk.purge(id, bob)).rejects.toMatchObject({ code: 'message-not-found' });
    await expect(parts.messageDesk.purge(newId(), tenant.admin)).rejects.toMatchObject({ code: 'message-not-found' });
    for (const again of [() => parts.messageDesk.restore({ id }, ann), () => parts.messageDesk.delete({ id }, ann)]) {
      await expect(again()).rejects.toMatchObject({ code: 'message-not-found' });
    }
    expect(await counts(box.id)).toEqual(none);
  });
});

describe('history', () => {
  it('tells what changed, also of a deleted message, in pages', async () => {
    const box = await makeBox(parts, tenant);
    const { id } = await deposit(box.id);
    await parts.messageDesk.change({ id, changes: { folder: 'saved' } }, tenant.admin);
    await parts.messageDesk.delete({ id }, tenant.admin);
    const first = await parts.history.list({ id, limit: 2 }, tenant.admin);
    expect(first.items.map(({ type, version }) => [type, version])).toEqual([
      ['MessageDeposited', 1],
      ['MessageFiled', 2],
    ]);
    expect(first.items[0]?.data).toMatchObject(callerFields);
    expect(first.items[1]).toMatchObject({
      actor: { kind: 'user', id: tenant.admin.actor.id },
      correlationId: tenant.admin.correlationId,
      data: { folder: 'saved', was: { folder: 'inbox' } },
    });
    const rest = await parts.history.list({ id, limit: 2, cursor: must(first.next) }, tenant.admin);
    expect([rest.items.map(({ type }) => type), rest.next]).toEqual([['MessageDeleted'], null]);
  });

  it.each([[-1], [1.5], [2 ** 31], [99_999_999_999_999]])(
    'refuses a cursor that is no version: %d',
    async (version) => {
      const { id } = await deposit((await makeBox(parts, tenant)).id);
      const cursor = Buffer.from(JSON.stringify([version])).toString('base64url');
      await expect(parts.history.list({ id, limit: 2, cursor }, tenant.admin)).rejects.toMatchObject({
        code: 'cursor-invalid',
        kind: 'invalid',
      });
    },
  );

  it('of a purged message is what happened when, for administrators', async () => {
    const ann = tenant.user();
    const box = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
    const { id } = await deposit(box.id);
    await parts.messageDesk.purge(id, ann);
    const { items } = await parts.history.list({ id, limit: 50 }, tenant.admin);
    expect(items.map(({ type, data }) => [type, data])).toEqual([
      ['MessageDeposited', {}],
      ['MessagePurged', {}],
    ]);
    await expect(parts.history.list({ id, limit: 50 }, ann)).rejects.toMatchObject({ code: 'message-not-found' });
    await expect(parts.history.list({ id: newId(), limit: 50 }, tenant.admin)).rejects.toMatchObject({
      code: 'message-not-found',
    });
  });
});

describe('a batch', () => {
  it('works on each id once, answers for each as given, and what fails fails alone', async () => {
    const box = await makeBox(parts, tenant);
    const ids = (await Promise.all(Array.from({ length: 40 }, () => deposit(box.id)))).map(({ id }) => id);
    const unknown = newId();
    const results = await parts.batches.run(
      { ids: [...ids, unknown, ...ids.slice(0, 3)], run: { action: 'change', changes: { heard: true } } },
      tenant.admin,
    );
    expect(results).toEqual([
      ...ids.map((id) => ({ id, ok: true })),
      { id: unknown, ok: false, error: { code: 'message-not-found', message: expect.any(String) } },
      ...ids.slice(0, 3).map((id) => ({ id, ok: true })),
    ]);
    expect(await counts(box.id)).toMatchObject({ heard: 40 });
  });

  it('copies an id that is given twice once', async () => {
    const [box, other] = [await makeBox(parts, tenant), await makeBox(parts, tenant)];
    const { id } = await deposit(box.id);
    const run = { action: 'copy', mailboxId: other.id } as const;
    const [first, second] = await parts.batches.run({ ids: [id, id], run }, tenant.admin);
    expect(first).toEqual({ id, ok: true, messageId: expect.any(String) });
    expect(second).toEqual(first);
    expect(await counts(other.id)).toMatchObject({ new: 1 });
  });

  it('keeps the results of the others when one breaks on a bug', async () => {
    const box = await makeBox(parts, tenant);
    const [good, bad] = [(await deposit(box.id)).id, (await deposit(box.id)).id];
    class Broken extends MessageDesk {
      override async delete(...[input, call]: Parameters<MessageDesk['delete']>): Promise<void> {
        if (input.id === bad) throw new TypeError('a bug');
        await super.delete(input, call);
      }
    }
    const desk = new Broken(parts.ground, parts.directory, parts.inbox);
    const batches = new Batches(parts.ground, { desk, work: parts.workDesk });
    expect(await batches.run({ ids: [bad, good], run: { action: 'delete' } }, tenant.admin)).toEqual([
      { id: bad, ok: false, error: { code: 'internal-error', message: expect.not.stringContaining('bug') } },
      { id: good, ok: true },
    ]);
    expect(await counts(box.id)).toMatchObject({ new: 1 });
  });

  it('copies once per idempotency key', async () => {
    const [box, other] = [await makeBox(parts, tenant), await makeBox(parts, tenant)];
    const ids = [(await deposit(box.id)).id, (await deposit(box.id)).id];
    const call = keyed(tenant.admin, newId());
    const copy = () => parts.batches.run({ ids, run: { action: 'copy', mailboxId: other.id } }, call);
    const first = await copy();
    expect(await copy()).toEqual(first);
    expect(first.map(({ messageId }) => messageId)).not.toContain(undefined);
    expect(await counts(other.id)).toMatchObject({ new: 2 });
  });
});

function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('there is a value');
  return value;
}
