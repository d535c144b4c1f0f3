import type { AudioLimits, AudioProbe } from './audio-facts.ts';
import { ByteParser, exactly, type Parsing } from './byte-parser.ts';
import { containerProbe } from './container/container-probe.ts';
import { type ContainerType, containerTypeOf } from './container/container-type.ts';
import type { Reads } from './container/readings.ts';
import { mp3Probe } from './mp3/mp3-probe.ts';
import { isId3v2, skipId3v2 } from './mp3/tags.ts';

/** As much as the MP3 walk looks at before it says that something is no frame. */
const headBytes = 4;

function* typeBehindTags(found: (type: ContainerType | null) => void): Parsing<void> {
  let head = yield* exactly(headBytes);
  while (isId3v2(head)) {
    yield* skipId3v2(Buffer.concat([head, yield* exactly(10 - headBytes)]));
    head = yield* exactly(headBytes);
  }
  const type = containerTypeOf(head);
  found(type === 'audio/aac' || type === 'audio/flac' ? type : null);
}

/**
 * For what begins with an ID3 tag: MP3 as a rule, and AAC or FLAC by some programs. It is MP3 until the first bytes behind the
 * tag, which may be long, say otherwise.
 */
export const taggedProbe = (limits: AudioLimits, reads: Reads): AudioProbe => {
  let bytes = 0;
  let isKnown = false;
  let probe = mp3Probe(limits);
  let other: AudioProbe | undefined;
  const tags = new ByteParser(
    typeBehindTags((type) => {
      isKnown = true;
      if (type !== null) other = containerProbe(type, limits, reads, bytes);
    }),
  );
  return {
    push: async (chunk) => {
      if (!isKnown) tags.push(chunk);
      if (other !== undefined && probe !== other) {
        await probe.close();
        probe = other;
      }
      bytes += chunk.length;
      await probe.push(chunk);
    },
    finish: (whole) => probe.finish(whole),
    close: () => probe.close(),
  };
};
