import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { newId } from '@aftertone/kernel';
import { eventually, temporaryFolder } from '@aftertone/testing';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../spec-support/media-ground.ts';
import { filesIn } from '../spec-support/open-storage.ts';
import { isReady, json, type RunningMedia, startMedia } from '../spec-support/running-media.ts';
import { tone, wavFile } from '../spec-support/wav-files.ts';

// A storage that is away says so at once; a slow machine shall not be taken for one.
const environment = { MEDIA_STORAGE_PATIENCE_MS: '30000' };
const patience = { timeoutMs: 30_000 };
const hear = async (media: RunningMedia, mediaId: string, headers = {}): Promise<string> =>
  sha256(Buffer.from(await (await media.get(mediaId, headers)).arrayBuffer()));

/** The storage's folder is moved away, and a file lies in its place: nobody can make it anew. */
const takeAway = ({ storage }: RunningMedia): (() => void) => {
  renameSync(storage.path, `${storage.path}.away`);
  writeFileSync(storage.path, '');
  return () => {
    spawnSync('rm', ['-f', storage.path]);
    renameSync(`${storage.path}.away`, storage.path);
  };
};

describe('while the storage is away', () => {
  let media: RunningMedia;
  let database: Pool;
  beforeAll(async () => {
    media = await startMedia({ environment });
    database = new Pool({ connectionString: media.databaseUrl });
    await eventually(() => isReady(media));
  });
  afterAll(async () => {
    await database.end();
    await media.close();
  });
  const spooled = async (): Promise<string[]> =>
    (await database.query<{ id: string }>('SELECT id FROM spooled_media')).rows.map(({ id }) => id);

  it('recordings are taken and played, and are in the storage as soon as it is back', async () => {
    const [before, during] = [newId(), newId()];
    const file = wavFile({ sound: tone(2) });
    expect((await media.put(before, wavFile())).status).toBe(201);
    const bringBack = takeAway(media);
    expect((await media.put(during, file)).status).toBe(201);
    expect(await spooled()).toEqual([during]);
    expect(await hear(media, during)).toBe(sha256(file));
    const part = await media.get(during, { range: 'bytes=100-199' });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, file.subarray(100, 200)]);
    const converted = await media.get(during, {}, '?format=mp3');
    expect([converted.status, (await converted.arrayBuffer()).byteLength]).toEqual([
      200,
      Number(converted.headers.get('content-length')),
    ]);
    const away = await media.get(before);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5']);
    await isReady(media);
    const metrics = await (await fetch(`${media.service.url}/metrics`)).text();
    expect(metrics).toContain(`aftertone_media_spool_bytes ${file.length}`);

    bringBack();
    await eventually(async () => expect(await spooled()).toEqual([]), patience);
    await eventually(() => expect(filesIn(media.spool.path)).toEqual([]));
    // The MP3 may be kept beside them, when the storage was back before it was given up.
    expect(filesIn(media.storage.path)).toEqual(
      expect.arrayContaining([`${before}.${sha256(wavFile())}`, `${during}.${sha256(file)}`]),
    );
    expect(await hear(media, during)).toBe(sha256(file));
    // Nothing is left of it: the next one goes straight into the storage.
    await eventually(async () => {
      const next = newId();
      expect((await media.put(next, wavFile())).status).toBe(201);
      expect(filesIn(media.storage.path).some((name) => name.startsWith(next))).toBe(true);
    }, patience);
  });

  it('an upload that comes again is the same one, and another one under its id is refused and leaves nothing', async () => {
    const mediaId = newId();
    const bringBack = takeAway(media);
    try {
      const statuses = [await media.put(mediaId, wavFile()), await media.put(mediaId, wavFile())];
      expect(statuses.map(({ status }) => status)).toEqual([201, 200]);
      expect((await media.put(mediaId, wavFile({ bits: 8 }))).status).toBe(409);
      expect(filesIn(media.spool.path)).toEqual([`${mediaId}.${sha256(wavFile())}`]);
    } finally {
      bringBack();
    }
    await eventually(async () => expect(await spooled()).toEqual([]), patience);
  });
});

describe('a spool without space', () => {
  const refuses = async (media: RunningMedia): Promise<void> => {
    const before = filesIn(media.spool.path);
    const refused = newId();
    await eventually(async () => {
      const answer = await media.put(refused, wavFile({ sound: tone(30) }));
      expect([answer.status, (await json(answer)).code]).toEqual([507, 'storage-full']);
    });
    expect(filesIn(media.spool.path)).toEqual(before);
    expect((await media.get(refused)).status).toBe(404);
  };

  it('refuses by its limit, and takes recordings again when there is room', async () => {
    const media = await startMedia({ environment: { ...environment, MEDIA_SPOOL_MAX_BYTES: '100000' } });
    try {
      await eventually(() => isReady(media));
      expect((await media.put(newId(), wavFile())).status).toBe(201);
      const bringBack = takeAway(media);
      await refuses(media);
      expect((await media.put(newId(), wavFile())).status).toBe(201);
      bringBack();
      await eventually(() => expect(filesIn(media.spool.path)).toEqual([]), patience);
      await eventually(
        async () => expect((await media.put(newId(), wavFile({ sound: tone(30) }))).status).toBe(201),
        patience,
      );
    } finally {
      await media.close();
    }
  });

  it('refuses when its disk is full', async (context) => {
    const disk = temporaryFolder('media-spool');
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'none', disk.path]).status === 0;
    if (!mounted) disk.remove();
    context.skip(!mounted, 'this machine lets us mount no small file system');
    const media = await startMedia({ environment, spool: disk });
    try {
      await eventually(() => isReady(media));
      expect((await media.put(newId(), wavFile())).status).toBe(201);
      const bringBack = takeAway(media);
      await refuses(media);
      expect((await media.put(newId(), wavFile())).status).toBe(201);
      bringBack();
      await eventually(() => expect(filesIn(disk.path)).toEqual([]), patience);
    } finally {
      await media.close();
      spawnSync('umount', [disk.path]);
      disk.remove();
    }
  });
});

const sharedBy = ({ nats, databaseUrl, cell, tenantId, secret, kek, storage }: RunningMedia) => ({
  ...{ nats, databaseUrl, cell, tenantId, secret, kek, storage },
});

it('replicas play what lies in the spool of another one only, and say when that one is down', async () => {
  // Without room for copies of what others hold.
  const one = await startMedia({ environment: { ...environment, MEDIA_SPOOL_MAX_BYTES: '1' } });
  const together = { ...sharedBy(one), environment };
  const other = await startMedia(together);
  let again: RunningMedia | null = null;
  try {
    await eventually(() => isReady(one));
    await eventually(() => isReady(other));
    expect((await one.put(newId(), wavFile())).status).toBe(201);
    const bringBack = takeAway(one);
    const mediaId = newId();
    const file = wavFile({ sound: tone(3) });
    expect((await other.put(mediaId, file)).status).toBe(201);
    expect(filesIn(other.spool.path)).toHaveLength(1);
    // `other` has said where it is when it was ready, or is about to.
    await eventually(async () => expect(await hear(one, mediaId)).toBe(sha256(file)));
    const part = await one.get(mediaId, { range: 'bytes=-5' });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, file.subarray(-5)]);

    await other.service.close();
    const down = await one.get(mediaId);
    expect([down.status, down.headers.get('retry-after'), (await json(down)).code]).toEqual([
      503,
      '5',
      'replica-unavailable',
    ]);
    bringBack();
    expect((await one.get(mediaId)).status).toBe(503);
    again = await startMedia({ ...together, spool: other.spool });
    await eventually(async () => expect(await hear(one, mediaId)).toBe(sha256(file)), patience);
    await eventually(() => expect(filesIn(other.spool.path)).toEqual([]), patience);
    await again.service.close();
    expect(await hear(one, mediaId)).toBe(sha256(file));
  } finally {
    await again?.service.close();
    await other.close();
    await one.close();
    expect(existsSync(one.storage.path)).toBe(false);
  }
});

describe('with another replica, what the storage does not take lies in two spools', () => {
  let one: RunningMedia;
  let other: RunningMedia;
  let database: Pool;
  beforeAll(async () => {
    one = await startMedia({ environment });
    other = await startMedia({ ...sharedBy(one), environment });
    database = new Pool({ connectionString: one.databaseUrl });
    await eventually(async () => {
      const { rows } = await database.query('SELECT FROM media_replica');
      expect(rows).toHaveLength(2);
    }, patience);
    expect((await one.put(newId(), wavFile())).status).toBe(201);
  });
  afterAll(async () => {
    await database.end();
    await other.close();
    await one.close();
  });
  const holders = async (mediaId: string): Promise<number> =>
    (await database.query('SELECT FROM spooled_media WHERE id = $1', [mediaId])).rows.length;
  /** As a replica sends it that wants the other one to keep it, too. */
  const copyOf = (mediaId: string, verb: 'put' | 'get', announced: string): Promise<Response> =>
    fetch(`${other.service.url}/media/${mediaId}/spooled?sha256=${announced}`, {
      method: 'PUT',
      body: wavFile(),
      headers: { authorization: `Grant ${other.grant(mediaId, verb)}` },
    });

  it.each([
    ['a short one', wavFile()],
    ['one that does not fit into memory', wavFile({ sound: tone(200) })],
  ])('%s is acknowledged when both have it, and leaves both', async (_name, file) => {
    const mediaId = newId();
    const bringBack = takeAway(one);
    expect((await one.put(mediaId, file)).status).toBe(201);
    const name = `${mediaId}.${sha256(file)}`;
    expect([filesIn(one.spool.path), filesIn(other.spool.path), await holders(mediaId)]).toEqual([[name], [name], 2]);
    expect([await hear(one, mediaId), await hear(other, mediaId)]).toEqual([sha256(file), sha256(file)]);
    bringBack();
    await eventually(async () => expect(await holders(mediaId)).toBe(0), patience);
    await eventually(() => expect([...filesIn(one.spool.path), ...filesIn(other.spool.path)]).toEqual([]));
    expect(await hear(other, mediaId)).toBe(sha256(file));
  });

  it('a copy is taken only if it is what was announced, from who may store it', async () => {
    const mediaId = newId();
    expect((await copyOf(mediaId, 'get', sha256(wavFile()))).status).toBe(401);
    const differs = await copyOf(mediaId, 'put', '0'.repeat(64));
    expect([differs.status, (await json(differs)).code]).toEqual([400, 'copy-differs']);
    expect(filesIn(other.spool.path)).toEqual([]);
  });

  it('a copy whose sender died before it could say so goes soon, by itself', async () => {
    const mediaId = newId();
    expect((await one.put(mediaId, wavFile())).status).toBe(201);
    expect((await copyOf(mediaId, 'put', sha256(wavFile()))).status).toBe(201);
    expect([filesIn(other.spool.path).length, await holders(mediaId)]).toEqual([1, 0]);
    await eventually(() => expect(filesIn(other.spool.path)).toEqual([]), patience);
    expect(await hear(other, mediaId)).toBe(sha256(wavFile()));
  });

  it('a disk that is lost takes nothing along, and nothing stays of what was on it', async () => {
    const mediaId = newId();
    const file = wavFile({ sound: tone(2) });
    const bringBack = takeAway(one);
    expect((await other.put(mediaId, file)).status).toBe(201);
    await other.service.close();
    spawnSync('rm', ['-rf', other.spool.path]);
    expect(await hear(one, mediaId)).toBe(sha256(file));
    // As if it had been silent for a while.
    await database.query(`UPDATE media_replica SET seen_at = now() - interval '1 hour' WHERE url = $1`, [
      other.service.url,
    ]);
    // Whoever takes its place gets a copy of what has been left alone.
    const next = await startMedia({ ...sharedBy(one), environment });
    await eventually(() => expect(filesIn(next.spool.path)).toEqual([`${mediaId}.${sha256(file)}`]), patience);
    await next.close();
    bringBack();
    await database.query(`UPDATE media_replica SET seen_at = now() - interval '1 hour' WHERE url = $1`, [
      next.service.url,
    ]);
    await eventually(async () => expect(await holders(mediaId)).toBe(0), patience);
    expect(await hear(one, mediaId)).toBe(sha256(file));
  });
});
