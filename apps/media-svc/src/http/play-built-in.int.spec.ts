import { readFileSync } from 'node:fs';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltInAudio, builtInAudio, builtInAudioById } from '../prompts/built-in-audio.ts';
import { isReady, json, type RunningMedia, startMedia } from '../spec-support/running-media.ts';
import { decodeMp3 } from '../spec-support/sound.ts';

let media: RunningMedia;
let clip: BuiltInAudio;
let bytes: Buffer;
beforeAll(async () => {
  media = await startMedia();
  await eventually(() => isReady(media));
  const found = builtInAudio('fr', 'num/7');
  if (found === null) throw new Error('there is no such clip');
  clip = found;
  bytes = readFileSync(clip.file);
});
afterAll(() => media?.close());

const body = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());

describe('a clip that comes with Aftertone', () => {
  it('plays for every tenant like a recording of its own, whole and in parts', async () => {
    const whole = await media.get(clip.mediaId);
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('etag')]).toEqual([
      200,
      'audio/wav',
      `"${clip.sha256}"`,
    ]);
    expect(await body(whole)).toEqual(bytes);
    const other = await media.get(clip.mediaId, {
      authorization: `Grant ${media.grant(clip.mediaId, 'get', { tenantId: newId() })}`,
    });
    expect(await body(other)).toEqual(bytes);

    const part = await media.get(clip.mediaId, { range: 'bytes=44-143' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 44-143/${bytes.length}`]);
    expect(await body(part)).toEqual(bytes.subarray(44, 144));
    expect((await media.get(clip.mediaId, { 'if-none-match': `"${clip.sha256}"` })).status).toBe(304);
    const beyond = await media.get(clip.mediaId, { range: `bytes=${bytes.length}-` });
    expect([beyond.status, (await json(beyond)).code]).toEqual([416, 'range-not-satisfiable']);
    expect((await media.get(clip.mediaId, { 'if-match': '"other"' })).status).toBe(412);
    const head = await fetch(`${media.service.url}/media/${clip.mediaId}`, {
      method: 'HEAD',
      headers: { authorization: `Grant ${media.grant(clip.mediaId, 'get')}` },
    });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
  });

  it('is had as MP3, and as WAV is what it is', async () => {
    expect(await body(await media.get(clip.mediaId, {}, '?format=wav'))).toEqual(bytes);
    const mp3 = await media.get(clip.mediaId, {}, '?format=mp3&download=num-7.mp3');
    expect([mp3.status, mp3.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
    expect(mp3.headers.get('content-disposition')).toContain('num-7.mp3');
    const sound = await body(mp3);
    expect(sound.length).toBe(Number(mp3.headers.get('content-length')));
    const { samples } = await decodeMp3(sound);
    expect(Math.abs(samples.length / 8 - clip.durationMs)).toBeLessThan(250);
    const part = await media.get(clip.mediaId, { range: 'bytes=100-199' }, '?format=mp3');
    expect([part.status, await body(part)]).toEqual([206, sound.subarray(100, 200)]);
    // Nothing of it is kept.
    expect(media.files()).toEqual([]);
  });

  it('takes a grant for it', async () => {
    const refused = await media.get(clip.mediaId, { authorization: `Grant ${media.grant(newId(), 'get')}` });
    expect([refused.status, (await json(refused)).code]).toEqual([401, 'grant-invalid']);
  });
});

it('every clip has an id of its own, that lasts', () => {
  expect(clip.mediaId).toBe('b09d8549-dfca-85a1-8cae-1cd45cc78da7');
  expect(builtInAudioById(clip.mediaId)).toBe(clip);
  expect(builtInAudioById(newId())).toBeUndefined();
});
