import type { AudioFacts, AudioLimits } from '../audio-facts.ts';
import { SoundMeter } from '../meter/sound-meter.ts';
import { audioTooLong } from '../refusals.ts';
import type { ContainerType } from './container-type.ts';
import type { SoundFile } from './sound-file.ts';

/** What is found out about a file that was written. @throws DomainError of `refusals.ts` */
export const readSoundFile = async (
  file: SoundFile,
  contentType: ContainerType,
  { maxSeconds }: AudioLimits,
): Promise<AudioFacts> => {
  await file.open();
  let meter: SoundMeter | undefined;
  let samples = 0;
  for (const piece of file.pieces()) {
    meter ??= new SoundMeter(file.sampleRate);
    meter.addSound(piece.channelData, piece.samples);
    samples += piece.samples;
    if (maxSeconds !== null && samples > maxSeconds * file.sampleRate) throw audioTooLong(maxSeconds);
  }
  const { codec, sampleRate, channels } = file;
  const durationMs = Math.round((samples * 1000) / sampleRate);
  return { contentType, codec, sampleRate, channels, durationMs, peaks: null, quality: null, ...meter?.measured() };
};
