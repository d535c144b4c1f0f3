import { createHash } from 'node:crypto';
import type { AudioFacts } from '../audio/audio-facts.ts';
import { openProbe } from '../audio/open-probe.ts';
import { audioTooLarge } from '../audio/refusals.ts';
import type { BlobStore, BlobWriter } from '../blobs/blob-store.ts';
import { noteBuffers } from '../memory/young-garbage.ts';

export interface UploadLimits {
  maxBytes: number;
  /** Null is no limit. */
  maxSeconds: number | null;
}

/** A whole, good recording that is not yet kept: `writer` must be committed or discarded. */
export interface ReceivedAudio {
  facts: AudioFacts;
  bytes: number;
  /** Hex. */
  sha256: string;
  writer: BlobWriter;
}

/**
 * Reads an upload once: writes, hashes and probes each piece before the next is asked for, so that a large recording
 * takes no more memory than a small one. When it is refused or cut off, nothing stays.
 *
 * @param source not ended by a refusal: who sends it can still read the answer.
 * @throws DomainError of `audio/refusals.ts` or of the storage; or what `source` throws when the sender is gone.
 */
export const receiveAudio = async (
  source: AsyncIterable<Buffer>,
  blobs: BlobStore,
  limits: UploadLimits,
): Promise<ReceivedAudio> => {
  const probe = openProbe({ maxSeconds: limits.maxSeconds });
  const hash = createHash('sha256');
  let bytes = 0;
  const writer = await blobs.begin();
  try {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > limits.maxBytes) throw audioTooLarge(limits.maxBytes);
      hash.update(chunk);
      await probe.push(chunk);
      await writer.write(chunk);
      noteBuffers(chunk.length);
    }
    return { facts: await probe.finish(), bytes, sha256: hash.digest('hex'), writer };
  } catch (error) {
    await writer.discard();
    throw error;
  } finally {
    await probe.close();
  }
};
