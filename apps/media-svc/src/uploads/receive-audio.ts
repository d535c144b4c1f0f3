import { createHash } from 'node:crypto';
import type { AudioFacts } from '../audio/audio-facts.ts';
import type { Reads } from '../audio/container/readings.ts';
import { openProbe } from '../audio/open-probe.ts';
import { audioTooLarge } from '../audio/refusals.ts';
import { noteBuffers } from '../memory/young-garbage.ts';
import type { UploadBody } from './upload-body.ts';

export interface UploadLimits {
  maxBytes: number;
  /** Null is no limit. */
  maxSeconds: number | null;
}

/** A whole, good recording that is not yet kept. */
export interface ReceivedAudio {
  facts: AudioFacts;
  bytes: number;
  /** Hex. */
  sha256: string;
}

export interface ReceivingParts {
  readings: Reads;
  /** Where it goes. */
  body: UploadBody;
  limits: UploadLimits;
}

/**
 * Reads an upload once into `body`: hashes and probes each piece before the next is asked for.
 *
 * @param source not ended by a refusal: who sends it can still read the answer.
 * @throws DomainError of `audio/refusals.ts` or of the spool; or what `source` throws when the sender is gone.
 */
export const receiveAudio = async (
  source: AsyncIterable<Buffer>,
  { readings, body, limits }: ReceivingParts,
): Promise<ReceivedAudio> => {
  const probe = openProbe({ maxSeconds: limits.maxSeconds }, readings);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > limits.maxBytes) throw audioTooLarge(limits.maxBytes);
      hash.update(chunk);
      await probe.push(chunk);
      const taking = body.add(chunk);
      if (taking !== null) {
        await taking;
        noteBuffers(chunk.length);
      }
    }
    return { facts: await probe.finish(body.whole().content), bytes, sha256: hash.digest('hex') };
  } finally {
    await probe.close();
  }
};
