import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { letter } from '../test-support/sample.ts';
import { openBox, type SampleStore, sampleStore, toBox, toLetter } from '../test-support/sample-store.ts';

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
