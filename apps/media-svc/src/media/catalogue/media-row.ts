import type { AudioQuality } from '@aftertone/contracts';
import type { MediaFacts } from '../media.ts';
import { holdersOf } from './home.ts';
import { storageOf } from './home-sql.ts';

/** A recording that is stored now. */
export interface MediaRow extends MediaFacts {
  id: string;
  /** Null where it could not be decoded, or where that is not known. */
  quality: AudioQuality | null;
  storedAt: Date;
  storage: string;
  /** Replicas in whose spools it lies; null when the storage has it. */
  heldBy: string[] | null;
}

/** The columns of a `MediaRow`, of `media m`. */
export const mediaColumns = `m.id, m.content_type AS "contentType", m.codec, m.sample_rate AS "sampleRate", m.channels,
  m.duration_ms AS "durationMs", m.bytes, m.sha256, m.peaks, m.quality, m.stored_at AS "storedAt",
  ${storageOf('m')} AS storage, ${holdersOf('m')} AS "heldBy"`;
