import { once } from 'node:events';
import { Readable } from 'node:stream';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BlobKey } from '../blobs/blob-store.ts';
import { deleteUnused } from '../housekeeping/delete-unused.ts';
import { removeStrays } from '../housekeeping/remove-strays.ts';
import { type MediaGround, openMediaGround, sha256 } from '../spec-support/media-ground.ts';
import { filesIn } from '../spec-support/open-storage.ts';
import { besides, type TwoStorages } from '../spec-support/two-storages.ts';
import { wavFile } from '../spec-support/wav-files.ts';
import { migrate } from '../storages/care/migrate.ts';
import { UploadMemory } from '../uploads/upload-memory.ts';
import { RenditionsTable } from './renditions.table.ts';
import { Renditions } from './renditions.ts';

let ground: MediaGround;
let two: TwoStorages;
let table: RenditionsTable;
beforeEach(async () => {
  ground = await openMediaGround();
  two = besides(ground);
  table = new RenditionsTable(ground.store.pool);
});
afterEach(async () => {
  await two.close();
  await ground.close();
});

const converted = Buffer.from('what became of it');
const rendition: Pick<BlobKey, 'sha256'> = { sha256: sha256(converted) };

const keepRecording = async (): Promise<BlobKey> => {
  const bytes = wavFile();
  const { mediaId } = await ground.keep(bytes);
  return { tenantId: ground.tenantId, mediaId, sha256: sha256(bytes) };
};
/** As a listener hears it for the first time. */
const convert = async (key: BlobKey, pieces: readonly Buffer[] = [converted]): Promise<Buffer> => {
  // Nothing is looked up here.
  const reads = { rows: () => Promise.reject(new Error('not asked')) } as never;
  const renditions = new Renditions({ ground: { ...ground, reads }, memory: ground.memory, log: ground.log });
  const home = { storage: 'local', heldBy: null };
  const wanted = { key, home, rendition: 'mp3.8000.24', bytes: converted.length };
  return Buffer.concat(await Readable.from(renditions.keeping(wanted, Readable.from(pieces))).toArray());
};
const everUsed = { applied: { since: new Date(0).toISOString(), through: '2100-01-01T00:00:00.000Z' }, caughtUp: true };
const deleteAll = () => deleteUnused({ ...ground, orphanAfterMs: 1, releaseGraceMs: 1 }, everUsed);
const tidy = () =>
  removeStrays({ ...two, pool: ground.store.pool, storage: two.from, olderThan: new Date('2100-01-01') });

it('is passed on and kept when all of it has come, and nothing is kept of a part', async () => {
  const key = await keepRecording();
  expect(await convert(key, [converted.subarray(0, 5)])).toEqual(converted.subarray(0, 5));
  expect(ground.files()).toHaveLength(1);
  expect(await convert(key, [converted.subarray(0, 5), converted.subarray(5)])).toEqual(converted);
  expect(ground.files()).toHaveLength(2);
  expect(await table.forget(key)).toEqual([{ ...rendition, storage: 'local' }]);
});

it('goes with its recording', async () => {
  const key = await keepRecording();
  await convert(key);
  expect(await deleteAll()).toBe(1);
  expect(ground.files()).toEqual([]);
  expect(await table.forget(key)).toEqual([]);
});

it('is not kept of a recording that is deleted while it is made', async () => {
  const key = await keepRecording();
  const { patient } = ground.storage;
  const put = patient.put.bind(patient);
  patient.put = async (...args) => {
    await put(...args);
    await deleteAll();
  };
  expect(await convert(key)).toEqual(converted);
  patient.put = put;
  expect(ground.files()).toEqual([]);
});

it('is no stray while its recording is there, and one when a removal was cut off', async () => {
  const key = await keepRecording();
  await convert(key);
  expect(await tidy()).toBe(0);
  expect(await two.from.blobs.has({ ...key, ...rendition })).toBe(true);
  const { patient } = ground.storage;
  const remove = patient.delete.bind(patient);
  patient.delete = () => Promise.reject(new Error('killed'));
  await deleteAll();
  patient.delete = remove;
  await table.forgetOrphans();
  expect(await tidy()).toBe(2);
  expect(ground.files()).toEqual([]);
});

it('stays behind when its recording moves to another storage, and not for long', async () => {
  const key = await keepRecording();
  await convert(key);
  const told = { onFault: () => undefined, onProgress: () => undefined };
  const parts = { store: ground.store, clock: ground.clock, from: two.from, to: two.to };
  expect(await migrate({ ...parts, ...told })).toEqual({ moved: 1, faulty: 0 });
  expect(ground.files()).toEqual([]);
  expect(await table.forget(key)).toEqual([]);
});

it('costs nobody a recording when there is no room for it', async () => {
  const key = await keepRecording();
  ground.recordings.spool.begin = () => Promise.reject(new Error('no space'));
  ground.memory.take(ground.memory.each * 32);
  expect(await convert(key)).toEqual(converted);
  const { patient } = ground.storage;
  ground.memory.give(ground.memory.each * 32);
  patient.put = () => Promise.reject(new Error('read-only'));
  expect(await convert(key)).toEqual(converted);
  expect(ground.said).toContain('a converted recording was not kept; it is made again');
});

it('leaves nothing of a listener who went away', async () => {
  const key = await keepRecording();
  const reads = { rows: () => Promise.reject(new Error('not asked')) } as never;
  // No memory: it is in a file from its first piece on.
  const renditions = new Renditions({ ground: { ...ground, reads }, memory: new UploadMemory(0), log: ground.log });
  const wanted = { key, home: { storage: 'local', heldBy: null }, rendition: 'mp3.8000.24', bytes: converted.length };
  const endless = Readable.from(
    (async function* () {
      for (;;) yield converted;
    })(),
    { objectMode: false },
  );
  const given = Readable.from(renditions.keeping(wanted, endless), { objectMode: false });
  await once(given, 'readable');
  const unfinished = () => filesIn(ground.spoolRoot);
  expect(unfinished()).toHaveLength(1);
  given.destroy();
  await eventually(() => expect(unfinished()).toEqual([]));
  expect(endless.destroyed).toBe(true);
});
