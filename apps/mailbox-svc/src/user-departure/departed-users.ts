import { asStoreError, type EventMeta } from '@aftertone/event-store';
import { rejected } from '@aftertone/kernel';
import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { Ground } from '../ground/ground.ts';

export interface Departed {
  tenantId: string;
  userId: string;
}

/** A departure as it is on record. */
export interface Departure extends Departed {
  /** As the database writes it: a JavaScript date has no microseconds. */
  at: string;
  meta: EventMeta;
}

export const byTheService = (cause: { correlationId: string; causationId?: string }): EventMeta => ({
  actor: { kind: 'system', id: 'mailbox-svc' },
  ...cause,
});

interface Row {
  tenant_id: string;
  user_id: string;
  at: string;
  correlation_id: string;
  causation_id: string | null;
}

/**
 * Who is a user no more. The gateway looks once at the users that a request names; until the request is written they may be
 * deleted. Ids are never given again, so an entry stays for ever.
 */
export class DepartedUsers {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** From here on nothing new is begun with the user. */
  async note({ tenantId, userId }: Departed, { correlationId, causationId }: EventMeta): Promise<void> {
    await this.query({
      name: 'note-departure',
      text: `INSERT INTO departed_user (tenant_id, user_id, correlation_id, causation_id) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING`,
      values: [tenantId, userId, correlationId, causationId ?? null],
    });
  }

  /** @throws DomainError `user-departed` when one of them is */
  async refuse(tenantId: string, userIds: readonly string[]): Promise<void> {
    if (userIds.length === 0) return;
    const { rows } = await this.query<{ user_id: string }>({
      name: 'departed-of',
      text: 'SELECT user_id FROM departed_user WHERE tenant_id = $1 AND user_id = ANY ($2::uuid[]) LIMIT 1',
      values: [tenantId, userIds],
    });
    const [gone] = rows;
    if (gone === undefined) return;
    throw rejected('user-departed', 'This user was deleted.', { userId: gone.user_id });
  }

  /** Who left at least `afterMs` ago and was not looked for a second time; the earliest after `last` first. */
  async due(afterMs: number, last: Departure | null, limit: number): Promise<Departure[]> {
    const { rows } = await this.query<Row>({
      name: 'departures-due',
      text: `SELECT tenant_id, user_id, at::text, correlation_id, causation_id FROM departed_user
        WHERE swept_at IS NULL AND at <= now() - $1 * interval '1 millisecond'
          AND ($2::timestamptz IS NULL OR (at, user_id) > ($2, $3::uuid))
        ORDER BY at, user_id LIMIT $4`,
      values: [afterMs, last?.at ?? null, last?.userId ?? null, limit],
    });
    return rows.map(({ tenant_id: tenantId, user_id: userId, at, correlation_id: correlationId, causation_id }) => ({
      ...{ tenantId, userId, at },
      meta: byTheService({ correlationId, ...(causation_id !== null && { causationId: causation_id }) }),
    }));
  }

  async swept({ tenantId, userId }: Departed): Promise<void> {
    await this.query({
      name: 'departure-swept',
      text: 'UPDATE departed_user SET swept_at = now() WHERE tenant_id = $1 AND user_id = $2',
      values: [tenantId, userId],
    });
  }

  private async query<R extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<R>> {
    return this.ground.store.pool.query<R>(statement).catch((error: unknown) => {
      throw asStoreError(error);
    });
  }
}
