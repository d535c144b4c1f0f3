import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyMessageEvents } from '../message-audio/apply-message-events.ts';
import { MessageAudioTable } from '../message-audio/message-audio.table.ts';
import { type MediaGround, openMediaGround, sha256 } from '../spec-support/media-ground.ts';
import { messageEvent } from '../spec-support/message-events.ts';
import { wavFile } from '../spec-support/wav-files.ts';
import { type DeletingParts, deleteUnused, type Known } from './delete-unused.ts';
import { removeStrays } from './remove-strays.ts';

const hour = 3_600_000;
const start = Date.parse('2026-03-01T12:00:00.000Z');
const after = (hours: number): Date => new Date(start + hours * hour);

let ground: MediaGround;
let parts: DeletingParts;
beforeAll(async () => {
  ground = await openMediaGround();
  const { store, storages, clock, log } = ground;
  parts = { store, storages, clock, log, orphanAfterMs: 24 * hour, releaseGraceMs: hour };
});
beforeEach(() => {
  ground.now = after(0);
});
afterAll(() => ground.close());

const known = (through: number, { since = -1000, caughtUp = true } = {}): Known => ({
  applied: { since: after(since).toISOString(), through: after(through).toISOString() },
  caughtUp,
});

const purgedAfter = async (mediaId: string, hours: number): Promise<void> => {
  const message = messageEvent({ tenantId: ground.tenantId, messageId: newId() });
  const table = new MessageAudioTable(ground.store.pool);
  const events = [message.created(1, mediaId, after(0)), message.purged(2, after(hours))];
  await applyMessageEvents({ ...ground, table }, events);
};

describe('recordings that nobody needs', () => {
  it('go with their bytes, the others stay', async () => {
    const [unused, younger, held, released] = await Promise.all([1, 2, 3, 4].map(() => ground.keep()));
    const message = messageEvent({ tenantId: ground.tenantId, messageId: newId() });
    const table = new MessageAudioTable(ground.store.pool);
    await applyMessageEvents({ ...ground, table }, [message.created(1, held?.mediaId ?? '')]);
    await purgedAfter(released?.mediaId ?? '', 30);
    ground.now = after(1);
    const late = await ground.keep();

    expect(await deleteUnused(parts, known(23.9))).toBe(0);
    expect(await deleteUnused(parts, { applied: null, caughtUp: false })).toBe(0);
    expect(await deleteUnused(parts, known(24.5, { since: 0.5 }))).toBe(0);
    expect(await deleteUnused(parts, known(24.5))).toBe(2);
    const left = (await ground.rows()).map(({ id }) => id).sort();
    expect(left).toEqual([held?.mediaId, released?.mediaId, late.mediaId].sort());
    expect(ground.files()).toHaveLength(3);
    for (const gone of [unused, younger]) {
      expect((await ground.eventsOf(gone?.mediaId ?? '')).at(-1)).toEqual({
        type: 'MediaDeleted',
        data: { reason: 'orphan' },
      });
    }

    ground.now = after(31);
    expect(await deleteUnused(parts, known(30, { caughtUp: false }))).toBe(1);
    expect(await deleteUnused(parts, known(30))).toBe(1);
    expect((await ground.rows()).map(({ id }) => id)).toEqual([held?.mediaId]);
    expect(ground.files()).toHaveLength(1);
  });

  it('go however many there are', async () => {
    for (let n = 0; n < 5; n += 1) await Promise.all(Array.from({ length: 90 }, () => ground.keep()));
    const { length } = await ground.rows();
    expect(length).toBeGreaterThanOrEqual(450);
    await deleteUnused(parts, known(24));
    expect((await ground.rows()).every(({ referenceCount }) => referenceCount > 0)).toBe(true);
  });

  it('stay when a message begins to play them in that moment', async () => {
    const { mediaId } = await ground.keep();
    const message = messageEvent({ tenantId: ground.tenantId, messageId: newId() });
    const table = new MessageAudioTable(ground.store.pool);
    const [deleted] = await Promise.all([
      deleteUnused(parts, known(24)),
      applyMessageEvents({ ...ground, table }, [message.created(1, mediaId)]),
    ]);
    const types = (await ground.eventsOf(mediaId)).map(({ type }) => type);
    expect(types).toEqual(deleted === 1 ? ['MediaStored', 'MediaDeleted'] : ['MediaStored', 'MediaReferenced']);
  });
});

describe('bytes without a recording', () => {
  it('go when they are old', async () => {
    const { mediaId } = await ground.keep();
    const young = { tenantId: ground.tenantId, mediaId: newId(), sha256: sha256(Buffer.from('young')) };
    const old = { tenantId: ground.tenantId, mediaId, sha256: sha256(Buffer.from('old')) };
    for (const key of [young, old]) {
      await ground.blobs.put(key, { bytes: wavFile().length, read: () => [wavFile()] });
    }
    const age = (name: string): void => {
      const folder = join(ground.root, 'blobs', ground.tenantId, name.split('.')[0]?.slice(-2) ?? '');
      utimesSync(join(folder, name), after(-48), after(-48));
    };
    for (const name of ground.files().filter((each) => !each.startsWith(young.mediaId))) age(name);
    const count = ground.files().length;
    expect(await removeStrays({ ...ground, pool: ground.store.pool, olderThan: after(-24) })).toBe(1);
    expect(ground.files()).toHaveLength(count - 1);
    expect(ground.files()).not.toContain(`${mediaId}.${old.sha256}`);
  });
});
