import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { mp3File } from '../spec-support/read-audio.ts';
import { isReady, json, type RunningMedia, startMedia } from '../spec-support/running-media.ts';
import { amplitudeAt, decodeMp3, decodeWav } from '../spec-support/sound.ts';
import { tone, wavFile } from '../spec-support/wav-files.ts';

const oneAtOnce = { MEDIA_MAX_CONVERSIONS: '1', MEDIA_CONVERSIONS_WAITING: '1' };

let media: RunningMedia;
beforeAll(async () => {
  media = await startMedia({ environment: oneAtOnce });
  await eventually(() => isReady(media));
});
afterAll(() => media.close());

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

const keep = async (file: Buffer, to = media): Promise<string> => {
  const mediaId = newId();
  expect((await to.put(mediaId, file)).status).toBe(201);
  return mediaId;
};
const bytes = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
const blobOf = (mediaId: string): string => {
  const folder = join(media.storage.path, 'blobs', media.tenantId, mediaId.slice(-2));
  return join(folder, readdirSync(folder).find((name) => name.startsWith(mediaId)) ?? '');
};
const gauge = async (name: string): Promise<number> => {
  const text = await (await fetch(`${media.service.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
};

/** A listener who asks and then takes nothing. */
const ask = async (mediaId: string, format: string, from = media): Promise<Socket> => {
  const { hostname, port } = new URL(from.service.url);
  const socket = connect(Number(port), hostname).pause();
  sockets.push(socket);
  await once(socket, 'connect');
  const path = `/media/${mediaId}?format=${format}&grant=${from.grant(mediaId, 'get')}`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  return socket;
};

const stereo = wavFile({ sampleRate: 48_000, channels: 2, sound: tone(3, { sampleRate: 48_000, channels: 2 }) });
/** 20 minutes: as WAV far more than the buffers of a connection hold. */
const long = wavFile({ tag: 7, bits: 8, sound: Buffer.alloc(9_600_000, 0x91) });

describe('GET in another format', () => {
  it('converts WAV to MP3', async () => {
    const answer = await media.get(await keep(stereo), {}, '?format=mp3&download=Zo%C3%AB.mp3');
    const file = await bytes(answer);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'audio/mpeg',
      'content-length': String(file.length),
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'content-disposition': expect.stringContaining("UTF-8''Zo%C3%AB.mp3"),
    });
    const { sampleRate, samples } = await decodeMp3(file);
    expect(sampleRate).toBe(16_000);
    expect(amplitudeAt(440, { sampleRate, samples: samples.slice(4_000, 44_000) })).toBeCloseTo(0.48, 1);
  });

  it('converts MP3 to WAV', async () => {
    const answer = await media.get(await keep(mp3File('vbr-stereo-32k')), {}, '?format=wav');
    expect(answer.headers.get('content-type')).toBe('audio/wav');
    expect(decodeWav(await bytes(answer))).toMatchObject({ sampleRate: 8_000 });
  });

  it('gives what is in that format already as it is stored, with ranges', async () => {
    const file = wavFile({ sound: tone(1) });
    const mediaId = await keep(file);
    expect(await bytes(await media.get(mediaId, {}, '?format=wav'))).toEqual(file);
    expect(await bytes(await media.get(mediaId, {}, '?format=original'))).toEqual(file);
    expect((await media.get(mediaId, { range: 'bytes=0-9' }, '?format=wav')).status).toBe(206);
    const mp3 = mp3File('cbr-mono-8k');
    expect(await bytes(await media.get(await keep(mp3), {}, '?format=mp3'))).toEqual(mp3);
  });

  it('answers conditions and HEAD without converting', async () => {
    const mediaId = await keep(stereo);
    const begun = await gauge('aftertone_media_conversions_started_total');
    const headers = { authorization: `Grant ${media.grant(mediaId, 'get')}` };
    const head = await fetch(`${media.service.url}/media/${mediaId}?format=mp3`, { method: 'HEAD', headers });
    const etag = head.headers.get('etag') ?? '';
    expect([head.status, head.headers.get('accept-ranges')]).toEqual([200, 'bytes']);
    expect((await media.get(mediaId, { 'if-none-match': etag }, '?format=mp3')).status).toBe(304);
    expect((await media.get(mediaId, { 'if-match': '"other"' }, '?format=mp3')).status).toBe(412);
    const beyond = await media.get(mediaId, { range: 'bytes=99999999-' }, '?format=mp3');
    const length = head.headers.get('content-length');
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${length}`]);
    expect(await gauge('aftertone_media_conversions_started_total')).toBe(begun);
    const whole = await media.get(mediaId, {}, '?format=mp3');
    expect([whole.headers.get('etag'), String((await bytes(whole)).length)]).toEqual([etag, length]);
    const wav = await media.get(mediaId, {}, '?format=wav');
    await wav.body?.cancel();
    expect(wav.headers.get('etag')).not.toBe(etag);
  });

  it('gives a part while the whole is made', async () => {
    const sound = Buffer.from(Array.from({ length: 1_200_000 }, (_, n) => (n * 31) % 251));
    const mediaId = await keep(wavFile({ tag: 7, bits: 8, sound }));
    const parts = [0, 2_000_000].map(async (from) => {
      const part = await media.get(mediaId, { range: `bytes=${from}-${from + 99}` }, '?format=wav');
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${from + 99}/2400044`]);
      return bytes(part);
    });
    const whole = await bytes(await media.get(mediaId, {}, '?format=wav'));
    expect(await Promise.all(parts)).toEqual([whole.subarray(0, 100), whole.subarray(2_000_000, 2_000_100)]);
  });

  it('makes it as loud as others for who asks, also what is in the format already, and never changes what came', async () => {
    const mediaId = await keep(wavFile({ sound: tone(2, { level: 0.05 }) }));
    const original = await bytes(await media.get(mediaId, {}, '?format=wav'));
    const answer = await media.get(mediaId, {}, '?format=wav&normalize=true');
    const file = await bytes(answer);
    expect(answer.headers.get('content-length')).toBe(String(file.length));
    const { sampleRate, samples } = decodeWav(file);
    // -19.5 dBFS: as a sine of 440 Hz on one channel -23 LUFS.
    expect(amplitudeAt(440, { sampleRate, samples })).toBeCloseTo(0.106, 2);
    expect(await bytes(await media.get(mediaId, {}, '?format=original'))).toEqual(original);
    const silent = await keep(wavFile({ sound: Buffer.alloc(32_000) }));
    const silence = await media.get(silent, {}, '?format=wav&normalize=true');
    expect(silence.headers.get('accept-ranges')).toBe('bytes');
  });

  it.each([
    ['?normalize=true', 'normalize-original'],
    ['?format=original&normalize=true', 'normalize-original'],
    ['?format=wav&normalize=loud', 'invalid-request'],
  ])('refuses %s', async (search, code) => {
    const answer = await media.get(await keep(stereo), {}, search);
    expect([answer.status, (await json(answer)).code]).toEqual([400, code]);
  });

  it('knows no other formats', async () => {
    const answer = await media.get(await keep(stereo), {}, '?format=opus');
    expect([answer.status, (await json(answer)).code]).toEqual([400, 'invalid-request']);
  });
});

describe('a damaged recording', () => {
  it('is refused before the answer begins, and leaves its original', async () => {
    const mediaId = await keep(stereo);
    writeFileSync(blobOf(mediaId), Buffer.alloc(stereo.length, 'x'));
    const before = await gauge('aftertone_media_conversions_unreadable_total');
    const answer = await media.get(mediaId, {}, '?format=mp3');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect([answer.status, (await json(answer)).code]).toEqual([422, 'audio-unreadable']);
    expect(await gauge('aftertone_media_conversions_unreadable_total')).toBe(before + 1);
    expect((await bytes(await media.get(mediaId))).length).toBe(stereo.length);
  });

  it('breaks the answer off when that is found out later', async () => {
    const whole = Buffer.concat(Array.from({ length: 200 }, () => mp3File('no-info-tag')));
    const mediaId = await keep(whole);
    writeFileSync(blobOf(mediaId), Buffer.from(whole).fill(0, whole.length / 2));
    const answer = await media.get(mediaId, {}, '?format=wav');
    expect(answer.status).toBe(200);
    await expect(bytes(answer)).rejects.toThrow();
    await eventually(async () => expect(await gauge('aftertone_media_conversions')).toBe(0));
  });

  it('says so before it begins when some of its bytes are gone', async () => {
    const mediaId = await keep(stereo);
    truncateSync(blobOf(mediaId), stereo.length - 1);
    for (const format of ['mp3', 'wav', 'original']) {
      const answer = await media.get(mediaId, {}, `?format=${format}`);
      expect([answer.status, (await json(answer)).code], format).toEqual([503, 'recording-missing']);
    }
  });
});

describe('when many are asked for', () => {
  it('a listener who takes nothing keeps nobody waiting, and still hears all of it', async () => {
    const mediaId = await keep(long);
    const begun = await gauge('aftertone_media_conversions_started_total');
    const slow = await ask(mediaId, 'wav');
    await eventually(async () => expect(await gauge('aftertone_media_conversions_started_total')).toBe(begun + 1));
    await eventually(async () => expect(await gauge('aftertone_media_conversions')).toBe(0));
    const other = await media.get(await keep(stereo), {}, '?format=mp3');
    expect((await bytes(other)).length).toBeGreaterThan(10_000);
    let received = 0;
    slow.on('data', (chunk) => {
      received += chunk.length;
    });
    slow.resume();
    await once(slow, 'close');
    expect(received).toBeGreaterThan(19_200_000);
  });

  it('who finds no place is asked to come again, and may have the original', async () => {
    const busy = await startMedia({ environment: { ...oneAtOnce, MEDIA_CONVERSIONS_WAITING: '0' } });
    // Ends what is under way, too.
    onTestFinished(() => busy.close());
    await eventually(() => isReady(busy));
    const [short, fiftyMinutes] = [
      await keep(stereo, busy),
      wavFile({ tag: 7, bits: 8, sound: randomBytes(24_000_000) }),
    ];
    await ask(await keep(fiftyMinutes, busy), 'mp3&normalize=true', busy);
    await eventually(async () => expect(await gauge('aftertone_media_conversions')).toBe(1));
    const refused = await busy.get(short, {}, '?format=mp3');
    expect([refused.status, refused.headers.get('retry-after'), (await json(refused)).code]).toEqual([
      503,
      '5',
      'media-busy',
    ]);
    expect((await busy.get(short)).status).toBe(200);
  });
});
