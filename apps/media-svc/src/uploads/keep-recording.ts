import type { EventMeta } from '@aftertone/event-store';
import { DomainError } from '@aftertone/kernel';
import type { BlobKey } from '../blobs/blob-store.ts';
import type { Ground } from '../ground/ground.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import { mediaExistsCode } from '../media/media.decider.ts';
import type { StoredMedia } from '../media/media.ts';
import { type ReceivedAudio, receiveAudio, type UploadLimits } from './receive-audio.ts';

export interface Upload {
  tenantId: string;
  mediaId: string;
  limits: UploadLimits;
  source: AsyncIterable<Buffer>;
  meta: EventMeta;
}

export interface Kept {
  media: StoredMedia;
  /** False when the same bytes had been kept under this id before. */
  isNew: boolean;
}

export type KeepingParts = Pick<Ground, 'store' | 'blobs' | 'clock'>;

/**
 * Takes a recording in: first its bytes are durable, then its event. Wherever a kill falls between, there may be a file
 * without an event, which housekeeping removes after a day, but never an event without its file.
 */
export const keepRecording = async ({ store, blobs, clock }: KeepingParts, upload: Upload): Promise<Kept> => {
  const { tenantId, mediaId, meta } = upload;
  const received = await receiveAudio(upload.source, blobs, upload.limits);
  const key: BlobKey = { tenantId, mediaId, sha256: received.sha256 };
  try {
    await received.writer.commit(key);
  } catch (error) {
    await received.writer.discard();
    throw error;
  }
  try {
    const now = clock().toISOString();
    const command = { type: 'StoreMedia' as const, data: factsOf(received), meta: { now } };
    const { state, events } = await store.handle(mediaAggregate, { tenantId, id: mediaId, command, meta });
    if (state.status !== 'stored') throw new Error(`media ${mediaId} is ${state.status} after it was stored`);
    return { media: state, isNew: events.length > 0 };
  } catch (error) {
    // Refused: these bytes are nobody's. After any other failure the event may stand all the same, so the file stays.
    if (error instanceof DomainError && error.code === mediaExistsCode) await blobs.delete(key);
    throw error;
  }
};

const factsOf = ({ facts, bytes, sha256 }: ReceivedAudio) => ({
  ...facts,
  bytes,
  sha256,
  peaks: facts.peaks === null ? null : Buffer.from(facts.peaks).toString('base64'),
});
