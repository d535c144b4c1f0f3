import { MPEGDecoder } from 'mpg123-decoder';
import { describe, expect, it } from 'vitest';
import { type Mp3Sample, mp3File, readAudio } from '../../spec-support/read-audio.ts';

const samples: Mp3Sample[] = ['cbr-mono-8k', 'vbr-stereo-32k', 'no-info-tag', 'id3v1', 'id3v2', 'ffmpeg-16k'];

const decodedMs = async (file: Buffer): Promise<number> => {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  const { samplesDecoded, sampleRate } = decoder.decode(file);
  decoder.free();
  return Math.round((samplesDecoded * 1000) / sampleRate);
};

describe('what is kept', () => {
  it.each(samples)('%s is as long as what a decoder plays', async (name) => {
    const file = mp3File(name);
    for (const pieceBytes of [1, 997, 65_536]) {
      const facts = await readAudio(file, { pieceBytes });
      expect(facts).toMatchObject({ contentType: 'audio/mpeg', codec: 'mp3', durationMs: await decodedMs(file) });
    }
  });

  it('its exact length in milliseconds, without what the encoder put around it', async () => {
    expect(await readAudio(mp3File('vbr-stereo-32k'))).toMatchObject({
      durationMs: 900,
      sampleRate: 32_000,
      channels: 2,
    });
    expect(await readAudio(mp3File('ffmpeg-16k'))).toMatchObject({ durationMs: 900, sampleRate: 16_000, channels: 1 });
  });

  it('files with tags of every kind behind the sound', async () => {
    const sound = mp3File('cbr-mono-8k');
    const { durationMs } = await readAudio(sound);
    const ape = Buffer.alloc(32 + 40);
    ape.write('APETAGEX');
    ape.writeUInt32LE(40, 12);
    const lyrics = Buffer.from('LYRICSBEGININD0000200000026LYRICS200');
    const id3v1 = Buffer.alloc(128, 'TAG');
    for (const trailer of [ape, lyrics, Buffer.alloc(1001), Buffer.concat([ape, id3v1])]) {
      expect((await readAudio(Buffer.concat([sound, trailer]))).durationMs).toBe(durationMs);
    }
  });

  it('peaks as loud as the tone', async () => {
    const { peaks } = await readAudio(mp3File('cbr-mono-8k'));
    expect(peaks).toHaveLength(200);
    const middle = [...(peaks ?? [])].slice(50, 150);
    expect(Math.min(...middle)).toBeGreaterThan(110);
    expect(Math.max(...middle)).toBeLessThan(145);
  });
});

describe('what is refused', () => {
  it.each(samples)('%s cut off anywhere', async (name) => {
    const file = mp3File(name);
    const end = name === 'id3v1' ? file.length - 128 : file.length;
    for (const cut of [1, 60, 200]) {
      await expect(readAudio(file.subarray(0, end - cut))).rejects.toMatchObject({ code: 'audio-truncated' });
    }
  });

  it('a file whose tag promises more frames than there are', async () => {
    const file = mp3File('vbr-stereo-32k');
    const cut = file.lastIndexOf(file.subarray(0, 2));
    await expect(readAudio(file.subarray(0, cut))).rejects.toMatchObject({ code: 'audio-truncated' });
  });

  it('a file with a hole in it', async () => {
    const file = mp3File('cbr-mono-8k');
    const hole = Buffer.concat([file.subarray(0, 700), file.subarray(750)]);
    await expect(readAudio(hole)).rejects.toMatchObject({ code: 'audio-truncated' });
  });

  it('bytes that only look like a frame', async () => {
    const fake = Buffer.alloc(5000, 7);
    fake.writeUInt32BE(0xfffb9064);
    await expect(readAudio(fake)).rejects.toMatchObject({ code: 'audio-not-recognised' });
  });

  it('a tag without sound', async () => {
    await expect(readAudio(mp3File('id3v2').subarray(0, 130))).rejects.toMatchObject({ code: 'audio-empty' });
  });

  it('what is longer than the limit, by its exact length', async () => {
    const file = mp3File('vbr-stereo-32k');
    const long = Buffer.concat(Array.from({ length: 20 }, () => mp3File('no-info-tag')));
    expect((await readAudio(file, { maxSeconds: 0.9 })).durationMs).toBe(900);
    await expect(readAudio(file, { maxSeconds: 0.89 })).rejects.toMatchObject({ code: 'audio-too-long' });
    await expect(readAudio(long, { maxSeconds: 5 })).rejects.toMatchObject({ code: 'audio-too-long' });
  });
});
