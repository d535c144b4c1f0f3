import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { voiceContent } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../spec-support/media-ground.ts';
import { containerFile, containerFiles, mp3File } from '../spec-support/read-audio.ts';
import { isReady, json, type RunningMedia, startMedia } from '../spec-support/running-media.ts';
import { tone, wavFile } from '../spec-support/wav-files.ts';

let media: RunningMedia;
beforeAll(async () => {
  media = await startMedia({
    environment: {
      MEDIA_MAX_BYTES: '200000',
      MEDIA_MAX_UPLOADS: '2',
      MEDIA_UPLOAD_IDLE_SECONDS: '1',
      MEDIA_UPLOAD_MEMORY_BYTES: '0',
    },
  });
  await eventually(() => isReady(media));
});
afterAll(() => media.close());

/** An upload over a bare socket, to be left hanging or cut off. */
const beginUpload = async (mediaId: string, length: string): Promise<Socket> => {
  const { hostname, port } = new URL(media.service.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const grant = media.grant(mediaId, 'put');
  socket.write(`PUT /media/${mediaId} HTTP/1.1\r\nHost: x\r\nAuthorization: Grant ${grant}\r\n${length}\r\n\r\n`);
  return socket;
};

describe('an upload', () => {
  it('is answered with everything that a deposit needs', async () => {
    const [mediaId, file] = [newId(), wavFile({ sound: tone(1.5) })];
    const answer = await media.put(mediaId, file);
    expect(answer.status).toBe(201);
    const { storedAt, ...voice } = await json(answer);
    expect(voiceContent.parse(voice)).toEqual(voice);
    expect(voice).toEqual({
      type: 'voice',
      mediaId,
      contentType: 'audio/wav',
      codec: 'pcm_s16le',
      durationMs: 1500,
      bytes: file.length,
      sha256: sha256(file),
      quality: { speech: true, levelDbfs: -9, clipped: false },
      empty: false,
    });
    expect(Math.abs(Date.parse(String(storedAt)) - Date.now())).toBeLessThan(10_000);
  });

  it('in which nothing is said, or next to nothing, says so', async () => {
    const silence = await json(await media.put(newId(), wavFile({ sound: Buffer.alloc(32_000) })));
    expect(silence).toMatchObject({ empty: true, quality: { speech: false, levelDbfs: null } });
    const word = await json(await media.put(newId(), wavFile({ sound: tone(0.9) })));
    expect(word).toMatchObject({ empty: true, quality: { speech: true } });
  });

  it.each(containerFiles)('of a phone or browser is kept as it is: %s', async (name) => {
    const mediaId = newId();
    const answer = await media.put(mediaId, containerFile(name));
    expect(answer.status).toBe(201);
    const played = await media.get(mediaId);
    expect(sha256(Buffer.from(await played.arrayBuffer()))).toBe(sha256(containerFile(name)));
    expect(played.headers.get('content-type')).toBe((await json(answer)).contentType);
  });

  it.each([
    ['audio/mpeg', wavFile(), 'audio/wav'],
    ['application/json', mp3File('ffmpeg-16k'), 'audio/mpeg'],
    ['application/x-www-form-urlencoded', wavFile(), 'audio/wav'],
    ['', wavFile(), 'audio/wav'],
  ])('declared as %j is what it is', async (declared, file, contentType) => {
    const mediaId = newId();
    const answer = await fetch(`${media.service.url}/media/${mediaId}?grant=${media.grant(mediaId, 'put')}`, {
      method: 'PUT',
      body: new Uint8Array(file),
      headers: declared === '' ? {} : { 'content-type': declared },
    });
    expect(answer.status).toBe(201);
    expect((await json(answer)).contentType).toBe(contentType);
  });

  it('may come in chunks of unknown number', async () => {
    const file = wavFile({ sound: tone(4) });
    const answer = await media.put(newId(), ReadableStream.from([file.subarray(0, 33), file.subarray(33)]));
    expect(answer.status).toBe(201);
    expect((await json(answer)).sha256).toBe(sha256(file));
  });

  it('that comes again is answered again, another one under the same id is refused', async () => {
    const mediaId = newId();
    const first = await media.put(mediaId, wavFile());
    const again = await media.put(mediaId, wavFile());
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(await again.json()).toEqual(await first.json());
    const other = await media.put(mediaId, wavFile({ bits: 8 }));
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ code: 'media-exists' });
  });
});

describe('a refusal has its own status and code', () => {
  const long = wavFile({ sound: tone(3) });
  it.each<[string, Buffer, number, string]>([
    ['nothing', Buffer.alloc(0), 400, 'audio-empty'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 415, 'audio-not-recognised'],
    ['half a recording', long.subarray(0, 20_000), 422, 'audio-truncated'],
    ['a long recording', long, 422, 'audio-too-long'],
    ['a large recording', wavFile({ sound: Buffer.alloc(300_000) }), 413, 'audio-too-large'],
  ])('%s', async (_name, file, status, code) => {
    const before = media.files();
    const answer = await media.put(newId(), file, { maxSeconds: 2 });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    const correlationId = answer.headers.get('x-correlation-id');
    expect(await json(answer)).toMatchObject({ status, code, correlationId, type: `urn:aftertone:problem:${code}` });
    expect(media.files()).toEqual(before);
  });

  it('also while the sender is still sending', async () => {
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      yield wavFile({ riffSize: 0, dataSize: 0 });
      for (let n = 0; n < 100; n += 1) yield new Uint8Array(64 * 1024);
    };
    const answer = await media.put(newId(), ReadableStream.from(endless()));
    expect(answer.status).toBe(413);
    expect(await json(answer)).toMatchObject({ code: 'audio-too-large' });
  });

  it('by the limit of the grant', async () => {
    const answer = await media.put(newId(), wavFile(), { maxBytes: 1000 });
    expect(await json(answer)).toMatchObject({ code: 'audio-too-large', status: 413 });
  });
});

describe('the grant', () => {
  const put = async (mediaId: string, grant: string): Promise<[number, unknown]> => {
    const answer = await fetch(`${media.service.url}/media/${mediaId}`, {
      method: 'PUT',
      body: new Uint8Array(wavFile()),
      headers: grant === '' ? {} : { authorization: `Grant ${grant}` },
    });
    return [answer.status, (await json(answer)).code];
  };

  it.each<[string, (id: string) => string, number, string]>([
    ['is missing', () => '', 401, 'grant-invalid'],
    ['is garbage', () => 'a.b.c', 401, 'grant-invalid'],
    ['was changed', (id) => `${media.grant(id, 'put').slice(0, -4)}AAAA`, 401, 'grant-invalid'],
    ['is for reading', (id) => media.grant(id, 'get'), 401, 'grant-invalid'],
    ['is for another recording', () => media.grant(newId(), 'put'), 401, 'grant-invalid'],
    ['is over', (id) => media.grant(id, 'put', { expiresAt: Date.now() - 1 }), 403, 'grant-expired'],
  ])('%s', async (_name, make, status, code) => {
    const id = newId();
    const before = media.files();
    expect(await put(id, make(id))).toEqual([status, code]);
    expect(media.files()).toEqual(before);
  });
});

describe('a sender', () => {
  const oneFileMore = (before: number) => eventually(() => expect(media.files()).toHaveLength(before + 1));
  const asBefore = (before: number) => eventually(() => expect(media.files()).toHaveLength(before));

  it.each([
    ['with a length', 'Content-Length: 90000', (bytes: Buffer) => bytes],
    [
      'in chunks',
      'Transfer-Encoding: chunked',
      (bytes: Buffer) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]),
    ],
  ])('that goes away leaves nothing (%s)', async (_name, length, frame) => {
    const before = media.files().length;
    const mediaId = newId();
    const socket = await beginUpload(mediaId, length);
    socket.write(frame(wavFile({ sound: tone(2), dataSize: 80_000 })));
    await oneFileMore(before);
    socket.destroy();
    await asBefore(before);
    expect((await media.get(mediaId)).status).toBe(404);
  });

  it('that sends nothing more is cut off', async () => {
    const before = media.files().length;
    const socket = await beginUpload(newId(), 'Content-Length: 90000');
    socket.write(wavFile());
    await oneFileMore(before);
    await once(socket, 'close');
    await asBefore(before);
  });

  it('is asked to wait when too many are sending', async () => {
    const before = media.files().length;
    const hanging = await Promise.all([1, 2].map(() => beginUpload(newId(), 'Content-Length: 90000')));
    for (const socket of hanging) socket.write(wavFile());
    await eventually(() => expect(media.files()).toHaveLength(before + 2));
    const refused = await media.put(newId(), wavFile());
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'media-busy' });
    for (const socket of hanging) socket.destroy();
    await eventually(async () => expect((await media.put(newId(), wavFile())).status).toBe(201));
  });
});
