import type { AudioFacts, AudioLimits } from '../audio-facts.ts';
import { exactly, type Parsing } from '../byte-parser.ts';
import { audioEmpty, audioNotRecognised, audioTooLong, audioTruncated } from '../refusals.ts';
import { type FrameHeader, frameHeaderBytes, readFrameHeader } from './frame-header.ts';
import { type InfoTag, readInfoTag } from './info-tag.ts';
import { isId3v2, skipId3v2, skipTrailer } from './tags.ts';

export type Mp3Facts = Omit<AudioFacts, 'peaks' | 'quality'>;

/** An encoder's padding is far below this; until its exact size is known at the end, a limit is loosened by it. */
const slackSamples = 8192;

/**
 * Walks an MP3 file frame by frame, so that its length is exact whatever its bit rates are and a missing end is seen.
 * @param onFrame is given every whole frame, also the first one with the encoder's tag.
 */
export function* walkMp3(limits: AudioLimits, onFrame: (frame: Buffer) => void): Parsing<Mp3Facts> {
  let seen = 0;
  let head = yield* exactly(frameHeaderBytes);
  while (isId3v2(head)) {
    yield* skipId3v2(Buffer.concat([head, yield* exactly(10 - frameHeaderBytes)]));
    head = yield* exactly(frameHeaderBytes);
    if (head.length === 0) throw audioEmpty();
  }
  let first: FrameHeader | undefined;
  let info: InfoTag | null = null;
  let frames = 0;
  for (; head.length > 0; head = yield* exactly(frameHeaderBytes)) {
    const header = readFrameHeader(head);
    if (header === null || (first !== undefined && !belongsTogether(first, header))) {
      if (first === undefined) throw audioNotRecognised('it does not begin with an MP3 frame');
      if (yield* skipTrailer(head)) continue;
      if (seen < 2) throw audioNotRecognised('no second MP3 frame follows the first');
      throw audioTruncated(`it is damaged after frame ${seen}`);
    }
    const frame = Buffer.concat([head, yield* exactly(header.bytes - frameHeaderBytes)]);
    if (frame.length < header.bytes) throw audioTruncated(`its frame ${seen + 1} is cut off`);
    seen += 1;
    onFrame(frame);
    if (first === undefined) {
      first = header;
      info = readInfoTag(frame, header);
      if (info !== null) continue;
    }
    frames += 1;
    checkLength(limits, frames * first.samples - slackSamples, first.sampleRate);
  }
  if (first === undefined || frames === 0) throw audioEmpty();
  if (info?.frames && info.frames > frames) throw audioTruncated(`${frames} of ${info.frames} frames are there`);
  const samples = frames * first.samples - (info?.paddingSamples ?? 0);
  if (samples <= 0) throw audioEmpty();
  checkLength(limits, samples, first.sampleRate);
  return {
    contentType: 'audio/mpeg',
    codec: 'mp3',
    sampleRate: first.sampleRate,
    channels: first.channels,
    durationMs: Math.round((samples * 1000) / first.sampleRate),
  };
}

/** Bit rate and stereo mode may change between frames; rate and MPEG version may not. */
const belongsTogether = (first: FrameHeader, next: FrameHeader): boolean =>
  first.sampleRate === next.sampleRate && first.samples === next.samples;

const checkLength = ({ maxSeconds }: AudioLimits, samples: number, sampleRate: number): void => {
  if (maxSeconds !== null && samples > maxSeconds * sampleRate) throw audioTooLong(maxSeconds);
};
