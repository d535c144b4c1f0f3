import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { newId } from '@aftertone/kernel';
import { type TestFolder, temporaryFolder } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStorage } from '../spec-support/open-storage.ts';
import { runAlone } from '../spec-support/run-alone.ts';
import type { BlobKey, StoredBlob } from './blob-store.ts';
import type { LocalBlobStore } from './local-blob-store.ts';

let folder: TestFolder;
let store: LocalBlobStore;
beforeEach(async () => {
  folder = temporaryFolder('blobs');
  store = await openStorage(folder.path);
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const keyOf = (bytes: Buffer, mediaId = newId()): BlobKey => ({
  tenantId: newId(),
  mediaId,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

const keep = async (bytes: Buffer, key = keyOf(bytes)): Promise<BlobKey> => {
  const writer = await store.begin();
  for (let at = 0; at < bytes.length; at += 1000)
    await writer.write([bytes.subarray(at, at + 400), bytes.subarray(at + 400, at + 1000)]);
  await writer.commit(key);
  return key;
};

const read = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray());
const list = async (): Promise<StoredBlob[]> => {
  const blobs: StoredBlob[] = [];
  for await (const blob of store.list()) blobs.push(blob);
  return blobs;
};
const files = (): string[] =>
  readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, n) => n % 251));

describe('a blob', () => {
  it('is read as it was written, whole and in parts', async () => {
    const key = await keep(bytes);
    expect(await read(await store.open(key))).toEqual(bytes);
    expect(await read(await store.open(key, { start: 70_000, end: 70_009 }))).toEqual(bytes.subarray(70_000, 70_010));
    expect((await list()).map((blob) => blob.key)).toEqual([key]);
  });

  it('is committed twice as if once', async () => {
    const key = await keep(bytes);
    await keep(bytes, key);
    expect(files()).toHaveLength(1);
    expect(await read(await store.open(key))).toEqual(bytes);
  });

  it('is never changed by other bytes of the same media id', async () => {
    const key = await keep(bytes);
    const other = Buffer.from('other');
    await keep(other, { ...keyOf(other), tenantId: key.tenantId, mediaId: key.mediaId });
    expect(await read(await store.open(key))).toEqual(bytes);
  });

  it('is gone after its removal, which may be repeated', async () => {
    const key = await keep(bytes);
    await store.delete(key);
    await store.delete(key);
    expect(files()).toEqual([]);
    await expect(store.open(key)).rejects.toMatchObject({ code: 'recording-missing', kind: 'unavailable' });
  });

  it('leaves nothing when it is discarded', async () => {
    const writer = await store.begin();
    await writer.write([bytes]);
    expect(files()).toHaveLength(1);
    await writer.discard();
    await writer.discard();
    expect(files()).toEqual([]);
  });
});

it('lists nothing that it has not made', async () => {
  const key = await keep(bytes);
  writeFileSync(join(folder.path, 'blobs', 'notes.txt'), 'x');
  writeFileSync(join(folder.path, 'blobs', key.tenantId, key.mediaId.slice(-2), 'notes.txt'), 'x');
  expect((await list()).map((blob) => blob.key)).toEqual([key]);
});

describe('unfinished uploads', () => {
  it('of a killed process are removed at the next start, those of a living one are not', async () => {
    const living = await store.begin();
    await living.write([bytes]);
    await runAlone('./unfinished-upload.ts', { STORAGE: folder.path });
    expect(files()).toHaveLength(2);
    await (await openStorage(folder.path)).close();
    expect(files()).toHaveLength(1);
    await living.write([bytes]);
    await living.commit(keyOf(Buffer.concat([bytes, bytes])));
  });

  it('of any process are removed when they are old', async () => {
    const elsewhere = join(folder.path, 'unfinished', 'other-host~1~abc');
    await mkdir(elsewhere);
    for (const name of ['old', 'new']) writeFileSync(join(elsewhere, name), 'x');
    utimesSync(join(elsewhere, 'old'), new Date(0), new Date(0));
    expect(await store.removeUnfinished(new Date(Date.now() - 3_600_000))).toBe(1);
    expect(files()).toEqual(['new']);
  });

  it('can begin after the empty folder was tidied away', async () => {
    const other = await openStorage(folder.path);
    await other.removeUnfinished(new Date(Date.now() + 3_600_000));
    await other.close();
    await keep(bytes);
    expect(files()).toHaveLength(1);
  });
});

describe('a storage without space', () => {
  it('is told as such, and nothing stays (a limit on file sizes, which needs no rights)', async () => {
    const limited = ['sh', '-c', 'ulimit -f 200; exec "$@"', 'sh'];
    const { stdout } = await runAlone('./fill-storage.ts', { STORAGE: folder.path }, limited);
    expect(JSON.parse(stdout)).toEqual({ code: 'storage-full', left: 0 });
  });

  const mount = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'];
  const mayMount = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0;
  it('is told as such, and nothing stays (a small file system)', async (context) => {
    context.skip(!mayMount, 'this machine lets nobody mount a small file system in a namespace');
    const small = [...mount, 'mount -t tmpfs -o size=1m none "$STORAGE" && exec "$@"', 'sh'];
    const { stdout } = await runAlone('./fill-storage.ts', { STORAGE: folder.path }, small);
    expect(JSON.parse(stdout)).toEqual({ code: 'storage-full', left: 0 });
  });
});
