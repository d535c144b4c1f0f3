import type { AudioFacts } from '../audio-facts.ts';
import { SoundMeter } from '../meter/sound-meter.ts';
import { audioDamaged, audioTooLong, audioTooLongToRead } from '../refusals.ts';
import type { ContainerType } from './container-type.ts';
import type { ReadingOrder } from './reading-messages.ts';
import { type SoundFile, toleratedShare } from './sound-file.ts';

/** Of this thread: a file costs as much on a busy machine. Where Node cannot tell (before 23.9), the time that goes by. */
const computed = (): number => {
  if (process.threadCpuUsage === undefined) return performance.now() / 1e3;
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
};

/** Of so many pieces, which last some hundredths of a second each, one looks at the clock. */
const piecesPerLook = 256;

/** What is found out about a file that was written. @throws DomainError of `refusals.ts` */
export const readSoundFile = async (
  file: SoundFile,
  contentType: ContainerType,
  { maxSeconds, maxComputingSeconds }: Pick<ReadingOrder, 'maxSeconds' | 'maxComputingSeconds'>,
): Promise<AudioFacts> => {
  const until = computed() + maxComputingSeconds;
  // Only of what comes in: what is stored already is played as well as it can be.
  const skipped = file.skipped();
  await file.open();
  if (skipped > toleratedShare) throw audioDamaged(`${Math.ceil(skipped * 100)} % of it cannot be read`);
  let meter: SoundMeter | undefined;
  let samples = 0;
  let pieces = 0;
  for (const piece of file.pieces()) {
    meter ??= new SoundMeter(file.sampleRate);
    meter.addSound(piece.channelData, piece.samples);
    samples += piece.samples;
    pieces += 1;
    if (pieces % piecesPerLook === 0 && computed() > until) throw audioTooLongToRead(maxComputingSeconds);
    if (maxSeconds !== null && samples > maxSeconds * file.sampleRate) throw audioTooLong(maxSeconds);
  }
  const { codec, sampleRate, channels } = file;
  const durationMs = Math.round((samples * 1000) / sampleRate);
  return { contentType, codec, sampleRate, channels, durationMs, peaks: null, quality: null, ...meter?.measured() };
};
