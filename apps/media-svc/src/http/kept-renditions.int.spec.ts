import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesIn } from '../spec-support/open-storage.ts';
import { containerFile } from '../spec-support/read-audio.ts';
import { isReady, type RunningMedia, startMedia } from '../spec-support/running-media.ts';
import { wavFile } from '../spec-support/wav-files.ts';

let media: RunningMedia;
beforeAll(async () => {
  media = await startMedia();
  await eventually(() => isReady(media));
});
afterAll(() => media.close());

const keep = async (file: Buffer): Promise<string> => {
  const mediaId = newId();
  expect((await media.put(mediaId, file)).status).toBe(201);
  return mediaId;
};
const bytes = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
const count = async (name: string): Promise<number> => {
  const text = await (await fetch(`${media.service.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
};
const kept = () => count('aftertone_media_renditions_kept_total');
const folderOf = (mediaId: string): string => join(media.storage.path, 'blobs', media.tenantId, mediaId.slice(-2));
const blobsOf = (mediaId: string): string[] =>
  readdirSync(folderOf(mediaId)).filter((name) => name.startsWith(mediaId));
/** Asks, and waits until what was made is kept. */
const make = async (mediaId: string, format: string): Promise<{ file: Buffer; etag: string | null }> => {
  const before = await kept();
  const answer = await media.get(mediaId, {}, `?format=${format}`);
  const file = await bytes(answer);
  await eventually(async () => expect(await kept()).toBe(before + 1));
  return { file, etag: answer.headers.get('etag') };
};

describe('a recording in another format', () => {
  it.each(['mp3', 'wav'])('is made once (%s): then it is given as it was, in parts too', async (format) => {
    const mediaId = await keep(containerFile('call.ogg'));
    const { file, etag } = await make(mediaId, format);
    const before = await kept();
    const again = await media.get(mediaId, {}, `?format=${format}`);
    expect([again.status, again.headers.get('accept-ranges'), again.headers.get('etag')]).toEqual([200, 'bytes', etag]);
    expect(await bytes(again)).toEqual(file);
    const part = await media.get(mediaId, { range: 'bytes=100-199' }, `?format=${format}&download=a.${format}`);
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${file.length}`]);
    expect(part.headers.get('content-disposition')).toContain(`a.${format}`);
    expect(await bytes(part)).toEqual(file.subarray(100, 200));
    expect((await media.get(mediaId, { range: 'bytes=99999999-' }, `?format=${format}`)).status).toBe(416);
    expect((await media.get(mediaId, { 'if-none-match': etag ?? '' }, `?format=${format}`)).status).toBe(304);
    expect((await media.get(mediaId, { 'if-match': '"other"' }, `?format=${format}`)).status).toBe(412);
    expect(await kept()).toBe(before);
    expect(await count('aftertone_media_conversions')).toBe(0);
    expect(blobsOf(mediaId)).toHaveLength(2);
  });

  it('is kept beside the same that is as loud as others, each under its own tag', async () => {
    const mediaId = await keep(containerFile('call.ogg'));
    const plain = await make(mediaId, 'mp3');
    const loud = await make(mediaId, 'mp3&normalize=true');
    expect(loud.etag).not.toBe(plain.etag);
    expect(loud.file).toHaveLength(plain.file.length);
    expect(loud.file).not.toEqual(plain.file);
    const part = await media.get(mediaId, { range: 'bytes=100-199' }, '?format=mp3&normalize=true');
    expect([part.status, await bytes(part)]).toEqual([206, loud.file.subarray(100, 200)]);
    expect(await bytes(await media.get(mediaId, {}, '?format=mp3&normalize=false'))).toEqual(plain.file);
    const known = { 'if-none-match': loud.etag ?? '' };
    expect((await media.get(mediaId, known, '?format=mp3&normalize=true')).status).toBe(304);
    expect((await media.get(mediaId, known, '?format=mp3')).status).toBe(200);
  });

  it('is made again where it was lost', async () => {
    const mediaId = await keep(containerFile('phone.m4a'));
    const { file } = await make(mediaId, 'mp3');
    const original = (await media.get(mediaId)).headers.get('etag')?.replaceAll('"', '') ?? '';
    for (const name of blobsOf(mediaId)) if (!name.includes(original)) rmSync(join(folderOf(mediaId), name));
    expect(blobsOf(mediaId)).toHaveLength(1);
    expect((await make(mediaId, 'mp3')).file).toEqual(file);
    expect(blobsOf(mediaId)).toHaveLength(2);
  });

  it('is made again where it was damaged, and then given as it was', async () => {
    const mediaId = await keep(containerFile('phone.m4a'));
    const { file } = await make(mediaId, 'mp3');
    const original = (await media.get(mediaId)).headers.get('etag')?.replaceAll('"', '') ?? '';
    const damaged = blobsOf(mediaId).find((name) => !name.includes(original)) ?? '';
    truncateSync(join(folderOf(mediaId), damaged), 100);
    expect((await make(mediaId, 'mp3')).file).toEqual(file);
    const begun = await count('aftertone_media_conversions_started_total');
    expect(await bytes(await media.get(mediaId, {}, '?format=mp3'))).toEqual(file);
    expect(await count('aftertone_media_conversions_started_total')).toBe(begun);
  });

  it('is kept of listeners who did not wait for its end', async () => {
    const before = await kept();
    const mediaId = await keep(wavFile({ tag: 7, bits: 8, sound: Buffer.alloc(9_600_000, 0x91) }));
    const { hostname, port } = new URL(media.service.url);
    const socket = connect(Number(port), hostname);
    const path = `/media/${mediaId}?format=wav&grant=${media.grant(mediaId, 'get')}`;
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, 'data');
    socket.destroy();
    await eventually(async () => expect(await kept()).toBe(before + 1));
    expect([await count('aftertone_media_conversions'), blobsOf(mediaId).length]).toEqual([0, 2]);
    await eventually(() => expect(filesIn(media.spool.path)).toEqual([]));
  });

  it('is made once for all who ask for it at a time', async () => {
    const mediaId = await keep(wavFile({ tag: 7, bits: 8, sound: Buffer.alloc(1_600_000, 0x91) }));
    const [before, begun] = [await kept(), await count('aftertone_media_conversions_started_total')];
    const ask = async () => bytes(await media.get(mediaId, {}, '?format=mp3'));
    const [first = Buffer.alloc(0), ...others] = await Promise.all(Array.from({ length: 20 }, ask));
    for (const other of others) expect(other.equals(first)).toBe(true);
    await eventually(async () => expect(await kept()).toBe(before + 1));
    expect(await count('aftertone_media_conversions_started_total')).toBe(begun + 1);
    expect((await ask()).equals(first)).toBe(true);
  });

  it('is heard where its storage does not take it', async () => {
    const mediaId = await keep(containerFile('call.ogg'));
    // A folder stands where the file would be named.
    const { file } = await make(mediaId, 'wav');
    const name = blobsOf(mediaId).find((each) => statSync(join(folderOf(mediaId), each)).size === file.length) ?? '';
    rmSync(join(folderOf(mediaId), name));
    mkdirSync(join(folderOf(mediaId), name));
    const before = await kept();
    expect(await bytes(await media.get(mediaId, {}, '?format=wav'))).toEqual(file);
    expect(await bytes(await media.get(mediaId, {}, '?format=wav'))).toEqual(file);
    expect(await kept()).toBe(before);
    rmSync(join(folderOf(mediaId), name), { recursive: true });
  });
});
