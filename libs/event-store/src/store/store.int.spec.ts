import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Box, type BoxCommand, type BoxEvent, box, letter } from '../test-support/sample.ts';
import { openBox, type SampleStore, sampleStore, toBox, toLetter } from '../test-support/sample-store.ts';
import type { Aggregate } from '../types.ts';

type KnownEvent = Exclude<BoxEvent, { type: 'BoxShared' }>;

let sample: SampleStore;
beforeAll(async () => {
  sample = await sampleStore();
});
afterAll(() => sample.close());

describe('handling a command', () => {
  it('appends events with their stamps and folds them again', async () => {
    const { store } = sample;
    const { tenantId, boxId } = await openBox(store);
    const id = newId();
    const posted = await toLetter(
      store,
      { type: 'PostLetter', data: { boxId, grams: 20, sender: 'Ada', readAtOnce: true } },
      { tenantId, id, isNew: true },
    );
    expect(posted).toMatchObject({ version: 2, repeated: false, state: { status: 'read', sender: 'Ada' } });
    const [first, second] = posted.events;
    expect(second?.position).toBe((first?.position ?? 0) + 1);
    expect(first?.stamps).toEqual({
      box: { feedId: boxId, access: { owners: ['a'] }, sequence: 2, counters: [1, 20] },
    });
    expect(second?.stamps).toEqual({
      box: { feedId: boxId, access: { owners: ['a'] }, sequence: 3, counters: [1, 20] },
    });
    expect(await store.load(letter, tenantId, id)).toEqual({ state: posted.state, version: 2 });
    expect(await store.history(letter, tenantId, id, { limit: 10 })).toEqual(posted.events);
  });

  it('changes nothing and writes nothing when the decision is empty', async () => {
    const { store } = sample;
    const { tenantId, boxId } = await openBox(store);
    await toBox(store, { type: 'CloseBox', data: {} }, { tenantId, id: boxId });
    const head = await store.log.headPosition();
    const again = await toBox(store, { type: 'CloseBox', data: {} }, { tenantId, id: boxId });
    expect(again).toMatchObject({ version: 2, events: [], repeated: false });
    expect(await store.log.headPosition()).toBe(head);
  });
});

describe('a stream that the caller still holds', () => {
  const post = async (sender?: string) => {
    const { store } = sample;
    const { tenantId, boxId } = await openBox(store);
    const to = { tenantId, id: newId() };
    const data = { boxId, grams: 1, ...(sender !== undefined && { sender }) };
    return { store, to, posted: await toLetter(store, { type: 'PostLetter', data }, { ...to, isNew: true }) };
  };
  const read = { type: 'ReadLetter', data: {} } as const;

  it('is not loaded for the next command, and keeps its key', async () => {
    const { store, to, posted } = await post('Ada');
    // As nobody may do in earnest: only a change of what is held shows that it is not read.
    const held = { ...posted.held, state: { ...posted.held.state, grams: 7 } };
    const after = await toLetter(store, read, { ...to, held });
    expect(after).toMatchObject({ version: 2, state: { status: 'read', grams: 7 }, held: { version: 2 } });
    expect(after.held.dataKey).toEqual(posted.held.dataKey);
    expect(await store.load(letter, to.tenantId, to.id)).toMatchObject({ version: 2, state: { sender: 'Ada' } });
  });

  it.each([
    ['changed it', { type: 'MoveLetter', data: { to: '' } } as const, 'read'],
    ['did the same', read, 'read'],
    ['ended it', { type: 'PurgeLetter', data: {} } as const, 'letter-not-found'],
  ])('is loaded when another one %s', async (_, other, result) => {
    const { store, to, posted } = await post();
    const { boxId } = await openBox(store, { tenantId: to.tenantId });
    await toLetter(store, other.type === 'MoveLetter' ? { ...other, data: { to: boxId } } : other, to);
    const after = toLetter(store, read, { ...to, held: posted.held });
    if (result === 'letter-not-found') return expect(after).rejects.toMatchObject({ code: result });
    expect(await after).toMatchObject({ state: { status: result } });
  });

  it('is loaded before a command is refused, or leads to nothing', async () => {
    const { store, to, posted } = await post();
    const purged = { ...posted.held, state: { ...posted.held.state, status: 'purged' as const } };
    expect(await toLetter(store, read, { ...to, held: purged })).toMatchObject({ version: 2 });
    const before = { ...posted.held, state: { ...posted.held.state, status: 'read' as const } };
    expect(await toLetter(store, read, { ...to, held: before })).toMatchObject({ version: 2, events: [] });
  });

  it('holds no key any more that was destroyed', async () => {
    const { store, to, posted } = await post('Ada');
    const purged = await toLetter(store, { type: 'PurgeLetter', data: {} }, { ...to, held: posted.held });
    expect([posted.held.dataKey === null, purged.held.dataKey]).toEqual([false, null]);
  });
});

describe('events of a newer version', () => {
  it('are passed over by what does not know their type, which says so once', async () => {
    const warnings: object[] = [];
    const logger = { info: () => undefined, error: () => undefined, warn: (context: object) => warnings.push(context) };
    const store = await sample.another({ logger });
    const { tenantId, boxId } = await openBox(store);
    await toBox(store, { type: 'ShareBox', data: { access: {} } }, { tenantId, id: boxId });
    const { BoxShared, ...known } = box.codecs;
    const decider = { ...box.decider, decide: () => [] };
    const older: Aggregate<Box, BoxCommand, KnownEvent> = { ...box, decider, codecs: known };
    for (let n = 0; n < 2; n += 1) {
      expect(await store.load(older, tenantId, boxId)).toEqual({
        state: { status: 'open', number: boxId },
        version: 2,
      });
    }
    expect(await store.history(older, tenantId, boxId, { limit: 9 })).toMatchObject([{ type: 'BoxOpened' }]);
    expect(BoxShared).toBeDefined();
    expect(warnings).toEqual([{ kind: 'box', eventType: 'BoxShared' }]);
    // The version counts on: the older process can still append behind what it does not know.
    expect(await toBox(store, { type: 'CloseBox', data: {} }, { tenantId, id: boxId })).toMatchObject({ version: 3 });
  });
});

describe('the log of a tenant', () => {
  it('is read in order, in pages, up to a position, without the events of others', async () => {
    const { store } = sample;
    const one = await openBox(store);
    await openBox(store);
    const ids = [newId(), newId(), newId()];
    for (const id of ids) {
      const data = { boxId: one.boxId, grams: 1, sender: 'Ada' };
      await toLetter(store, { type: 'PostLetter', data }, { tenantId: one.tenantId, id, isNew: true });
      await openBox(store);
    }
    const { tenantId } = one;
    const all = await store.log.readTenant({ tenantId, afterPosition: 0, limit: 10 });
    expect(all.map(({ streamId }) => streamId)).toEqual([`box-${one.boxId}`, ...ids.map((id) => `letter-${id}`)]);
    expect(all.at(-1)?.data).toEqual({ boxId: one.boxId, grams: 1, sender: 'Ada' });
    const [, second, third] = all;
    const page = { tenantId, afterPosition: second?.position ?? 0, throughPosition: third?.position ?? 0, limit: 10 };
    expect(await store.log.readTenant(page)).toEqual([third]);
    expect(await store.log.readTenant({ tenantId, afterPosition: 0, limit: 2 })).toEqual(all.slice(0, 2));
  });
});
