import { id3v2Bytes } from '../mp3/tags.ts';
import { bytesBetweenFrames } from './adts-frames.ts';
import type { ContainerType } from './container-type.ts';
import { oggLosses } from './ogg-pages.ts';

/** What some programs write behind the last frame. */
const id3v1Bytes = 128;

const ofAdts = (file: Uint8Array): number => {
  const hasTag = Buffer.from(file.subarray(-id3v1Bytes, -id3v1Bytes + 3)).equals(Buffer.from('TAG'));
  const end = hasTag ? file.length - id3v1Bytes : file.length;
  return bytesBetweenFrames(file.subarray(0, end), id3v2Bytes(file)) / Math.max(1, file.length);
};

const ofOgg = (file: Uint8Array): number => {
  const { skippedBytes, pages, missingPages } = oggLosses(file);
  return Math.max(skippedBytes / Math.max(1, file.length), missingPages / Math.max(1, pages + missingPages));
};

/**
 * How much of a file its decoder will never see, 0 to 1, since it looks for the next page or frame that is whole. The
 * other containers have no such marks: what is missing there shows in their lengths, or stops the decoder.
 */
export const skippedShare = (type: ContainerType, file: Uint8Array): number => {
  if (type === 'audio/ogg') return ofOgg(file);
  return type === 'audio/aac' ? ofAdts(file) : 0;
};
