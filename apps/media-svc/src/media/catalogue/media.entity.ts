import { EntitySchema } from 'typeorm';
import { spooledTable } from '../../spool/spooled.table.ts';
import type { MediaFacts } from '../media.ts';
import { mediaTable } from './media.projection.ts';

/** A recording that is stored now. */
export interface MediaRow extends MediaFacts {
  tenantId: string;
  id: string;
  storedAt: Date;
  /** How many messages play it. */
  referenceCount: number;
  /** When the last message let go of it; null while one plays it, and when none ever did. */
  releasedAt: Date | null;
  /** Since when no message plays it; null while one does. */
  unreferencedSince: Date | null;
  /** Replicas in whose spools it lies; null when the storage has it. */
  readonly heldBy: string[] | null;
}

export const MediaRow = new EntitySchema<MediaRow>({
  name: 'MediaRow',
  tableName: mediaTable,
  columns: {
    tenantId: { name: 'tenant_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    contentType: { name: 'content_type', type: 'text' },
    codec: { type: 'text' },
    sampleRate: { name: 'sample_rate', type: 'int' },
    channels: { type: 'int' },
    durationMs: { name: 'duration_ms', type: 'int' },
    bytes: { type: 'int' },
    sha256: { type: 'text' },
    peaks: { type: 'text', nullable: true },
    storedAt: { name: 'stored_at', type: 'timestamptz' },
    referenceCount: { name: 'reference_count', type: 'int' },
    releasedAt: { name: 'released_at', type: 'timestamptz', nullable: true },
    unreferencedSince: { name: 'unreferenced_since', type: 'timestamptz', nullable: true },
    heldBy: {
      type: 'uuid',
      array: true,
      virtualProperty: true,
      query: (media) =>
        `SELECT array_agg(s.replica_id) FROM ${spooledTable} s WHERE s.tenant_id = ${media}.tenant_id AND s.id = ${media}.id`,
    },
  },
});
