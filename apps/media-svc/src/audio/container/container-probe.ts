import type { AudioLimits, AudioProbe } from '../audio-facts.ts';
import { audioTooLarge } from '../refusals.ts';
import type { ContainerType } from './container-type.ts';
import type { Reads } from './readings.ts';
import { maxContainerBytes } from './sound-file.ts';

/**
 * Reads a file in a container when all of it is there: where its sound lies may be said at its end.
 * @param before bytes of it that have come already
 */
export const containerProbe = (type: ContainerType, limits: AudioLimits, readings: Reads, before = 0): AudioProbe => {
  let bytes = before;
  return {
    push: async (chunk) => {
      bytes += chunk.length;
      if (bytes > maxContainerBytes) throw audioTooLarge(maxContainerBytes);
    },
    finish: (whole) => readings.read(type, whole, limits),
    close: async () => undefined,
  };
};
