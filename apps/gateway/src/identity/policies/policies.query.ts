import type { Policy } from '@aftertone/contracts';
import { asTenant, type Page } from '@aftertone/event-store';
import { notFound } from '@aftertone/kernel';
import { In } from 'typeorm';
import type { Database } from '../../database/database.ts';
import { findById, type PageRequest, pageById, startOf } from '../page-by-id.ts';
import { builtInPolicies } from './built-in.ts';
import { PolicyRow, policyFrom } from './policy.entity.ts';

/** The policies of a tenant, the built-in ones first, read under row-level security. */
export class PoliciesQuery {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  list(tenantId: string, page: PageRequest): Promise<Page<Policy>> {
    return asTenant(this.database.reader, tenantId, async (manager) => {
      const rows = await manager.find(PolicyRow, findById(page));
      const start = startOf(page) ?? '';
      const builtIn = builtInPolicies(tenantId).filter(({ id }) => id > start);
      return pageById([...builtIn, ...rows.map(policyFrom)], page, (policy) => policy);
    });
  }

  /** Throws `policy-not-found`. */
  async read(tenantId: string, id: string): Promise<Policy> {
    const [policy] = await this.some(tenantId, [id]);
    if (policy === undefined) throw notFound('policy-not-found', 'There is no such policy');
    return policy;
  }

  /** Those of the ids that are policies of the tenant. */
  async some(tenantId: string, ids: readonly string[]): Promise<Policy[]> {
    const builtIn = builtInPolicies(tenantId).filter(({ id }) => ids.includes(id));
    if (builtIn.length === ids.length) return builtIn;
    const rows = await asTenant(this.database.reader, tenantId, (manager) =>
      manager.find(PolicyRow, { where: { tenantId, id: In([...ids]) } }),
    );
    return [...builtIn, ...rows.map(policyFrom)];
  }
}
