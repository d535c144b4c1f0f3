import { type FrameHeader, frameHeaderBytes } from './frame-header.ts';

/** What an encoder wrote into the first frame, which then holds no sound. */
export interface InfoTag {
  /** Sound frames that follow; null when it does not say. */
  frames: number | null;
  /** Samples that the encoder put in front of the sound and behind it; players leave them out. */
  paddingSamples: number;
}

const has = { frames: 1, bytes: 2, toc: 4, quality: 8 };

/** Reads a Xing, Info (LAME, ffmpeg) or VBRI (Fraunhofer) tag; null when the frame is sound. */
export const readInfoTag = (frame: Buffer, header: FrameHeader): InfoTag | null => {
  const at = frameHeaderBytes + header.sideInfo;
  const name = frame.toString('latin1', at, at + 4);
  if ((name === 'Xing' || name === 'Info') && frame.length >= at + 8) return readXing(frame.subarray(at));
  if (frame.toString('latin1', 36, 40) === 'VBRI' && frame.length >= 54) {
    return { frames: frame.readUInt32BE(50), paddingSamples: 0 };
  }
  return null;
};

const readXing = (tag: Buffer): InfoTag => {
  const flags = tag.readUInt32BE(4);
  let at = 8;
  let frames: number | null = null;
  if (flags & has.frames && tag.length >= at + 4) frames = tag.readUInt32BE(at);
  if (flags & has.frames) at += 4;
  if (flags & has.bytes) at += 4;
  if (flags & has.toc) at += 100;
  if (flags & has.quality) at += 4;
  return { frames, paddingSamples: readPadding(tag.subarray(at)) };
};

/** The encoder's part: its name in 9 bytes, and at 21 twelve bits each for the samples in front and behind. */
const readPadding = (encoder: Buffer): number => {
  if (encoder.length < 24 || !/^[A-Za-z]{3}/.test(encoder.toString('latin1', 0, 4))) return 0;
  const both = encoder.readUIntBE(21, 3);
  return (both >> 12) + (both & 0xfff);
};
