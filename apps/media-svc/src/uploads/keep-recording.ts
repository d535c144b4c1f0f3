import type { EventMeta } from '@aftertone/event-store';
import { DomainError } from '@aftertone/kernel';
import type { Reads } from '../audio/container/readings.ts';
import type { BlobKey } from '../blobs/blob-store.ts';
import type { Ground } from '../ground/ground.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import { mediaExistsCode } from '../media/media.decider.ts';
import type { StoredMedia } from '../media/media.ts';
import { noteBuffers } from '../memory/young-garbage.ts';
import { spooledRow } from '../spool/spooled.table.ts';
import type { Kept as KeptAt } from '../storages/recordings.ts';
import { type ReceivedAudio, receiveAudio, type UploadLimits } from './receive-audio.ts';
import { UploadBody } from './upload-body.ts';
import type { UploadMemory } from './upload-memory.ts';

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

export type KeepingParts = Pick<Ground, 'store' | 'recordings' | 'clock'> & {
  memory: UploadMemory;
  readings: Reads;
};

/**
 * Takes a recording in: first its bytes are durable, then its event. Wherever a kill falls between, there may be a file
 * without an event, which housekeeping removes, but never an event without its file.
 */
export const keepRecording = async (parts: KeepingParts, upload: Upload): Promise<Kept> => {
  const { recordings, memory, readings } = parts;
  const { tenantId, mediaId } = upload;
  const body = new UploadBody(memory, () => recordings.spool.begin());
  try {
    const received = await receiveAudio(upload.source, { readings, body, limits: upload.limits });
    const key: BlobKey = { tenantId, mediaId, sha256: received.sha256 };
    const home = await recordings.keep(key, body.whole());
    return await record(parts, upload, { received, key, home });
  } finally {
    noteBuffers(body.bytes);
    await body.end();
  }
};

interface Durable {
  received: ReceivedAudio;
  key: BlobKey;
  home: KeptAt;
}

const record = async (
  { store, recordings, clock }: KeepingParts,
  { tenantId, mediaId, meta }: Upload,
  { received, key, home }: Durable,
): Promise<Kept> => {
  const now = clock().toISOString();
  try {
    const { state, events } = await store.handle(mediaAggregate, {
      tenantId,
      id: mediaId,
      command: { type: 'StoreMedia' as const, data: { ...factsOf(received), storage: home.storage }, meta: { now } },
      meta,
      // Nearly always; an upload that comes again finds out by the conflict.
      isNew: true,
      extraRows: home.heldBy.map((replicaId) => spooledRow(key, { storage: home.storage, replicaId, at: now })),
    });
    if (state.status !== 'stored') throw new Error(`media ${mediaId} is ${state.status} after it was stored`);
    return { media: state, isNew: events.length > 0 };
  } catch (error) {
    // Refused: these bytes are nobody's. After any other failure the event may stand all the same, so the file stays.
    if (error instanceof DomainError && error.code === mediaExistsCode) await recordings.discard(key, home);
    throw error;
  }
};

const factsOf = ({ facts, bytes, sha256 }: ReceivedAudio) => ({
  ...facts,
  bytes,
  sha256,
  peaks: facts.peaks === null ? null : Buffer.from(facts.peaks).toString('base64'),
});
