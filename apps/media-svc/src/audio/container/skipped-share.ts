import { bytesBetweenFrames } from './adts-frames.ts';
import type { ContainerType } from './container-type.ts';
import { oggLosses } from './ogg-pages.ts';

const ofAdts = (file: Uint8Array): number => bytesBetweenFrames(file) / Math.max(1, file.length);

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
