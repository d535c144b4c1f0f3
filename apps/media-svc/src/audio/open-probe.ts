import type { BlobContent } from '../blobs/blob-store.ts';
import type { AudioFacts, AudioLimits, AudioProbe } from './audio-facts.ts';
import { containerProbe } from './container/container-probe.ts';
import { containerTypeOf } from './container/container-type.ts';
import type { Reads } from './container/readings.ts';
import { looksLikeMp3, mp3Probe } from './mp3/mp3-probe.ts';
import { isId3v2 } from './mp3/tags.ts';
import { audioEmpty, audioNotRecognised } from './refusals.ts';
import { taggedProbe } from './tagged-probe.ts';
import { looksLikeWav, wavProbe } from './wav/wav-probe.ts';

/** As many bytes as it takes to know what a file is. */
const headBytes = 12;

/** Whatever a deposit allows: a few bytes can promise years of silence. */
const ceilingSeconds = 86_400;

const choose = (head: Buffer, limits: AudioLimits, readings: Reads): AudioProbe => {
  if (head.length === 0) throw audioEmpty();
  if (looksLikeWav(head)) return wavProbe(limits);
  if (isId3v2(head)) return taggedProbe(limits, readings);
  if (looksLikeMp3(head)) return mp3Probe(limits);
  const type = containerTypeOf(head);
  if (type !== null) return containerProbe(type, limits, readings);
  throw audioNotRecognised('it begins like none of them');
};

/** A probe that chooses by what the recording begins with: names and declared types are often wrong. */
export const openProbe = ({ maxSeconds }: AudioLimits, readings: Reads): AudioProbe => {
  const limits = { maxSeconds: Math.min(maxSeconds ?? ceilingSeconds, ceilingSeconds) };
  let head: Buffer = Buffer.alloc(0);
  let chosen: AudioProbe | undefined;
  const begin = async (): Promise<AudioProbe> => {
    chosen = choose(head, limits, readings);
    await chosen.push(head);
    return chosen;
  };
  return {
    push: async (chunk) => {
      if (chosen !== undefined) return chosen.push(chunk);
      head = Buffer.concat([head, chunk]);
      if (head.length >= headBytes) await begin();
    },
    finish: async (whole: BlobContent): Promise<AudioFacts> => (chosen ?? (await begin())).finish(whole),
    close: async () => chosen?.close(),
  };
};
