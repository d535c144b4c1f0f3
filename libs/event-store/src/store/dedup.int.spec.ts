import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBox, type SampleStore, sampleStore, toBox, toLetter } from '../test-support/sample-store.ts';

let sample: SampleStore;
beforeAll(async () => {
  sample = await sampleStore();
});
afterAll(() => sample.close());

const post = (boxId: string) => ({ type: 'PostLetter' as const, data: { boxId, grams: 1 } });
const dedupOf = (key: string, id: string, bodyHash = 'h') => ({
  actor: 'user-1',
  route: 'POST /letters',
  key,
  bodyHash,
  result: { id },
});

describe('a deduplication key', () => {
  it('lets one of eight at once through and gives all the same result, over two lanes', async () => {
    const stores = [sample.store, await sample.another()];
    const { tenantId, boxId } = await openBox(sample.store);
    const key = newId();
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, n) => {
        const id = newId();
        return toLetter(stores[n % 2] ?? sample.store, post(boxId), {
          tenantId,
          id,
          isNew: true,
          dedup: dedupOf(key, id),
        });
      }),
    );
    const [first] = all.filter(({ repeated }) => !repeated);
    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(all.map(({ result }) => result)).toEqual(all.map(() => first?.result));
    expect(await sample.store.findRepeated(tenantId, dedupOf(key, ''))).toEqual({
      result: first?.result,
      streamId: first?.events[0]?.streamId,
    });
    const { rows } = await sample.store.pool.query('SELECT counters FROM feed WHERE feed_id = $1', [boxId]);
    expect(rows).toEqual([{ counters: [1, 1] }]);
  });

  it('gives the version of then, where the result tells it, also when nothing changed', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const { result: _, ...key } = dedupOf(newId(), '');
    const dedup = { ...key, resultAt: (version: number) => ({ version }) };
    const id = newId();
    const first = await toLetter(sample.store, post(boxId), { tenantId, id, dedup });
    expect([first.result, first.version, first.repeated]).toEqual([{ version: 1 }, 1, false]);
    const again = await toLetter(sample.store, post(boxId), { tenantId, id: newId(), dedup });
    expect([again.result, again.repeated]).toEqual([{ version: 1 }, true]);
  });

  it('is refused for another request, in the same batch and later', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const key = newId();
    const again = (hash: string) =>
      toLetter(sample.store, post(boxId), { tenantId, isNew: true, dedup: dedupOf(key, 'x', hash) });
    const results = await Promise.allSettled([again('one'), again('other')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const reused = { kind: 'conflict', code: 'idempotency-key-reused' };
    expect(results[1]).toMatchObject({ reason: reused });
    await expect(again('other')).rejects.toMatchObject(reused);
    await expect(sample.store.findRepeated(tenantId, dedupOf(key, 'x', 'other'))).rejects.toMatchObject(reused);
  });

  it('belongs to its tenant, actor and route', async () => {
    const one = await openBox(sample.store);
    const other = await openBox(sample.store);
    const dedup = dedupOf(newId(), 'x');
    await toLetter(sample.store, post(one.boxId), { tenantId: one.tenantId, isNew: true, dedup });
    for (const different of [
      { ...dedup, actor: 'user-2' },
      { ...dedup, route: 'POST /boxes' },
    ]) {
      const { repeated } = await toLetter(sample.store, post(one.boxId), {
        tenantId: one.tenantId,
        isNew: true,
        dedup: different,
      });
      expect(repeated).toBe(false);
    }
    const elsewhere = await toLetter(sample.store, post(other.boxId), { tenantId: other.tenantId, isNew: true, dedup });
    expect(elsewhere.repeated).toBe(false);
  });

  it('answers a repeated command that would be refused now, because of what it did the first time', async () => {
    const tenantId = newId();
    const id = newId();
    const dedup = dedupOf(newId(), id);
    const open = () =>
      toBox(
        sample.store,
        { type: 'OpenBox', data: { number: id, access: {} } },
        { tenantId, id, dedup, expectedVersion: 0 },
      );
    expect(await open()).toMatchObject({ repeated: false, version: 1 });
    expect(await open()).toMatchObject({ repeated: true, version: 1, result: { id }, events: [] });
  });

  it('is taken by a command that changed nothing, too', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    await toBox(sample.store, { type: 'CloseBox', data: {} }, { tenantId, id: boxId });
    const close = () =>
      toBox(sample.store, { type: 'CloseBox', data: {} }, { tenantId, id: boxId, dedup: dedupOf('close', boxId) });
    expect(await close()).toMatchObject({ repeated: false, events: [], version: 2 });
    expect(await close()).toMatchObject({ repeated: true, result: { id: boxId }, version: 2 });
  });
});

describe('the inbox', () => {
  it('lets the effect of an event happen once, however often and wherever it is delivered', async () => {
    const stores = [sample.store, await sample.another()];
    const { tenantId, boxId } = await openBox(sample.store);
    const inbox = { consumer: 'letters-from-fax', eventId: newId() };
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        toLetter(stores[n % 2] ?? sample.store, post(boxId), { tenantId, isNew: true, inbox }),
      ),
    );
    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1);
    const other = { consumer: 'another', eventId: inbox.eventId };
    expect(await toLetter(sample.store, post(boxId), { tenantId, isNew: true, inbox: other })).toMatchObject({
      repeated: false,
    });
  });
});

describe('a precondition', () => {
  it('lets one of two changes with the same version through', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const share = { type: 'ShareBox' as const, data: { access: {} } };
    const results = await Promise.allSettled(
      [1, 2].map(() => toBox(sample.store, share, { tenantId, id: boxId, expectedVersion: 1 })),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({
      reason: { kind: 'conflict', code: 'version-mismatch', details: { expectedVersion: 1, version: 2 } },
    });
  });

  it('is judged against what another process wrote after the load', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const stores = await Promise.all([1, 2, 3, 4].map(() => sample.another()));
    const share = { type: 'ShareBox' as const, data: { access: {} } };
    const results = await Promise.allSettled(
      stores.map((store) => toBox(store, share, { tenantId, id: boxId, expectedVersion: 1 })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a stream thought to be new', () => {
  it('is loaded and decided anew when it exists', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const data = { number: newId(), access: {} };
    const again = toBox(sample.store, { type: 'OpenBox', data }, { tenantId, id: boxId, isNew: true });
    await expect(again).rejects.toMatchObject({ code: 'box-exists' });
  });
});
