import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BlobKey } from '../blobs/blob-store.ts';
import { deleteUnused } from '../housekeeping/delete-unused.ts';
import { removeStrays } from '../housekeeping/remove-strays.ts';
import { type MediaGround, openMediaGround, sha256 } from '../spec-support/media-ground.ts';
import { besides, type TwoStorages } from '../spec-support/two-storages.ts';
import { wavFile } from '../spec-support/wav-files.ts';
import { migrate } from '../storages/care/migrate.ts';
import { type KeptRendition, RenditionsTable } from './renditions.table.ts';
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
/** As it is kept when it was converted. */
const keep = (key: BlobKey): Promise<KeptRendition | null> => {
  const wanted = { key, home: { storage: 'local', heldBy: null }, rendition: 'mp3.8000.24' };
  const content = { bytes: converted.length, read: () => [converted] };
  // Nothing is looked up here.
  const reads = { rows: () => Promise.reject(new Error('not asked')) } as never;
  return new Renditions({ ground: { ...ground, reads }, log: ground.log }).keep(wanted, content, rendition.sha256);
};
const everUsed = { applied: { since: new Date(0).toISOString(), through: '2100-01-01T00:00:00.000Z' }, caughtUp: true };
const deleteAll = () => deleteUnused({ ...ground, orphanAfterMs: 1, releaseGraceMs: 1 }, everUsed);
const tidy = () =>
  removeStrays({ ...two, pool: ground.store.pool, storage: two.from, olderThan: new Date('2100-01-01') });

it('is kept beside its recording', async () => {
  const key = await keepRecording();
  expect(await keep(key)).toEqual({ ...rendition, storage: 'local' });
  expect(ground.files()).toHaveLength(2);
  expect(await table.forget(key)).toEqual([{ ...rendition, storage: 'local' }]);
});

it('goes with its recording', async () => {
  const key = await keepRecording();
  await keep(key);
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
  expect(await keep(key)).toBeNull();
  patient.put = put;
  expect(ground.files()).toEqual([]);
});

it('is no stray while its recording is there, and one when a removal was cut off', async () => {
  const key = await keepRecording();
  await keep(key);
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
  await keep(key);
  const told = { onFault: () => undefined, onProgress: () => undefined };
  const parts = { store: ground.store, clock: ground.clock, from: two.from, to: two.to };
  expect(await migrate({ ...parts, ...told })).toEqual({ moved: 1, faulty: 0 });
  expect(ground.files()).toEqual([]);
  expect(await table.forget(key)).toEqual([]);
});

it('is not kept where its recording was while it was made', async () => {
  const key = await keepRecording();
  const told = { onFault: () => undefined, onProgress: () => undefined };
  await migrate({ store: ground.store, clock: ground.clock, from: two.from, to: two.to, ...told });
  expect(await keep(key)).toBeNull();
  expect(ground.files()).toEqual([]);
  expect(await table.forget(key)).toEqual([]);
});

it('is given up where the storage does not take it', async () => {
  const key = await keepRecording();
  ground.storage.patient.put = () => Promise.reject(new Error('read-only'));
  expect(await keep(key)).toBeNull();
  expect(ground.said).toContain('a converted recording was not kept; it is made again');
});
