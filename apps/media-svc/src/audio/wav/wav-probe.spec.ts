import { describe, expect, it } from 'vitest';
import { readAudio } from '../../spec-support/read-audio.ts';
import { riffChunk, tone, type WavOptions, wavFile } from '../../spec-support/wav-files.ts';

const listChunk = riffChunk('LIST', Buffer.from('INFOISFT\x05\0\0\0Lavf\0', 'latin1'));

describe('what is kept', () => {
  it.each<[string, WavOptions, object]>([
    ['8 bit PCM', { bits: 8 }, { codec: 'pcm_u8' }],
    ['16 bit PCM', {}, { codec: 'pcm_s16le', sampleRate: 8000, channels: 1 }],
    ['24 bit PCM in stereo', { bits: 24, channels: 2, sampleRate: 44_100 }, { codec: 'pcm_s24le', channels: 2 }],
    ['µ-law', { tag: 7, bits: 8 }, { codec: 'pcm_mulaw' }],
    ['A-law', { tag: 6, bits: 8 }, { codec: 'pcm_alaw' }],
    ['the extensible format', { extensible: true, bits: 24 }, { codec: 'pcm_s24le' }],
    ['chunks of odd length around the sound', { before: riffChunk('junk', Buffer.alloc(7)), after: listChunk }, {}],
    ['a RIFF size of 0 with a known data size', { riffSize: 0, after: listChunk }, {}],
    ['open sizes of 0', { riffSize: 0, dataSize: 0 }, {}],
    ['open sizes of 0xFFFFFFFF', { riffSize: 0xffff_ffff, dataSize: 0xffff_ffff }, {}],
    ['the open sizes of sox', { riffSize: 0x7fff_f024, dataSize: 0x7fff_f000 }, {}],
  ])('%s', async (_name, options, facts) => {
    const file = wavFile(options);
    for (const pieceBytes of [1, 7, 4096]) {
      expect(await readAudio(file, { pieceBytes })).toMatchObject({
        contentType: 'audio/wav',
        durationMs: 500,
        ...facts,
      });
    }
  });

  it.each([
    [8000, 1, 0],
    [8000, 4, 1],
    [44_100, 44_099, 1000],
    [11_025, 11_025 * 61 + 1, 61_000],
  ])('%d Hz and %d samples are told to the millisecond', async (sampleRate, samples, durationMs) => {
    const sound = Buffer.alloc(samples * 2, 1);
    expect((await readAudio(wavFile({ sampleRate, sound }), { pieceBytes: 65_536 })).durationMs).toBe(durationMs);
  });
});

describe('what is refused', () => {
  const whole = wavFile();
  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'audio-empty'],
    ['a header without sound', wavFile({ sound: Buffer.alloc(0), riffSize: 36 }), 'audio-empty'],
    ['open sizes without sound', wavFile({ sound: Buffer.alloc(0), riffSize: 0 }), 'audio-empty'],
    ['less than one sample', wavFile({ sound: Buffer.alloc(1) }), 'audio-empty'],
    ['a file cut in its sound', whole.subarray(0, whole.length - 1), 'audio-truncated'],
    ['a file cut in its format', whole.subarray(0, 30), 'audio-truncated'],
    ['a file cut before its sound', whole.subarray(0, 36), 'audio-truncated'],
    [
      'a chunk that is longer than the file',
      wavFile({ before: riffChunk('LIST', listChunk, 2 ** 31) }),
      'audio-truncated',
    ],
    ['sound before its format', riffChunk('RIFF', Buffer.from('WAVEdata\x04\0\0\0abcd')), 'audio-not-recognised'],
    ['another codec (GSM)', wavFile({ tag: 49 }), 'audio-not-recognised'],
    ['float samples', wavFile({ tag: 3 }), 'audio-not-recognised'],
    ['no channel', wavFile({ channels: 0 }), 'audio-not-recognised'],
    ['no sample rate', wavFile({ sampleRate: 0, sound: Buffer.alloc(8) }), 'audio-not-recognised'],
    ['a sample rate that is a trick', wavFile({ sampleRate: 1, sound: Buffer.alloc(8) }), 'audio-not-recognised'],
    ['another RIFF file', riffChunk('RIFF', Buffer.from('AVI LIST')), 'audio-not-recognised'],
    ['a text', Buffer.from('<html><body>Not found</body></html>'), 'audio-not-recognised'],
    ['three bytes', Buffer.from('RIF'), 'audio-not-recognised'],
  ])('%s', async (_name, file, code) => {
    for (const pieceBytes of [1, 4096]) await expect(readAudio(file, { pieceBytes })).rejects.toMatchObject({ code });
  });

  it('is one sample more than the limit, and refused before the rest is read', async () => {
    const limit = { maxSeconds: 2, pieceBytes: 1000 };
    const exact = Buffer.alloc(2 * 8000 * 2, 1);
    expect((await readAudio(wavFile({ sound: exact }), limit)).durationMs).toBe(2000);
    const refusal = { code: 'audio-too-long', details: { maxSeconds: 2 } };
    const longer = Buffer.concat([exact, Buffer.alloc(2)]);
    await expect(readAudio(wavFile({ sound: longer }), limit)).rejects.toMatchObject(refusal);
    // Were all of it read first, it would be found to be cut off.
    await expect(readAudio(wavFile({ sound: longer, dataSize: 2 ** 30 }), limit)).rejects.toMatchObject(refusal);
  });
});

describe('peaks', () => {
  it.each([8, 16, 24] as const)('are those of the sound, in %d bit', async (bits) => {
    const sound = Buffer.concat([tone(10, { bits, level: 0.25 }), tone(10, { bits, level: 1 })]);
    const { peaks } = await readAudio(wavFile({ bits, sound }));
    expect(peaks).toHaveLength(200);
    for (const [n, peak] of (peaks ?? []).entries()) {
      expect(peak).toBeGreaterThanOrEqual(n < 100 ? 62 : 250);
      expect(peak).toBeLessThanOrEqual(n < 100 ? 66 : 255);
    }
  });

  it.each([
    ['µ-law', 7, [0x00, 0x80], 250],
    ['A-law', 6, [0x2a, 0xaa], 251],
  ] as const)('know the loudest codes of %s', async (_name, tag, codes, peak) => {
    const { peaks } = await readAudio(wavFile({ tag, bits: 8, sound: Buffer.from(codes) }));
    expect([...new Set(peaks)]).toEqual([peak]);
  });

  it('are silent for the silent codes', async () => {
    const { peaks } = await readAudio(wavFile({ tag: 7, bits: 8, sound: Buffer.alloc(400, 0xff) }));
    expect([...new Set(peaks)]).toEqual([0]);
  });

  it.each([
    ['one of which is silent', 0, 64],
    ['that say the same', -16_384, 128],
    ['that take each other away', 16_384, 0],
  ])('are those of what a phone makes of two channels %s', async (_what, other, peak) => {
    const sound = Buffer.alloc(4 * 8_000);
    for (let at = 0; at < sound.length; at += 4) {
      const sign = at % 64 < 32 ? 1 : -1;
      sound.writeInt16LE(sign * other, at);
      sound.writeInt16LE(sign * -16_384, at + 2);
    }
    const { peaks, quality } = await readAudio(wavFile({ channels: 2, sound }));
    expect([...new Set(peaks)]).toEqual([peak]);
    expect(quality?.speech).toBe(peak > 0);
  });

  it('are the same however the sound comes in pieces', async () => {
    const sound = Buffer.concat([tone(3, { level: 0.3 }), tone(1, { level: 0.9 }), tone(2, { level: 0.6 })]);
    const [whole, ...others] = await Promise.all(
      [1 << 20, 1, 3, 777, 4096].map((pieceBytes) => readAudio(wavFile({ sound }), { pieceBytes })),
    );
    for (const { peaks } of others) expect(peaks).toEqual(whole?.peaks);
  });
});
