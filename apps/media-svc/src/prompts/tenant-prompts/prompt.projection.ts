import type { ChangeContext, RowChange } from '@aftertone/event-store';
import type { PromptState } from '../prompt.ts';

export const promptTable = 'tenant_prompt';

/** The row by which a replaced prompt is found; without one the built-in clip is heard. */
export const promptRows = (after: PromptState, { tenantId, version }: ChangeContext): RowChange[] => {
  if (after.status === 'built-in') return [];
  const key = { tenant_id: tenantId, language: after.language, key: after.key };
  if (after.status === 'reset') return [{ table: promptTable, op: 'delete', key }];
  const { audio, replacedAt } = after;
  const row = {
    ...key,
    media_id: audio.mediaId,
    content_type: audio.contentType,
    duration_ms: audio.durationMs,
    bytes: audio.bytes,
    sha256: audio.sha256,
    replaced_at: replacedAt,
    version,
  };
  return [{ table: promptTable, op: 'upsert', row }];
};
