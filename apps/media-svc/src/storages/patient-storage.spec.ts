import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import type { BlobKey, BlobStore } from '../blobs/blob-store.ts';
import { PatientStorage } from './patient-storage.ts';

const key: BlobKey = { tenantId: newId(), mediaId: newId(), sha256: 'a'.repeat(64) };
const content = { bytes: 1, read: () => [Buffer.from('x')] };
const never = () => new Promise<never>(() => undefined);

/** A storage of which calls never come back, as those of a network file system whose server is gone. */
const hanging = () => {
  const asked: Array<AbortSignal | undefined> = [];
  const put: BlobStore['put'] = (_key, _content, signal) => {
    asked.push(signal);
    return never();
  };
  const store: BlobStore = Object.assign(Object.create(null), { put, open: never, has: never, delete: never });
  return { store, asked };
};

const silent = { info: () => undefined, warn: () => undefined };
const patient = (store: BlobStore) => new PatientStorage({ name: 'spec', store, patienceMs: 20, log: silent });

it('gives a storage up that hangs, tells it so, and spares it and the next ones for a while', async () => {
  const { store, asked } = hanging();
  const storage = patient(store);
  expect(storage.takes).toBe(true);
  await expect(storage.put(key, content)).rejects.toMatchObject({ code: 'storage-unavailable' });
  expect(asked.map((signal) => signal?.aborted)).toEqual([true]);
  expect(storage.takes).toBe(false);
  await expect(storage.put(key, content)).rejects.toMatchObject({ code: 'storage-unavailable' });
  expect(asked).toHaveLength(1);
});

it('spares readers too, but not because of what writers met', async () => {
  const { store } = hanging();
  let opened = 0;
  store.open = () => {
    opened += 1;
    return never();
  };
  const storage = patient(store);
  await expect(storage.put(key, content)).rejects.toThrow();
  await expect(storage.open(key)).rejects.toMatchObject({ code: 'storage-unavailable' });
  await expect(storage.open(key)).rejects.toMatchObject({ code: 'storage-unavailable' });
  expect(opened).toBe(1);
});

it('does not take one missing recording for a storage that is away', async () => {
  const { store } = hanging();
  const missing = new Error('missing');
  store.open = () => Promise.reject(missing);
  const storage = patient(store);
  await expect(storage.open(key)).rejects.toBe(missing);
  await expect(storage.open(key)).rejects.toBe(missing);
});
