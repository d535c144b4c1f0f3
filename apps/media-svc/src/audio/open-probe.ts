import type { AudioFacts, AudioLimits, AudioProbe } from './audio-facts.ts';
import { looksLikeMp3, mp3Probe } from './mp3/mp3-probe.ts';
import { audioEmpty, audioNotRecognised } from './refusals.ts';
import { looksLikeWav, wavProbe } from './wav/wav-probe.ts';

/** As many bytes as it takes to know what a file is. */
const headBytes = 12;

const choose = (head: Buffer, limits: AudioLimits): AudioProbe => {
  if (head.length === 0) throw audioEmpty();
  if (looksLikeWav(head)) return wavProbe(limits);
  if (looksLikeMp3(head)) return mp3Probe(limits);
  throw audioNotRecognised('it begins like neither');
};

/** A probe that chooses by what the recording begins with: names and declared types are often wrong. */
export const openProbe = (limits: AudioLimits): AudioProbe => {
  let head: Buffer = Buffer.alloc(0);
  let chosen: AudioProbe | undefined;
  const begin = async (): Promise<AudioProbe> => {
    chosen = choose(head, limits);
    await chosen.push(head);
    return chosen;
  };
  return {
    push: async (chunk) => {
      if (chosen !== undefined) return chosen.push(chunk);
      head = Buffer.concat([head, chunk]);
      if (head.length >= headBytes) await begin();
    },
    finish: async (): Promise<AudioFacts> => (chosen ?? (await begin())).finish(),
    close: async () => chosen?.close(),
  };
};
