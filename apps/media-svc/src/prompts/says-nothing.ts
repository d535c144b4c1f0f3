import type { MediaFacts } from '../media/media.ts';

/** The shortest of words takes longer. */
const shortestMs = 100;

/** Of 255: about -45 dBFS, which is what the level meter takes for heard however steady it is. */
const heardPeak = 2;

/**
 * Whether a caller would hear nothing. A clip may be one short word, in which the meter finds no speech yet: what counts is
 * how long anything can be heard at all. What could not be decoded is not judged.
 */
export const saysNothing = ({ quality, peaks, durationMs }: MediaFacts): boolean => {
  if (quality === undefined || quality === null || quality.speech || peaks === null) return false;
  const stretches = Buffer.from(peaks, 'base64');
  const heard = stretches.filter((peak) => peak >= heardPeak).length;
  return (durationMs * heard) / stretches.length < shortestMs;
};
