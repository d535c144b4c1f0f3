import { randomBytes } from 'node:crypto';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MediaGround, meta, openMediaGround, pieces, sha256 } from '../spec-support/media-ground.ts';
import { mp3File } from '../spec-support/read-audio.ts';
import { runAlone } from '../spec-support/run-alone.ts';
import { wavFile } from '../spec-support/wav-files.ts';
import { keepRecording } from './keep-recording.ts';

let ground: MediaGround;
beforeAll(async () => {
  ground = await openMediaGround();
});
afterAll(() => ground.close());

const limits = { maxBytes: 100_000, maxSeconds: 10 };
const tryToKeep = async (source: AsyncIterable<Buffer>) => {
  const mediaId = newId();
  const before = ground.files().length;
  const outcome = await keepRecording(ground, { tenantId: ground.tenantId, mediaId, limits, source, meta }).then(
    () => 'kept',
    (error: Error) => error,
  );
  return { outcome, events: await ground.eventsOf(mediaId), newFiles: ground.files().length - before };
};

describe('a recording', () => {
  it.each([
    ['WAV', () => wavFile({ sound: randomBytes(16_000) }), { contentType: 'audio/wav', durationMs: 1000 }],
    ['MP3', () => mp3File('ffmpeg-16k'), { contentType: 'audio/mpeg', durationMs: 900 }],
  ])('in %s is kept bit for bit, with its event and its row', async (_name, make, facts) => {
    const file = make();
    const { mediaId, kept } = await ground.keep(file);
    expect(kept.isNew).toBe(true);
    expect(kept.media.facts).toMatchObject({ ...facts, bytes: file.length, sha256: sha256(file) });
    expect(await ground.eventsOf(mediaId)).toMatchObject([{ type: 'MediaStored', data: facts }]);
    const row = (await ground.rows()).find(({ id }) => id === mediaId);
    expect(row).toMatchObject({ ...facts, sha256: sha256(file), referenceCount: 0 });
    expect(Buffer.from(row?.peaks ?? '', 'base64')).toHaveLength(200);
    const key = { tenantId: ground.tenantId, mediaId, sha256: sha256(file) };
    expect(sha256(Buffer.concat(await (await ground.blobs.open(key)).toArray()))).toBe(sha256(file));
  });

  it('that is sent again is the same one', async () => {
    const file = wavFile({ sound: randomBytes(100) });
    const { mediaId, kept } = await ground.keep(file);
    const files = ground.files().length;
    const again = await ground.keep(file, mediaId);
    expect(again.kept).toMatchObject({ isNew: false, media: { storedAt: kept.media.storedAt } });
    expect(ground.files()).toHaveLength(files);
    expect(await ground.eventsOf(mediaId)).toHaveLength(1);
  });

  it('never takes the place of another one', async () => {
    const { mediaId, kept } = await ground.keep();
    const files = ground.files().sort();
    await expect(ground.keep(wavFile(), mediaId)).rejects.toMatchObject({ code: 'media-exists' });
    expect(ground.files().sort()).toEqual(files);
    expect((await ground.rows()).find(({ id }) => id === mediaId)?.sha256).toBe(kept.media.facts.sha256);
  });

  it('is one of those that were sent at once under one id', async () => {
    const mediaId = newId();
    const before = ground.files().length;
    const senders = Array.from({ length: 8 }, () => ground.keep(undefined, mediaId));
    const outcomes = await Promise.allSettled(senders);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(ground.files().length - before).toBe(1);
    const row = (await ground.rows()).find(({ id }) => id === mediaId);
    expect(ground.files()).toContain(`${mediaId}.${row?.sha256}`);
  });
});

describe('nothing stays of', () => {
  async function* cutOff(): AsyncGenerator<Buffer> {
    yield wavFile().subarray(0, 2000);
    throw new Error('the sender is gone');
  }
  it.each<[string, () => AsyncIterable<Buffer>, object]>([
    ['an upload that is cut off', cutOff, { message: 'the sender is gone' }],
    [
      'what is too large',
      () => pieces(Buffer.concat([wavFile({ dataSize: 2e6 }), Buffer.alloc(200_000)])),
      { code: 'audio-too-large' },
    ],
    [
      'what is too long',
      () => pieces(wavFile({ sound: Buffer.alloc(45_000, 1), bits: 8, sampleRate: 4_000 })),
      { code: 'audio-too-long' },
    ],
    ['what is no audio', () => pieces(Buffer.alloc(9000, 'text')), { code: 'audio-not-recognised' }],
    ['what is truncated', () => pieces(wavFile({ dataSize: 50_000 })), { code: 'audio-truncated' }],
    ['what is empty', () => pieces(Buffer.alloc(0)), { code: 'audio-empty' }],
  ])('%s', async (_name, source, error) => {
    expect(await tryToKeep(source())).toMatchObject({ outcome: error, events: [], newFiles: 0 });
  });
});

it('a large recording takes no more memory than a small one', async () => {
  const { stdout, code } = await runAlone('./upload-memory.ts', { STORAGE: ground.root, MEGABYTES: '50' });
  expect(code).toBe(0);
  const { bytes, growthMegabytes } = JSON.parse(stdout);
  expect(bytes).toBe(50 * 2 ** 20);
  console.log(`a 50 MB upload: memory grew by ${growthMegabytes} MB`);
  expect(growthMegabytes).toBeLessThan(30);
});
