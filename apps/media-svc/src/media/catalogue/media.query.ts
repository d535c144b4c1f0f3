import { asTenant } from '@aftertone/event-store';
import type { DataSource } from 'typeorm';
import { mediaNotFound } from '../media.decider.ts';
import { MediaRow } from './media.entity.ts';

/** @throws DomainError `media-not-found`, also for another tenant's. */
export const findMedia = async (reader: DataSource, tenantId: string, id: string): Promise<MediaRow> => {
  const row = await asTenant(reader, tenantId, (manager) => manager.findOneBy(MediaRow, { tenantId, id }));
  if (row === null) throw mediaNotFound();
  return row;
};
