import type { TenantReads } from '@aftertone/event-store';
import { mediaNotFound } from '../media.decider.ts';
import { mediaTable } from './media.projection.ts';
import { type MediaRow, mediaColumns } from './media-row.ts';

const oneMedia = {
  name: 'media',
  text: `SELECT ${mediaColumns} FROM ${mediaTable} m WHERE m.tenant_id = $1 AND m.id = $2`,
};

/** @throws DomainError `media-not-found`, also for another tenant's. */
export const findMedia = async (reads: TenantReads, tenantId: string, id: string): Promise<MediaRow> => {
  const [row] = await reads.rows<MediaRow>(oneMedia, tenantId, [tenantId, id]);
  if (row === undefined) throw mediaNotFound();
  return row;
};
