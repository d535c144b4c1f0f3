import type { Retention } from '@aftertone/contracts';

/** Runs a statement, in whichever session. */
export type Ask = <Row>(text: string, values: unknown[]) => Promise<Row[]>;

/** A mailbox and the rules that hold for it. */
export interface RuledMailbox {
  tenantId: string;
  mailboxId: string;
  retention: Retention;
}

/** Which mailboxes are looked at; undefined: all. */
export interface Scope {
  tenantId?: string | undefined;
  mailboxId?: string | undefined;
}

const columns = {
  heardDays: 'heard_days',
  unheardDays: 'unheard_days',
  trashDays: 'trash_days',
  deletedDays: 'deleted_days',
} as const satisfies Record<keyof Retention, string>;

const own = (rule: string) => `b.retention ->> '${rule}'`;

/** The mailbox's own days, or those of its tenant. */
const retentionSql = `jsonb_build_object(${Object.entries(columns)
  .map(
    ([rule, column]) =>
      `'${rule}', CASE WHEN b.retention IS NULL OR ${own(rule)} = 'inherit' THEN t.${column} ELSE (${own(rule)})::integer END`,
  )
  .join(', ')})`;

const hasRulesSql = `coalesce(${Object.values(columns)
  .map((column) => `t.${column}`)
  .join(', ')}) IS NOT NULL`;

const behind = 'b.legal_hold IS NULL AND ($4::uuid IS NULL OR b.id = $4)';

/**
 * Mailboxes that have rules of their own, and all of tenants that have some, behind a place in their order; those under legal
 * hold have nothing that may go.
 */
const pageSql = `
  SELECT b.tenant_id AS "tenantId", b.id AS "mailboxId", ${retentionSql} AS retention
  FROM (
    (SELECT b.tenant_id, b.id FROM mailbox b
      WHERE b.retention IS NOT NULL AND (b.tenant_id, b.id) > ($1::uuid, $2::uuid)
        AND ($3::uuid IS NULL OR b.tenant_id = $3) AND ${behind}
      ORDER BY b.tenant_id, b.id LIMIT $5)
    UNION
    (SELECT t.tenant_id, b.id FROM tenant_retention t
      CROSS JOIN LATERAL (
        SELECT b.id FROM mailbox b
        WHERE b.tenant_id = t.tenant_id AND (b.tenant_id, b.id) > ($1::uuid, $2::uuid) AND ${behind}
        ORDER BY b.id LIMIT $5
      ) b
      WHERE t.tenant_id >= $1::uuid AND ($3::uuid IS NULL OR t.tenant_id = $3) AND ${hasRulesSql}
      ORDER BY t.tenant_id, b.id LIMIT $5)
    ORDER BY 1, 2 LIMIT $5
  ) found
  JOIN mailbox b ON b.tenant_id = found.tenant_id AND b.id = found.id
  LEFT JOIN tenant_retention t ON t.tenant_id = b.tenant_id
  ORDER BY 1, 2`;

const lowestId = '00000000-0000-0000-0000-000000000000';

/** The next page in the order of their ids; empty behind the last. */
export const ruledMailboxes = (
  ask: Ask,
  { tenantId, mailboxId }: Scope,
  { after, limit }: { after: RuledMailbox | undefined; limit: number },
): Promise<RuledMailbox[]> =>
  ask<RuledMailbox>(pageSql, [
    after?.tenantId ?? tenantId ?? lowestId,
    after?.mailboxId ?? lowestId,
    tenantId ?? null,
    mailboxId ?? null,
    limit,
  ]);

/** The rules for these mailboxes, as far as they are there, and whether they are held. */
export const rulesOfAll = (
  ask: Ask,
  mailboxes: ReadonlyArray<Omit<RuledMailbox, 'retention'>>,
): Promise<Array<RuledMailbox & { held: boolean }>> =>
  ask(
    `SELECT b.tenant_id AS "tenantId", b.id AS "mailboxId", ${retentionSql} AS retention, b.legal_hold IS NOT NULL AS held
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted (tenant_id, id) JOIN mailbox b USING (tenant_id, id)
     LEFT JOIN tenant_retention t ON t.tenant_id = b.tenant_id`,
    [mailboxes.map(({ tenantId }) => tenantId), mailboxes.map(({ mailboxId }) => mailboxId)],
  );
