import type { ChangeContext, RowChange } from '@aftertone/event-store';
import type { Media } from '../media.ts';

export const mediaTable = 'media';

/** The row by which a recording is found and played; it ends with the recording. */
export const mediaRows = (after: Media, { tenantId, id }: ChangeContext): RowChange[] => {
  switch (after.status) {
    case 'absent':
      return [];
    case 'deleted':
      return [{ table: mediaTable, op: 'delete', key: { tenant_id: tenantId, id } }];
    case 'stored': {
      const { facts, storedAt, messageIds, releasedAt } = after;
      const row = {
        tenant_id: tenantId,
        id,
        content_type: facts.contentType,
        codec: facts.codec,
        sample_rate: facts.sampleRate,
        channels: facts.channels,
        duration_ms: facts.durationMs,
        bytes: facts.bytes,
        sha256: facts.sha256,
        peaks: facts.peaks,
        quality: facts.quality ?? null,
        stored_at: storedAt,
        reference_count: messageIds.size,
        released_at: releasedAt,
        unreferenced_since: messageIds.size > 0 ? null : (releasedAt ?? storedAt),
      };
      return [{ table: mediaTable, op: 'upsert', row }];
    }
  }
};
