import { createHash, randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { newId } from '@aftertone/kernel';
import {
  eventually,
  freeze,
  type Lack,
  type OwnObjectServer,
  objectServerKinds,
  type TestFolder,
  temporaryFolder,
  thaw,
} from '@aftertone/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cuttingProxy } from '../spec-support/cutting-proxy.ts';
import { makeBucket, settingsAt } from '../spec-support/object-storages.ts';
import { openStore } from '../storages/open-store.ts';
import { PatientStorage, reasonIn } from '../storages/patient-storage.ts';
import type { StorageSettings } from '../storages/storage-settings.ts';
import type { BlobKey, BlobStore, ByteRange } from './blob-store.ts';

/** A storage under test, and how it is broken. */
interface Place {
  settings: StorageSettings;
  away(): Promise<void>;
  back(): Promise<void>;
  /** Of the same server: who is not known there, and what is not there. */
  stranger?: StorageSettings;
  elsewhere?: StorageSettings;
  server?: OwnObjectServer;
  /** The same storage behind another address. */
  behind?(endpoint: string): StorageSettings;
  lacks?: ReadonlySet<Lack>;
  remove(): Promise<void>;
}

const localPlace = async (): Promise<Place> => {
  const folder: TestFolder = temporaryFolder('blob-stores');
  const [path, hidden] = [`${folder.path}/recordings`, `${folder.path}/hidden`];
  return {
    settings: { type: 'local', path },
    away: async () => renameSync(path, hidden),
    back: async () => {
      if (existsSync(hidden)) renameSync(hidden, path);
    },
    remove: async () => folder.remove(),
  };
};

const kinds = [
  { name: 'a folder', missing: undefined, open: localPlace },
  ...objectServerKinds().map((kind) => ({
    name: kind.name,
    missing: kind.missing,
    open: async (): Promise<Place> => {
      const at = await kind.start();
      await makeBucket(kind, at);
      return {
        settings: settingsAt(kind, at),
        away: () => at.server.stop(),
        back: () => at.server.start(),
        ...(!kind.lacks.has('credentials')
          ? { stranger: settingsAt(kind, { ...at, secret: Buffer.from('wrong').toString('base64') }) }
          : {}),
        elsewhere: settingsAt(kind, { ...at, bucket: 'not-there' }),
        lacks: kind.lacks,
        server: at,
        behind: (endpoint) => settingsAt(kind, { ...at, endpoint }),
        remove: () => at.server.remove(),
      };
    },
  })),
];

const keyOf = (bytes: Buffer): BlobKey => ({
  tenantId: newId(),
  mediaId: newId(),
  sha256: createHash('sha256').update(bytes).digest('hex'),
});
const whole = (bytes: Buffer) => ({ bytes: bytes.length, read: () => [bytes] });
const inPieces = (bytes: Buffer, size = 65_536) => ({
  bytes: bytes.length,
  read: async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  },
});
const small = randomBytes(160_044);
const large = randomBytes(13_000_000);

describe.each(kinds)('$name', ({ missing, open }) => {
  let place: Place;
  let store: BlobStore;
  beforeAll(async () => {
    if (missing !== undefined) return;
    place = await open();
    store = await openStore(place.settings, async () => !existsSync(`${(place.settings as { path?: string }).path}`));
    await store.check();
  });
  beforeEach((context) => context.skip(missing !== undefined, missing));
  afterAll(async () => {
    await store?.close();
    await place?.remove();
  });
  const read = async (key: BlobKey, range?: ByteRange): Promise<Buffer> =>
    Buffer.concat(await (await store.open(key, range)).toArray());
  const reasonOf = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'none', reasonIn);

  it.each([
    ['in memory', whole(small), small],
    ['that comes in pieces', inPieces(small), small],
    ['that is large', inPieces(large), large],
  ])('keeps a recording %s, and gives it whole and in parts', async (_what, content, bytes) => {
    const key = keyOf(bytes);
    await store.put(key, content);
    expect((await read(key)).equals(bytes)).toBe(true);
    const last = bytes.length - 1;
    for (const range of [
      { start: 0, end: place.lacks?.has('first-byte') ? 1 : 0 },
      { start: last - 9, end: last },
      { start: 70_000, end: 140_000 },
    ]) {
      expect((await read(key, range)).equals(bytes.subarray(range.start, range.end + 1))).toBe(true);
    }
    expect(await store.has(key)).toBe(true);
  });

  it('has lost what is shorter than is asked for', async () => {
    const key = keyOf(small);
    await store.put(key, whole(small));
    const beyond = store.open(key, { start: 10, end: small.length });
    await expect(beyond).rejects.toMatchObject({ code: 'recording-missing' });
  });

  it('is read without a word from Node of leaks', async () => {
    const key = keyOf(small);
    await store.put(key, whole(small));
    const told: string[] = [];
    const hear = ({ name }: Error): void => void told.push(name);
    process.on('warning', hear);
    try {
      await read(key);
      // Warnings are told in the turn after the one that they come from.
      await new Promise(setImmediate);
    } finally {
      process.off('warning', hear);
    }
    expect(told).not.toContain('MaxListenersExceededWarning');
  });

  it('keeps the same recording twice as if once, also at the same time', async () => {
    const key = keyOf(small);
    await Promise.all([store.put(key, whole(small)), store.put(key, inPieces(small))]);
    await store.put(key, whole(small));
    expect((await read(key)).equals(small)).toBe(true);
    const long = keyOf(large);
    await Promise.all([70_001, 262_144, 999_999].map((size) => store.put(long, inPieces(large, size))));
    expect((await read(long)).equals(large)).toBe(true);
  });

  it('forgets what is deleted, and says of what is not there that it is missing', async () => {
    const key = keyOf(small);
    await store.put(key, whole(small));
    await store.delete(key);
    await store.delete(key);
    expect(await store.has(key)).toBe(false);
    await expect(store.open(key)).rejects.toMatchObject({ code: 'recording-missing', kind: 'unavailable' });
  });

  it('lists everything, with size and time', async () => {
    const bytes = randomBytes(10);
    const keys = Array.from({ length: place.lacks?.has('pages') ? 100 : 1_010 }, () => keyOf(bytes));
    for (let n = 0; n < keys.length; n += 100) {
      await Promise.all(keys.slice(n, n + 100).map((key) => store.put(key, whole(bytes))));
    }
    const listed = new Map<string, number>();
    for await (const { key, bytes: size, storedAt } of store.list()) {
      listed.set(key.mediaId, size);
      expect(Math.abs(storedAt.getTime() - Date.now())).toBeLessThan(600_000);
    }
    expect(keys.every(({ mediaId }) => listed.get(mediaId) === 10)).toBe(true);
  });

  it('leaves nothing of an upload that was given up midway, whatever its size', async () => {
    for (const bytes of [small, large]) {
      const key = keyOf(bytes);
      const leaving = new AbortController();
      const content = {
        bytes: bytes.length,
        read: async function* () {
          yield bytes.subarray(0, bytes.length - 1_000);
          leaving.abort(new Error('given up'));
          yield bytes.subarray(bytes.length - 1_000);
        },
      };
      await expect(store.put(key, content, leaving.signal)).rejects.toThrow();
      expect(await store.has(key)).toBe(false);
      await store.put(key, whole(bytes));
      expect((await read(key)).equals(bytes)).toBe(true);
    }
  });

  it('is read by a signed URL without us, for as long as that is good, under the name that it says', async (context) => {
    const key = keyOf(small);
    await store.put(key, whole(small));
    const disposition = 'attachment; filename="message.wav"';
    const sign = (seconds: number) => store.signedUrl(key, { contentType: 'audio/wav', disposition, seconds });
    const url = await sign(60);
    if (url === null) return context.skip('it signs nothing: a folder, or a server that asks for no credentials');
    const answer = await fetch(url, { headers: { range: 'bytes=100-4099' } });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([
      206,
      'audio/wav',
      disposition,
    ]);
    expect(Buffer.from(await answer.arrayBuffer()).equals(small.subarray(100, 4_100))).toBe(true);
    expect((await fetch(url.replace(key.mediaId, newId()))).status).toBeGreaterThanOrEqual(400);
    const brief = (await sign(1)) ?? '';
    await eventually(async () => expect((await fetch(brief)).status).toBe(403));
  });

  it('belongs to who was there first', async () => {
    expect(await store.owner('first')).toBe('first');
    expect(await store.owner('second')).toBe('first');
  });

  it('leaves alone what is finished when it tidies up', async () => {
    const key = keyOf(small);
    await store.put(key, whole(small));
    await store.removeUnfinished(new Date(Date.now() + 600_000));
    expect((await read(key)).equals(small)).toBe(true);
  });

  it('says what is wrong: not there, not allowed, no such bucket; and goes on when it is back', async () => {
    const key = keyOf(small);
    await store.put(key, whole(small));
    await place.away();
    for (const ask of [
      () => store.put(keyOf(small), whole(small)),
      () => store.open(key),
      () => store.has(key),
      () => store.check(),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: 'storage-unavailable' });
    }
    if (place.server !== undefined) expect(await reasonOf(store.check())).toBe('unreachable');
    await place.back();
    expect((await read(key)).equals(small)).toBe(true);

    for (const [settings, reason] of [
      [place.stranger, 'credentials'],
      [place.elsewhere, 'no-bucket'],
    ] as const) {
      if (settings === undefined) continue;
      const other = await openStore(settings, async () => true);
      const putting = place.lacks?.has('buckets') ? [] : [other.put(key, whole(small))];
      const asked = [...putting, other.open(key), other.has(key), other.check()];
      expect(await Promise.all(asked.map(reasonOf))).toEqual(asked.map(() => reason));
      await other.close();
    }
  });

  it('that breaks off midway, again and again, is read to the end', async (context) => {
    if (place.server === undefined || place.behind === undefined) return context.skip('a folder breaks off nothing');
    const key = keyOf(large);
    await store.put(key, whole(large));
    const proxy = await cuttingProxy(place.server.endpoint);
    const cut = await openStore(place.behind(proxy.endpoint), async () => false);
    try {
      proxy.cutAfter(3_000_000, 4_000_000, 2_000_000);
      const got = Buffer.concat(await (await cut.open(key, { start: 5, end: large.length - 1 })).toArray());
      expect(got.equals(large.subarray(5))).toBe(true);
      expect(proxy.left).toBe(0);
    } finally {
      await cut.close();
      await proxy.close();
    }
  });

  it('that hangs is given up in time', async (context) => {
    context.skip(place.server === undefined, 'a folder cannot be made to hang here');
    const key = keyOf(small);
    await store.put(key, whole(small));
    const log = { info: () => undefined, warn: () => undefined };
    const patient = new PatientStorage({ name: 'spec', store, patienceMs: 300, log });
    const { pid } = place.server?.server ?? { pid: 0 };
    await freeze([pid]);
    try {
      expect(await reasonOf(patient.put(keyOf(small), whole(small)))).toBe('slow');
      expect(await reasonOf(patient.open(key))).toBe('slow');
    } finally {
      thaw([pid]);
    }
    expect((await read(key)).equals(small)).toBe(true);
  });
});
