import { type Actor, type DeliveryFilter, type DeliveryReplay, deliveryFilter, id } from '@aftertone/contracts';
import { newId, notFound } from '@aftertone/kernel';
import type pg from 'pg';
import { conditionsOf, parameters, type Statement } from '../list/delivery-list.sql.ts';

/** Which failed deliveries are sent again; operators may name a single one. */
export const replayFilter = deliveryFilter.extend({ id: id.optional() });
export type ReplayFilter = DeliveryFilter & { id?: string | undefined };

export interface ReplayRequest {
  tenantId: string;
  filter: ReplayFilter;
  requestedBy: Pick<Actor, 'kind' | 'id'>;
  correlationId: string;
  now: Date;
}

interface Row extends Omit<DeliveryReplay, 'state' | 'requestedAt' | 'finishedAt'> {
  requestedAt: Date;
  finishedAt: Date | null;
}

type Queryable = Pick<pg.Pool | pg.Client, 'query'>;

/** Conditions on `d`: failed, of the tenant, and as the filter says. What was sent elsewhere instead is done with. */
export const failedOf = (
  { tenantId, filter: { id: one, ...filter } }: Pick<ReplayRequest, 'tenantId' | 'filter'>,
  param: (value: unknown) => string,
): string[] => [
  `d.tenant_id = ${param(tenantId)}`,
  ...conditionsOf({ ...filter, state: 'failed' }, param),
  'd.replaced_by IS NULL',
  ...(one === undefined ? [] : [`d.id = ${param(one)}`]),
];

const countOf = (request: Pick<ReplayRequest, 'tenantId' | 'filter'>): Statement => {
  const { values, param } = parameters();
  return {
    text: `SELECT count(*)::int AS count FROM delivery d WHERE ${failedOf(request, param).join(' AND ')}`,
    values,
  };
};

const columns = 'id, count, replayed, refused, skipped, requested_at AS "requestedAt", finished_at AS "finishedAt"';

const publicReplay = ({ requestedAt, finishedAt, ...rest }: Row): DeliveryReplay => ({
  ...rest,
  state: finishedAt === null ? 'running' : 'done',
  requestedAt: requestedAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
});

/** Puts on record that all of these are to be sent again; whoever is elected does it. */
export const requestReplay = async (db: Queryable, request: ReplayRequest): Promise<DeliveryReplay> => {
  const { tenantId, filter, requestedBy, correlationId, now } = request;
  const counted = await db.query<{ count: number }>(countOf(request));
  const { rows } = await db.query<Row>(
    `INSERT INTO delivery_replay (tenant_id, id, filter, requested_by, correlation_id, requested_at, count)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${columns}`,
    [tenantId, newId(), filter, requestedBy, correlationId, now, counted.rows[0]?.count ?? 0],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the replay was not kept');
  return publicReplay(row);
};

/** Throws `delivery-replay-not-found`. */
export const readReplay = async (db: Queryable, tenantId: string, replayId: string): Promise<DeliveryReplay> => {
  const { rows } = await db.query<Row>(`SELECT ${columns} FROM delivery_replay WHERE tenant_id = $1 AND id = $2`, [
    tenantId,
    replayId,
  ]);
  const [row] = rows;
  if (row === undefined) throw notFound('delivery-replay-not-found', 'There is no such replay, or it is long over.');
  return publicReplay(row);
};
