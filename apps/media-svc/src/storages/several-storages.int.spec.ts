import { newId } from '@aftertone/kernel';
import { eventually, freshDatabase, type OwnObjectServer, objectServerKinds } from '@aftertone/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sha256 } from '../spec-support/media-ground.ts';
import { makeBucket, settingsAt } from '../spec-support/object-storages.ts';
import { filesIn } from '../spec-support/open-storage.ts';
import { isReady, json, type RunningMedia, startMedia } from '../spec-support/running-media.ts';

import { tone, wavFile } from '../spec-support/wav-files.ts';
import { openStore } from './open-store.ts';

const patience = { timeoutMs: 60_000 };
const elsewhere = newId();
const [azurite] = objectServerKinds();
if (azurite?.missing !== undefined || azurite === undefined) throw new Error('Azurite comes with npm');
const file = wavFile({ sound: tone(5) });

let server: OwnObjectServer;
/** With the folder alone, as it was before; it gives its database and its folders to the next one. */
let before: RunningMedia;
let media: RunningMedia;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let old: string;
beforeAll(async () => {
  [server, database] = await Promise.all([azurite.start(), freshDatabase()]);
  await makeBucket(azurite, server);
  before = await startMedia({ databaseUrl: database.url });
  await eventually(() => isReady(before), patience);
  old = newId();
  expect((await before.put(old, file)).status).toBe(201);
  await before.service.close();
  const environment = {
    MEDIA_STORAGES: JSON.stringify({ blue: settingsAt(azurite, server) }),
    MEDIA_STORAGE: 'blue',
    MEDIA_TENANT_STORAGES: JSON.stringify({ [elsewhere]: 'local' }),
    MEDIA_STORAGE_PATIENCE_MS: '1000',
    MEDIA_REDIRECT_DOWNLOADS: 'true',
  };
  media = await startMedia({ ...before, environment });
});
beforeEach(() => eventually(() => isReady(media), patience));
afterAll(async () => {
  await media?.close();
  await before?.close().catch(() => undefined);
  await server?.server.remove();
  await database?.drop();
});

const put = async (tenantId = media.tenantId): Promise<string> => {
  const mediaId = newId();
  expect((await media.put(mediaId, file, { tenantId })).status).toBe(201);
  return mediaId;
};
const hear = async (mediaId: string): Promise<string> =>
  sha256(Buffer.from(await (await media.get(mediaId)).arrayBuffer()));
const isInFolder = (mediaId: string): boolean => filesIn(media.storage.path).some((name) => name.startsWith(mediaId));

it('new recordings go where the settings say, and what was stored before plays on', async () => {
  const mediaId = await put();
  expect([isInFolder(old), isInFolder(mediaId), isInFolder(await put(elsewhere))]).toEqual([true, false, true]);
  expect([await hear(old), await hear(mediaId)]).toEqual([sha256(file), sha256(file)]);
  const part = await media.get(mediaId, { range: 'bytes=100-4099' });
  expect(part.status).toBe(206);
  expect(Buffer.from(await part.arrayBuffer()).equals(file.subarray(100, 4_100))).toBe(true);
  const converted = await media.get(mediaId, {}, '?format=mp3');
  expect([converted.status, (await converted.arrayBuffer()).byteLength]).toEqual([
    200,
    Number(converted.headers.get('content-length')),
  ]);
});

it('sends those to the storage who follow redirects, and nobody else', async () => {
  const mediaId = await put();
  const ask = (id: string, path = '', headers = {}) =>
    fetch(`${media.service.url}/media/${id}${path}`, {
      redirect: 'manual',
      headers: { authorization: `Grant ${media.grant(id, 'get')}`, 'aftertone-redirects': 'followed', ...headers },
    });
  const sent = await ask(mediaId);
  const url = sent.headers.get('location') ?? '';
  expect([sent.status, sent.headers.get('cache-control'), sent.headers.get('content-length')]).toEqual([
    302,
    'no-store',
    '0',
  ]);
  expect(url.startsWith(server.endpoint)).toBe(true);
  expect(sha256(Buffer.from(await (await fetch(url)).arrayBuffer()))).toBe(sha256(file));
  // What a folder has, is converted, or is not asked for as a whole answer goes through us.
  const etag = `"${sha256(file)}"`;
  const others = [
    await ask(old),
    await ask(mediaId, '?format=mp3'),
    await ask(mediaId, '', { 'if-none-match': etag }),
    await ask(mediaId, '', { 'if-match': etag }),
  ];
  expect(others.map(({ status }) => status)).toEqual([200, 200, 304, 200]);
  await Promise.all(others.map((answer) => answer.arrayBuffer()));
  expect(await hear(mediaId)).toBe(sha256(file));
});

it('while one storage is away, its recordings are taken and moved later, and those of the other play', async () => {
  const earlier = await put();
  await server.server.stop();
  const mediaId = await put();
  expect([await hear(mediaId), await hear(old)]).toEqual([sha256(file), sha256(file)]);
  const away = await media.get(earlier);
  expect([away.status, (await json(away)).code]).toEqual([503, 'storage-unavailable']);
  expect(isInFolder(await put(elsewhere))).toBe(true);
  const metrics = await (await fetch(`${media.service.url}/metrics`)).text();
  expect(metrics).toContain('aftertone_media_storage_broken{storage="blue"} 1');
  expect(metrics).toContain('aftertone_media_storage_broken{storage="local"} 0');
  expect(metrics).toMatch(
    /aftertone_media_storage_failures_total\{storage="blue",verb="put",reason="(unreachable|slow)"\} [1-9]/,
  );

  await server.server.start();
  await eventually(() => expect(filesIn(media.spool.path)).toEqual([]), patience);
  await eventually(async () =>
    expect([await hear(mediaId), await hear(earlier)]).toEqual([sha256(file), sha256(file)]),
  );
});

it('an object that was deleted behind our back is said to be missing, and blocks nothing else', async () => {
  const [lost, well] = [await put(), await put()];
  const store = await openStore(settingsAt(azurite, server), async () => false);
  await store.delete({ tenantId: media.tenantId, mediaId: lost, sha256: sha256(file) });
  await store.close();
  const answer = await media.get(lost);
  expect([answer.status, (await json(answer)).code]).toEqual([503, 'recording-missing']);
  expect((await media.get(lost, {}, '/info')).status).toBe(200);
  expect(await hear(well)).toBe(sha256(file));
});

it('a storage that the settings name no more is said to be away, not its recordings to be gone', async () => {
  const mediaId = await put();
  await media.service.close();
  media = await startMedia({ ...before });
  await eventually(() => isReady(media), patience);
  const answer = await media.get(mediaId);
  expect([answer.status, (await json(answer)).code]).toEqual([503, 'storage-unavailable']);
  expect(await hear(old)).toBe(sha256(file));
});
