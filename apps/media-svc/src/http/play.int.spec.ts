import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { join } from 'node:path';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../spec-support/media-ground.ts';
import { isReady, json, type RunningMedia, startMedia } from '../spec-support/running-media.ts';
import { tone, wavFile } from '../spec-support/wav-files.ts';

let media: RunningMedia;
const mediaId = newId();
const file = wavFile({ sound: tone(10) });
beforeAll(async () => {
  media = await startMedia();
  await eventually(() => isReady(media));
  expect((await media.put(mediaId, file)).status).toBe(201);
});
afterAll(() => media.close());

const bytes = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());

describe('GET', () => {
  it('plays bit for bit', async () => {
    const answer = await media.get(mediaId);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': String(file.length),
      'accept-ranges': 'bytes',
      etag: `"${sha256(file)}"`,
    });
    expect(await bytes(answer)).toEqual(file);
  });

  it.each([
    ['bytes=0-99', 0, 100],
    ['bytes=1000-', 1000, file.length],
    ['bytes=-500', file.length - 500, file.length],
    ['bytes=70000-80000', 70_000, 80_001],
  ])('plays %s', async (range, from, until) => {
    const answer = await media.get(mediaId, { range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${until - 1}/${file.length}`);
    expect(await bytes(answer)).toEqual(file.subarray(from, until));
  });

  it('plays everything when several ranges are asked for', async () => {
    expect(await bytes(await media.get(mediaId, { range: 'bytes=0-1,5-6' }))).toEqual(file);
  });

  it('refuses what lies behind the end', async () => {
    const answer = await media.get(mediaId, { range: `bytes=${file.length}-` });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe(`bytes */${file.length}`);
    expect(await answer.json()).toMatchObject({ code: 'range-not-satisfiable' });
  });

  it('sends nothing that is known', async () => {
    const answer = await media.get(mediaId, { 'if-none-match': `"${sha256(file)}"` });
    expect(answer.status).toBe(304);
    expect(await bytes(answer)).toHaveLength(0);
  });

  it('refuses what the asker does not mean', async () => {
    const answer = await media.get(mediaId, { 'if-match': '"another recording"' });
    expect(answer.status).toBe(412);
    expect(await answer.json()).toMatchObject({ code: 'version-mismatch' });
  });

  it('names the file to save', async () => {
    const answer = await media.get(mediaId, {}, '?download=Message%20from%20Zo%C3%AB.wav');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; .*UTF-8''Message%20from%20Zo%C3%AB\.wav/);
    await answer.body?.cancel();
  });

  it('takes the grant from the link too', async () => {
    const answer = await fetch(`${media.service.url}/media/${mediaId}?grant=${media.grant(mediaId, 'get')}`);
    expect(await bytes(answer)).toEqual(file);
  });
});

describe('HEAD', () => {
  it.each([
    [{}, 200, file.length],
    [{ range: 'bytes=10-19' }, 206, 10],
  ])('tells what GET would with %j', async (headers, status, length) => {
    const answer = await fetch(`${media.service.url}/media/${mediaId}`, {
      method: 'HEAD',
      headers: { authorization: `Grant ${media.grant(mediaId, 'get')}`, ...headers },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-length')).toBe(String(length));
    expect(await bytes(answer)).toHaveLength(0);
  });
});

describe('what cannot be played', () => {
  it('is not found: nothing there, or of another tenant', async () => {
    const grants = [media.grant(mediaId, 'get', { tenantId: newId() })];
    for (const grant of grants) {
      const answer = await fetch(`${media.service.url}/media/${mediaId}?grant=${grant}`);
      expect([answer.status, (await json(answer)).code]).toEqual([404, 'media-not-found']);
    }
    expect((await media.get(newId())).status).toBe(404);
  });

  it('needs a grant for reading', async () => {
    for (const path of ['', '/info']) {
      const answer = await fetch(`${media.service.url}/media/${mediaId}${path}?grant=${media.grant(mediaId, 'put')}`);
      expect([answer.status, (await json(answer)).code]).toEqual([401, 'grant-invalid']);
    }
  });

  it('says so when the bytes are not where they should be', async () => {
    const lost = newId();
    const { sha256: hash } = await json(await media.put(lost, wavFile()));
    rmSync(join(media.storage.path, 'blobs', media.tenantId, lost.slice(-2), `${lost}.${hash}`));
    const answer = await media.get(lost);
    expect([answer.status, (await json(answer)).code]).toEqual([503, 'recording-missing']);
  });

  it('needs a GUID', async () => {
    const answer = await fetch(`${media.service.url}/media/..%2F..%2Fetc?grant=${media.grant(mediaId, 'get')}`);
    expect([answer.status, (await json(answer)).code]).toEqual([400, 'invalid-request']);
  });
});

it('tells facts and peaks', async () => {
  const info = await json(await media.get(mediaId, {}, '/info'));
  expect(info).toMatchObject({ mediaId, codec: 'pcm_s16le', sampleRate: 8000, channels: 1, durationMs: 10_000 });
  expect(info.quality).toEqual({ speech: true, levelDbfs: -9, clipped: false });
  expect(info.peaks).toHaveLength(200);
  expect(Math.max(...(info.peaks as number[]))).toBe(128);
});

it('reads no further ahead than a slow listener takes', async () => {
  const large = newId();
  const size = 40 * 2 ** 20;
  const sound = Buffer.alloc(size, 3);
  expect((await media.put(large, wavFile({ sound }))).status).toBe(201);
  const sockets: Socket[] = [];
  const { server } = media.service.app.getHttpAdapter().getInstance();
  server.once('connection', (socket: Socket) => sockets.push(socket));
  const { hostname, port } = new URL(media.service.url);
  const listener = connect(Number(port), hostname).pause();
  await once(listener, 'connect');
  listener.write(
    `GET /media/${large}?grant=${media.grant(large, 'get')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  const answering = await eventually(() => {
    const [socket] = sockets;
    if (socket === undefined || !socket.writableNeedDrain) throw new Error('the answer does not wait yet');
    return socket;
  });
  expect(answering.writableLength).toBeLessThan(2 ** 20);
  let received = 0;
  listener.on('data', (chunk) => {
    received += chunk.length;
  });
  listener.resume();
  await once(listener, 'close');
  expect(received).toBeGreaterThan(size);
});
