import type { Ask } from './ruled-mailboxes.query.ts';
import type { Cutoff } from './rules.ts';
import { stageSql } from './stage.sql.ts';
import type { Stage } from './stage.ts';

/** Messages of one stage in one mailbox, behind a place in their order. */
export interface Search extends Cutoff {
  tenantId: string;
  mailboxId: string;
  after: { since: Date; id: string } | null;
}

export interface DueRow {
  tenantId: string;
  mailboxId: string;
  id: string;
  stage: Stage;
  since: Date;
  /** Size of its recording; 0 without one. */
  bytes: number;
}

/** A message whose time has come, and by which cutoff. */
export interface Due extends DueRow {
  through: Date;
}

/** Takes `dueValues`. */
export const dueSql = `
  SELECT s.place::integer AS place, s.tenant_id AS "tenantId", s.mailbox_id AS "mailboxId", s.stage, d.id, d.since, d.bytes
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::uuid[])
    WITH ORDINALITY AS s (tenant_id, mailbox_id, stage, through, after_since, after_id, place)
  CROSS JOIN LATERAL (
    SELECT m.id, m.stage_since AS since, coalesce((m.content ->> 'bytes')::float8, 0) AS bytes FROM message m
    WHERE m.tenant_id = s.tenant_id AND m.mailbox_id = s.mailbox_id AND (${stageSql('m')}) = s.stage
      AND m.legal_hold IS NULL AND m.stage_since <= s.through
      AND (m.stage_since, m.id) > (coalesce(s.after_since, '-infinity'), coalesce(s.after_id, '00000000-0000-0000-0000-000000000000'))
    ORDER BY m.stage_since, m.id LIMIT $7
  ) d
  ORDER BY d.since, d.id`;

/** What each search is about, in arrays of the same order. */
export const dueValues = (searches: readonly Search[], limit: number): unknown[] => [
  searches.map(({ tenantId }) => tenantId),
  searches.map(({ mailboxId }) => mailboxId),
  searches.map(({ stage }) => stage),
  searches.map(({ through }) => through),
  searches.map(({ after }) => after?.since ?? null),
  searches.map(({ after }) => after?.id ?? null),
  limit,
];

/** Up to `limit` of each search; what has been due for longest comes first. `open`: the searches that go on behind that. */
export const dueMessages = async (
  ask: Ask,
  searches: readonly Search[],
  limit: number,
): Promise<{ due: Due[]; open: Search[] }> => {
  const rows = await ask<DueRow & { place: number }>(dueSql, dueValues(searches, limit));
  const bySearch = Map.groupBy(rows, ({ place }) => place - 1);
  const open = searches.flatMap((search, n) => {
    const found = bySearch.get(n) ?? [];
    const last = found.at(-1);
    return last === undefined || found.length < limit ? [] : [{ ...search, after: last }];
  });
  const due = rows.flatMap(({ place, ...row }) => {
    const search = searches[place - 1];
    return search === undefined ? [] : [{ ...row, through: search.through }];
  });
  return { due, open };
};
