import type { CallContext } from '@aftertone/contracts';
import { asTenant } from '@aftertone/event-store';
import { type ListFilters, listQuery } from '../messages/inbox/list.query.ts';
import { type ListFacts, listFactsReading, listFactsValues, plainList } from '../messages/inbox/list-facts.ts';
import type { Instance } from './test-ground.ts';

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: Node[];
}

/** What one query has cost. */
export interface Looked {
  /** Rows of messages and marks that the plan has looked at, also those that it then left out. */
  rows: number;
  /** Blocks of 8 KiB. */
  blocks: number;
  plan: string;
}

const counted = new Set(['message', 'message_mark', 'own_mark', 'own_run']);

const rowsOf = (node: Node): number => {
  const below = (node.Plans ?? []).reduce((sum, plan) => sum + rowsOf(plan), 0);
  if (!counted.has(node['Relation Name'] ?? '')) return below;
  const left = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return below + (node['Actual Rows'] + left) * node['Actual Loops'];
};

/** Runs a statement as a tenant's reader and tells what it looked at. */
export const lookedAt = ({ ground }: Instance, tenantId: string, sql: string, values: unknown[]): Promise<Looked> =>
  asTenant(ground.reader, tenantId, async (manager) => {
    const [found] = await manager.query<{ 'QUERY PLAN': [{ Plan: Node }] }[]>(
      `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${sql}`,
      values,
    );
    if (found === undefined) throw new Error('there is no plan');
    const { Plan: root } = found['QUERY PLAN'][0];
    const blocks = (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0);
    return { rows: rowsOf(root), blocks, plan: JSON.stringify(root) };
  });

/** The same of a list, read in the way that the service would choose; what it chooses by counts too. */
export const listLookedAt = async (
  parts: Instance,
  call: CallContext,
  asked: ListFilters & { mailboxId?: string | undefined },
): Promise<Looked> => {
  const { tenantId } = call;
  const facts = listFactsValues(call, asked);
  const chosen = facts && (await parts.ground.reads.rows<ListFacts>(listFactsReading, tenantId, facts))[0];
  const [sql, values] = await asTenant(parts.ground.reader, tenantId, async (manager) =>
    listQuery(manager, call, asked, chosen ?? plainList).getQueryAndParameters(),
  );
  const list = await lookedAt(parts, tenantId, sql, values);
  if (facts === null) return list;
  const reading = await lookedAt(parts, tenantId, listFactsReading.text, facts);
  return { ...list, rows: list.rows + reading.rows, blocks: list.blocks + reading.blocks };
};
