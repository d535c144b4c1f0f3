import { type AudioLimits, type AudioProbe, notMeasured } from '../audio-facts.ts';
import { ByteParser } from '../byte-parser.ts';
import { readFrameHeader } from './frame-header.ts';
import { MeterThread } from './meter-thread.ts';
import { walkMp3 } from './mp3-walk.ts';
import { isId3v2 } from './tags.ts';

export const looksLikeMp3 = (head: Buffer): boolean => isId3v2(head) || readFrameHeader(head) !== null;

/** Frames are decoded in blocks of this size at least: their sound is up to a hundred times as large. */
const blockBytes = 8 * 1024;

/** Reads an MP3 file: the walk finds length and faults, a thread measures the sound of the frames it found. */
export const mp3Probe = (limits: AudioLimits): AudioProbe => {
  let thread: MeterThread | undefined;
  let frames: Buffer[] = [];
  const parser = new ByteParser(walkMp3(limits, (frame) => frames.push(frame)));
  const decode = async (block: readonly Buffer[]): Promise<void> => {
    thread ??= new MeterThread();
    await thread.decode(Buffer.concat(block));
  };
  /** Sends what there is in blocks; `rest` also what does not fill one. */
  const decodeFrames = async (rest: boolean): Promise<void> => {
    let from = 0;
    let size = 0;
    for (const [n, frame] of frames.entries()) {
      size += frame.length;
      const isLast = rest && n === frames.length - 1;
      if (size < blockBytes && !isLast) continue;
      await decode(frames.slice(from, n + 1));
      from = n + 1;
      size = 0;
    }
    frames = frames.slice(from);
  };
  return {
    push: async (chunk) => {
      parser.push(chunk);
      await decodeFrames(false);
    },
    finish: async () => {
      const facts = parser.finish();
      await decodeFrames(true);
      return { ...facts, ...((await thread?.measured()) ?? notMeasured) };
    },
    close: async () => thread?.close(),
  };
};
