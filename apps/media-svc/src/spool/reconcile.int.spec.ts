import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteUnused } from '../housekeeping/delete-unused.ts';
import { type MediaGround, openMediaGround, sha256 } from '../spec-support/media-ground.ts';
import { filesIn } from '../spec-support/open-storage.ts';
import { wavFile } from '../spec-support/wav-files.ts';
import { moveSpooled } from './move-spooled.ts';
import { reconcileSpool } from './reconcile-spool.ts';
import { SpooledTable } from './spooled.table.ts';

let ground: MediaGround;
let table: SpooledTable;
beforeAll(async () => {
  ground = await openMediaGround();
  table = new SpooledTable(ground.store.pool);
});
afterAll(() => ground.close());

const { signal } = new AbortController();
const unreadable = new Set<string>();
const bytes = wavFile();
const keyOf = (mediaId: string) => ({ tenantId: ground.tenantId, mediaId, sha256: sha256(bytes) });
const content = { bytes: bytes.length, read: () => [bytes] };
const move = () => {
  const { recordings, storage } = ground;
  return moveSpooled({ spool: recordings.spool, storage, table, unreadable, log: ground.log }, signal);
};
const stored = (mediaId: string): boolean => filesIn(ground.root).some((name) => name.startsWith(mediaId));
/** Takes a recording in while the storage takes nothing. */
const spool = async (): Promise<string> => {
  const { patient } = ground.storage;
  const put = patient.put.bind(patient);
  patient.put = () => Promise.reject(new Error('away'));
  try {
    return (await ground.keep(bytes)).mediaId;
  } finally {
    patient.put = put;
  }
};
const rows = async (): Promise<number> =>
  Number((await ground.store.pool.query('SELECT count(*) FROM spooled_media')).rows[0].count);

it('a file whose row was lost is moved all the same: it may be the only copy', async () => {
  const mediaId = await spool();
  await ground.store.pool.query('DELETE FROM spooled_media');
  expect(await reconcileSpool(ground.recordings.spool, table)).toEqual({ found: 1, strays: 0 });
  expect(await move()).toBe(1);
  expect([stored(mediaId), filesIn(ground.spoolRoot), await rows()]).toEqual([true, [], 0]);
});

it('a kill between the copy and the end of the row, or of the file, leads to the same end', async () => {
  const mediaId = await spool();
  const key = keyOf(mediaId);
  await ground.blobs.put(key, content);
  expect(await move()).toBe(1);
  await ground.recordings.spool.keep(key, content, null);
  expect(await reconcileSpool(ground.recordings.spool, table)).toEqual({ found: 1, strays: 0 });
  expect(await move()).toBe(1);
  expect([stored(mediaId), filesIn(ground.spoolRoot), await rows()]).toEqual([true, [], 0]);
});

it('a file without an event goes when no upload can be under way any more', async () => {
  await ground.recordings.spool.keep(keyOf(newId()), content, null);
  expect(await reconcileSpool(ground.recordings.spool, table)).toEqual({ found: 0, strays: 0 });
  expect(await reconcileSpool(ground.recordings.spool, table, Date.now() + 700_000)).toEqual({ found: 0, strays: 1 });
  expect([filesIn(ground.spoolRoot), ground.recordings.spool.bytes]).toEqual([[], 0]);
});

it('what is deleted before it was moved never gets into the storage', async () => {
  const mediaId = await spool();
  const later = new Date(Date.now() + 172_800_000).toISOString();
  const applied = { since: new Date(0).toISOString(), through: later };
  const deleting = { ...ground, orphanAfterMs: 1, releaseGraceMs: 1 };
  expect(await deleteUnused(deleting, { applied, caughtUp: true })).toBeGreaterThan(0);
  expect(await move()).toBe(1);
  expect([stored(mediaId), filesIn(ground.spoolRoot), await rows()]).toEqual([false, [], 0]);
});

it('what was turned towards another storage is not ended by who brings it to the old one, and what was moved there neither', async () => {
  const mediaId = await spool();
  const key = keyOf(mediaId);
  const replicaId = await ground.recordings.spool.replicaId();
  const waiting = async () => (await table.next({ replicaId, storage: 'archive' }, 10)).map((entry) => entry.key);
  expect(await table.turn(key, 'archive')).toBe(true);
  expect([await table.end(key, replicaId, 'local'), await waiting()]).toEqual(['turned', [key]]);
  // Its event has come, and the row is one that was added since.
  await table.turn(key, 'local');
  await ground.store.pool.query(`INSERT INTO media_home VALUES ($1, $2, 'archive')`, [key.tenantId, mediaId]);
  expect([await table.end(key, replicaId, 'local'), await waiting()]).toEqual(['turned', [key]]);
  expect([await table.end(key, replicaId, 'archive'), await rows()]).toEqual(['ended', 0]);
  await ground.recordings.spool.delete(key);
});

it('a file that is not what was stored is left alone, is read once, and holds up none of the others', async () => {
  const damaged = await spool();
  const well = await spool();
  const [name = ''] = filesIn(ground.spoolRoot).filter((file) => file.startsWith(damaged));
  const folder = join(ground.spoolRoot, 'blobs', ground.tenantId, damaged.slice(-2));
  writeFileSync(join(folder, name), Buffer.from('RIFF and nothing else'));
  expect([await move(), stored(damaged), stored(well)]).toEqual([1, false, true]);
  const said = ground.said.filter((line) => line.includes('not what was stored')).length;
  expect([said, await move(), filesIn(ground.spoolRoot)]).toEqual([1, 0, [name]]);
  expect(ground.said.filter((line) => line.includes('not what was stored'))).toHaveLength(1);
  expect(await table.storagesOf(await ground.recordings.spool.replicaId())).toEqual(['local']);
});
