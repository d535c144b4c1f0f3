import type { AudioLimits, AudioProbe } from '../audio-facts.ts';
import { ByteParser } from '../byte-parser.ts';
import { readFrameHeader } from './frame-header.ts';
import { walkMp3 } from './mp3-walk.ts';
import { PeaksThread } from './peaks-thread.ts';
import { isId3v2 } from './tags.ts';

export const looksLikeMp3 = (head: Buffer): boolean => isId3v2(head) || readFrameHeader(head) !== null;

/** Frames are decoded in blocks of about this size. */
const blockBytes = 64 * 1024;

/** Reads an MP3 file: the walk finds length and faults, a thread measures the peaks of the frames it found. */
export const mp3Probe = (limits: AudioLimits): AudioProbe => {
  let thread: PeaksThread | undefined;
  let frames: Buffer[] = [];
  let size = 0;
  const parser = new ByteParser(
    walkMp3(limits, (frame) => {
      frames.push(frame);
      size += frame.length;
    }),
  );
  const decodeFrames = async (): Promise<void> => {
    const block = Buffer.concat(frames);
    frames = [];
    size = 0;
    thread ??= new PeaksThread();
    await thread.decode(block);
  };
  return {
    push: async (chunk) => {
      parser.push(chunk);
      if (size >= blockBytes) await decodeFrames();
    },
    finish: async () => {
      const facts = parser.finish();
      await decodeFrames();
      return { ...facts, peaks: (await thread?.peaks()) ?? null };
    },
    close: async () => thread?.close(),
  };
};
