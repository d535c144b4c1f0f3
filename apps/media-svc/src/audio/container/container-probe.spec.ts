import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { containerFile, containerFiles, readAudio } from '../../spec-support/read-audio.ts';
import { maxContainerBytes } from './sound-file.ts';

const original = readFileSync(new URL('../../../../../examples/hello.wav', import.meta.url));

describe('what phones and browsers record', () => {
  it.each([
    ['phone.m4a', 'audio/mp4', 'aac', 44_100, 1],
    ['browser.mp4', 'audio/mp4', 'aac', 48_000, 2],
    ['stream.aac', 'audio/aac', 'aac', 16_000, 1],
    ['lossless.m4a', 'audio/mp4', 'alac', 8_000, 1],
    ['opus-in.mp4', 'audio/mp4', 'opus', 48_000, 2],
    ['plain.flac', 'audio/flac', 'flac', 8_000, 1],
    ['studio.flac', 'audio/flac', 'flac', 48_000, 2],
    ['call.ogg', 'audio/ogg', 'opus', 48_000, 1],
    ['music.ogg', 'audio/ogg', 'vorbis', 16_000, 1],
    ['browser.webm', 'audio/webm', 'opus', 48_000, 1],
  ] as const)('%s is known by its content', async (name, contentType, codec, sampleRate, channels) => {
    const facts = await readAudio(containerFile(name), { pieceBytes: 777 });
    expect(facts).toMatchObject({ contentType, codec, sampleRate, channels });
    // AAC begins and ends with what its encoder needs for itself.
    expect(Math.abs(facts.durationMs - 1_200)).toBeLessThan(100);
    expect(facts.quality).toMatchObject({ speech: true, clipped: false });
    // As loud as the original is, within what a codec changes; of two channels each is 3 dB less.
    expect(Math.abs((facts.quality?.levelDbfs ?? 0) - (await levelOfOriginal()))).toBeLessThanOrEqual(6);
    expect(facts.peaks).toHaveLength(200);
  });

  it('silence is silence', async () => {
    const { durationMs, quality } = await readAudio(containerFile('silence.ogg'));
    expect([durationMs, quality]).toEqual([2_000, { speech: false, levelDbfs: null, clipped: false }]);
  });
});

const levelOfOriginal = async (): Promise<number> => (await readAudio(original)).quality?.levelDbfs ?? 0;

describe('what is cut off', () => {
  const recorders = ['browser.webm', 'browser.mp4'] as const;

  it.each(containerFiles.filter((name) => !recorders.some((one) => one === name)))('%s is refused', async (name) => {
    const file = containerFile(name);
    for (const part of [0.3, 0.6, 0.9]) {
      const cut = readAudio(file.subarray(0, Math.floor(file.length * part)));
      await expect(cut, `${name} at ${part}`).rejects.toMatchObject({
        code: 'audio-truncated',
      });
    }
  });

  it.each(recorders)('%s is what there is of it: a recorder does not know how long it will be', async (name) => {
    const file = containerFile(name);
    const { durationMs } = await readAudio(file.subarray(0, Math.floor(file.length * 0.6)));
    expect(durationMs).toBeGreaterThan(300);
    expect(durationMs).toBeLessThan(900);
  });

  it('a file with a hole is refused, however well its decoder finds into it again', async () => {
    const file = Buffer.from(containerFile('plain.flac')).fill(0x55, 2_000, 12_000);
    await expect(readAudio(file)).rejects.toMatchObject({ code: 'audio-truncated' });
  });

  it('a hole in what a recorder wrote is no end of it', async () => {
    const file = Buffer.from(containerFile('browser.webm')).fill(0, 1_300, 1_500);
    await expect(readAudio(file)).rejects.toMatchObject({ code: 'audio-damaged' });
  });

  it('what begins as one kind and is another is refused', async () => {
    const head = Buffer.from('fff120800000000000000000', 'hex');
    const fake = Buffer.concat([head, containerFile('plain.flac')]);
    await expect(readAudio(fake)).rejects.toMatchObject({ code: expect.stringMatching(/^audio-/) });
  });

  it('a head of each kind and then nonsense is refused', async () => {
    for (const name of containerFiles) {
      const fake = Buffer.concat([containerFile(name).subarray(0, 12), Buffer.alloc(5_000, 0xa5)]);
      await expect(readAudio(fake), name).rejects.toMatchObject({ code: expect.stringMatching(/^audio-/) });
    }
  });
});

describe('limits', () => {
  it('of length are kept, as well as a file may lie about it', async () => {
    for (const name of containerFiles) {
      await expect(readAudio(containerFile(name), { maxSeconds: 0.5 }), name).rejects.toMatchObject({
        code: 'audio-too-long',
        details: { maxSeconds: 0.5 },
      });
    }
  });

  it('of size are told as soon as they are passed', async () => {
    const large = Buffer.concat([containerFile('plain.flac'), Buffer.alloc(maxContainerBytes)]);
    await expect(readAudio(large, { pieceBytes: 1 << 20 })).rejects.toMatchObject({
      code: 'audio-too-large',
      details: { maxBytes: maxContainerBytes },
    });
  });
});
