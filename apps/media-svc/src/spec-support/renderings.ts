import { Readable } from 'node:stream';
import { Conversions, type ConversionsOptions } from '../audio/conversion/conversions.ts';
import { targetOf } from '../audio/conversion/target.ts';
import type { RenderingOrder } from '../renditions/rendering.ts';
import { Renderings, type RenderingsOptions } from '../renditions/renderings.ts';
import { tone, wavFile } from './wav-files.ts';

const rates = { narrow: 24, wide: 32 } as const;
const loudness = { lufs: -23, usual: false };

export const openRenderings = ({
  atOnce = 1,
  waiting = 10,
  waitMs = 60_000,
  timeoutMs = 60_000,
  lingerMs = 60_000,
  ...given
}: Pick<RenderingsOptions, 'begin' | 'log'> &
  Partial<
    Pick<ConversionsOptions, 'atOnce' | 'waiting' | 'waitMs' | 'timeoutMs'> & { lingerMs: number }
  >): Renderings =>
  new Renderings({
    conversions: new Conversions({ atOnce, waiting, waitMs, timeoutMs, rates, loudness }),
    lingerMs,
    ...given,
  });

/** A recording to be converted, the second half of which comes when that is said. */
export interface HeldRecording {
  order: RenderingOrder;
  bytes: number;
  /** How often it was read. */
  opened: number;
  /** Lets the rest come, or an end without it. */
  goOn(whole?: boolean): void;
}

/** @param seconds of which WAV of 16 bits is made */
export const heldRecording = (
  keep: RenderingOrder['keep'] = async () => null,
  { seconds = 20, whole = false } = {},
): HeldRecording => {
  const file = wavFile({ sampleRate: 16_000, sound: tone(seconds, { sampleRate: 16_000 }) });
  const half = file.length / 2;
  const sound = { contentType: 'audio/wav', codec: 'pcm_s16le', sampleRate: 16_000, channels: 1 };
  const target = targetOf('wav', { ...sound, durationMs: seconds * 1000 }, rates);
  if (target === null) throw new Error('nothing to convert');
  const coming = Promise.withResolvers<boolean>();
  if (whole) coming.resolve(true);
  const held: HeldRecording = {
    order: {
      mediaId: 'held',
      conversion: { sound: { ...sound, bytes: file.length }, target },
      open: async () => {
        held.opened += 1;
        return Readable.from(
          (async function* () {
            yield file.subarray(0, half);
            if (await coming.promise) yield file.subarray(half);
          })(),
          { objectMode: false },
        );
      },
      keep,
    },
    bytes: target.bytes,
    opened: 0,
    goOn: (isWhole = true) => coming.resolve(isWhole),
  };
  return held;
};
