import type { NewServiceToken, ServiceToken } from '@aftertone/contracts';
import type { RowChange } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { requireOwn } from '../../access/delegation.ts';
import type { Database } from '../../database/database.ts';
import type { Caller } from '../../http/service-calls.ts';
import { metaOf } from '../event-meta.ts';
import { newTokenText, tokenHash } from '../tokens/token-text.ts';
import { serviceTokenAggregate } from './service-token.aggregate.ts';
import type { ServiceTokensQuery } from './service-tokens.query.ts';

/** Lets other software in and out. A service token stays when whoever made it is gone: it belongs to the tenant. */
export class ServiceTokens {
  private readonly database: Database;
  private readonly query: ServiceTokensQuery;

  constructor(database: Database, query: ServiceTokensQuery) {
    this.database = database;
    this.query = query;
  }

  /** The token itself is told this once. Throws `beyond-own-access`. */
  async create(token: NewServiceToken, caller: Caller): Promise<ServiceToken & { token: string }> {
    const { session } = caller;
    requireOwn(session, 'service', token.acl);
    const { tenantId, userId: createdBy } = session;
    const [id, text] = [newId(), newTokenText()];
    const meta = { now: this.database.clock().toISOString() };
    await this.database.store.handle(serviceTokenAggregate, {
      tenantId,
      id,
      isNew: true,
      command: { type: 'CreateServiceToken', data: { serviceTokenId: id, token, createdBy }, meta },
      meta: metaOf(caller),
      extraRows: [{ table: 'service_token_secrets', op: 'upsert', row: { id, token_hash: tokenHash(text) } }],
    });
    return { ...(await this.query.read(tenantId, id)), token: text };
  }

  /** Throws `service-token-not-found`, `beyond-own-access`. */
  async remove(id: string, caller: Caller): Promise<void> {
    const { session } = caller;
    const { acl } = await this.query.read(session.tenantId, id);
    requireOwn(session, 'service', acl);
    await this.end(session.tenantId, id, caller);
  }

  /** The software logs itself out for good. */
  async removeOwn(caller: Caller): Promise<void> {
    const { homeTenantId, userId } = caller.session;
    await this.end(homeTenantId, userId, caller);
  }

  private async end(tenantId: string, id: string, caller: Caller): Promise<void> {
    const without = (table: string): RowChange => ({ table, op: 'delete', key: { id } });
    await this.database.store.handle(serviceTokenAggregate, {
      tenantId,
      id,
      command: { type: 'DeleteServiceToken', data: {}, meta: { now: this.database.clock().toISOString() } },
      meta: metaOf(caller),
      extraRows: [without('service_token_secrets'), without('service_token_uses')],
    });
  }
}
