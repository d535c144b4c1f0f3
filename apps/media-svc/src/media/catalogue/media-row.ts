import { spooledTable } from '../../spool/spooled.table.ts';
import type { MediaFacts } from '../media.ts';

/** A recording that is stored now. */
export interface MediaRow extends MediaFacts {
  id: string;
  storedAt: Date;
  /** Replicas in whose spools it lies; null when the storage has it. */
  heldBy: string[] | null;
}

/** The columns of a `MediaRow`, of `media m`. */
export const mediaColumns = `m.id, m.content_type AS "contentType", m.codec, m.sample_rate AS "sampleRate", m.channels,
  m.duration_ms AS "durationMs", m.bytes, m.sha256, m.peaks, m.stored_at AS "storedAt",
  (SELECT array_agg(s.replica_id) FROM ${spooledTable} s WHERE s.tenant_id = m.tenant_id AND s.id = m.id) AS "heldBy"`;
