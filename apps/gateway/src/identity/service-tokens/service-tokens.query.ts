import type { ServiceToken } from '@aftertone/contracts';
import { asTenant, type Page } from '@aftertone/event-store';
import { notFound } from '@aftertone/kernel';
import { type EntityManager, In } from 'typeorm';
import type { Database } from '../../database/database.ts';
import { findById, type PageRequest, pageById } from '../page-by-id.ts';
import { ServiceTokenRow, ServiceTokenUseRow, serviceTokenFrom } from './service-token.entity.ts';

const lastUses = async (manager: EntityManager, rows: readonly ServiceTokenRow[]): Promise<Map<string, Date>> => {
  const uses = await manager.find(ServiceTokenUseRow, { where: { id: In(rows.map(({ id }) => id)) } });
  return new Map(uses.map(({ id, usedAt }) => [id, usedAt]));
};

/** The service tokens of a tenant, read under row-level security. */
export class ServiceTokensQuery {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  list(tenantId: string, page: PageRequest): Promise<Page<ServiceToken>> {
    return asTenant(this.database.reader, tenantId, async (manager) => {
      const rows = await manager.find(ServiceTokenRow, findById(page));
      const uses = await lastUses(manager, rows);
      return pageById(rows, page, (row) => serviceTokenFrom(row, uses.get(row.id)));
    });
  }

  /** Throws `service-token-not-found`. */
  read(tenantId: string, id: string): Promise<ServiceToken> {
    return asTenant(this.database.reader, tenantId, async (manager) => {
      const row = await manager.findOneBy(ServiceTokenRow, { id });
      if (row === null) throw notFound('service-token-not-found', 'There is no such service token');
      const uses = await lastUses(manager, [row]);
      return serviceTokenFrom(row, uses.get(id));
    });
  }
}
