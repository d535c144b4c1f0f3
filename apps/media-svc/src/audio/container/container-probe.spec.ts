import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { containerFile, containerFiles, readAudio } from '../../spec-support/read-audio.ts';
import { pageSum } from './ogg-pages.ts';
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

/** As programs write it in front: ten bytes and what these say. */
const id3 = (bytes: number): Buffer => {
  const head = Buffer.from([
    0x49,
    0x44,
    0x33,
    4,
    0,
    0,
    (bytes >> 21) & 127,
    (bytes >> 14) & 127,
    (bytes >> 7) & 127,
    bytes & 127,
  ]);
  // A picture may look like a frame of anything.
  return Buffer.concat([head, Buffer.alloc(bytes, Buffer.from('fff15080fLaC'))]);
};

describe('behind ID3 tags', () => {
  it.each(['stream.aac', 'plain.flac', 'studio.flac'] as const)('%s is what it is without them', async (name) => {
    const file = containerFile(name);
    const plain = await readAudio(file);
    for (const tags of [id3(0), id3(300_000), Buffer.concat([id3(5), id3(2_000)])]) {
      for (const pieceBytes of [7, 1_009, 65_536]) {
        if (tags.length > 100_000 && pieceBytes === 7) continue;
        expect(await readAudio(Buffer.concat([tags, file]), { pieceBytes })).toEqual(plain);
      }
    }
  });

  it('what is cut off, or has nothing behind them, or is something else is refused', async () => {
    const tag = id3(2_000);
    const file = containerFile('plain.flac');
    for (const [broken, code] of [
      [Buffer.concat([tag, file.subarray(0, file.length / 2)]), 'audio-truncated'],
      [tag.subarray(0, 1_000), 'audio-truncated'],
      [tag, /^audio-/],
      [Buffer.concat([tag, containerFile('call.ogg')]), 'audio-not-recognised'],
      [Buffer.concat([tag, Buffer.alloc(maxContainerBytes), file]), /^audio-/],
      [Buffer.concat([tag, file, Buffer.alloc(maxContainerBytes)]), 'audio-too-large'],
    ] as const) {
      await expect(readAudio(broken, { pieceBytes: 65_536 })).rejects.toMatchObject({
        code: expect.stringMatching(code),
      });
    }
  });
});

describe('Ogg in several pieces, one behind the other', () => {
  it.each(['call.ogg', 'music.ogg'] as const)('%s is read to its end', async (name) => {
    const file = containerFile(name);
    const one = await readAudio(file);
    const three = await readAudio(Buffer.concat([file, withSerial(file, 7), withSerial(file, 8)]));
    expect(three).toMatchObject({ codec: one.codec, sampleRate: one.sampleRate, channels: one.channels });
    expect(Math.abs(three.durationMs - 3 * one.durationMs)).toBeLessThanOrEqual(2);
    expect(Math.abs((three.quality?.levelDbfs ?? 0) - (one.quality?.levelDbfs ?? 0))).toBeLessThanOrEqual(1);
  });

  it('is refused where it is cut off, of two kinds, or of too many pieces', async () => {
    const file = containerFile('call.ogg');
    const next = withSerial(file, 7);
    for (const [broken, code] of [
      ...[0.1, 0.3, 0.6, 0.9].map(
        (part) => [Buffer.concat([file, next.subarray(0, next.length * part)]), 'audio-truncated'] as const,
      ),
      [Buffer.concat([file, withSerial(containerFile('music.ogg'), 7)]), 'audio-damaged'],
      [Buffer.concat([file, ...Array.from({ length: 1_000 }, (_, n) => withSerial(file, n + 7))]), 'audio-damaged'],
    ] as const) {
      await expect(readAudio(broken, { pieceBytes: 65_536 })).rejects.toMatchObject({ code });
    }
  });
});

const pagesOf = (ogg: Buffer): Buffer[] => {
  const pages: Buffer[] = [];
  for (let at = 0; at < ogg.length; at += pages.at(-1)?.length ?? 0) {
    const segments = ogg[at + 26] ?? 0;
    const body = ogg.subarray(at + 27, at + 27 + segments).reduce((sum, bytes) => sum + bytes, 0);
    pages.push(ogg.subarray(at, at + 27 + segments + body));
  }
  return pages;
};

/** With another number on each of its pages, and their sums made anew. */
const withSerial = (ogg: Buffer, serial: number): Buffer => {
  const file = Buffer.from(ogg);
  for (const page of pagesOf(file)) {
    page.writeUInt32LE(serial, 14);
    page.writeUInt32LE(pageSum(page), 22);
  }
  return file;
};

/** Made by what a file says of itself: nothing here encodes HE-AAC. */
describe('HE-AAC', () => {
  /** ffmpeg's own: AAC-LC of 44.1 kHz and one channel, and behind that that there is no SBR. */
  const lc = Buffer.from('120856e500', 'hex');
  const saying = (signalled: string): Buffer => {
    const file = Buffer.from(containerFile('phone.m4a'));
    const at = file.indexOf(lc);
    expect(at).toBeGreaterThan(0);
    Buffer.from(signalled, 'hex').copy(file, at);
    return file;
  };

  it('that asks for a decoder of its own is refused', async () => {
    await expect(readAudio(saying('2b8a0800'))).rejects.toMatchObject({
      code: 'audio-not-recognised',
      message: expect.stringContaining('AAC-LC'),
    });
  });

  it('that lets others hear its core is heard as that', async () => {
    const { codec, sampleRate } = await readAudio(saying('120856e5a0'));
    expect([codec, sampleRate]).toEqual(['aac', 44_100]);
  });
});

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

describe('what its decoder would pass over', () => {
  /** Twenty times the sound, in one stream of as many pages. */
  const long = (name: 'call.ogg' | 'music.ogg' | 'stream.aac'): Buffer => {
    const one = containerFile(name);
    if (name === 'stream.aac') return Buffer.concat(Array.from({ length: 20 }, () => one));
    const [head, tags, sound] = pagesOf(one);
    if (head === undefined || tags === undefined || sound === undefined) throw new Error(`${name} has too few pages`);
    const pages = Array.from({ length: 20 }, (_, n) => {
      const page = Buffer.from(sound);
      page.writeUInt8(n === 19 ? 4 : 0, 5);
      page.writeBigUInt64LE(sound.readBigUInt64LE(6) * BigInt(n + 1), 6);
      page.writeUInt32LE(n + 2, 18);
      page.writeUInt32LE(pageSum(page), 22);
      return page;
    });
    return Buffer.concat([head, tags, ...pages]);
  };
  const read = (file: Buffer) => readAudio(file, { pieceBytes: 65_536 });
  const hole = (file: Buffer, share: number): Buffer => {
    const at = Math.round(file.length * 0.5);
    return Buffer.from(file).fill(0, at, at + Math.round(file.length * share));
  };
  const refused = { code: 'audio-damaged', message: expect.stringMatching(/ % of it cannot be read/) };

  it.each(['call.ogg', 'music.ogg', 'stream.aac'] as const)('is too much of %s, or little', async (name) => {
    const { durationMs } = await read(long(name));
    expect(durationMs).toBeGreaterThan(5_000);
    for (const share of [0.1, 0.34]) await expect(read(hole(long(name), share))).rejects.toMatchObject(refused);
    const some = await read(hole(long(name), 0.001));
    expect(some.durationMs / durationMs).toBeGreaterThan(0.9);
  });

  it('is no tag between frames or behind them, and no frame before one', async () => {
    const one = containerFile('stream.aac');
    const { durationMs } = await read(one);
    const ape = Buffer.alloc(32 + 500);
    ape.write('APETAGEX');
    ape.writeUInt32LE(500, 12);
    const id3v1 = Buffer.alloc(128, 'TAG', 'latin1');
    const lyrics = Buffer.from(`LYRICSBEGIN${'la '.repeat(300)}LYRICS200`);
    for (const tag of [ape, id3v1, lyrics]) expect((await read(Buffer.concat([one, tag]))).durationMs).toBe(durationMs);
    const joined = Buffer.concat(Array.from({ length: 10 }, () => [id3(900), one]).flat());
    expect((await read(joined)).durationMs / durationMs).toBeGreaterThan(9.5);
    await expect(read(hole(joined, 0.1))).rejects.toMatchObject(refused);
  });

  it('is all of a page of which one byte is another', async () => {
    const file = long('music.ogg');
    const pages = pagesOf(file);
    for (const page of pages.slice(8, 10)) page.writeUInt8((page[600] ?? 0) ^ 1, 600);
    await expect(read(file)).rejects.toMatchObject(refused);
  });

  it('is missed by the numbers of the pages where it is not there at all', async () => {
    const pages = pagesOf(long('call.ogg'));
    await expect(read(Buffer.concat(pages.toSpliced(8, 2)))).rejects.toMatchObject(refused);
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
