import type pg from 'pg';
import { type Column, columnsOf, prepareTable, quoted } from '../schema/written-table.ts';

export interface Shadow {
  /** The table whose place it takes. */
  table: string;
  columns: readonly Column[];
  /** Of the primary key. */
  key: readonly string[];
}

/** Name of the table that a rebuild fills, and then puts in the place of `table`. */
export const shadowOf = (table: string): string => `${table}__rebuild`;

/**
 * Makes an empty table like the given read model: columns, checks, row-level security, grants, and the function that
 * writes its rows; no indexes, since a full table gets them for less. One that an interrupted rebuild left behind is
 * taken away first.
 *
 * @throws Error when the table is no registered read model, or has foreign keys, which a copy would lose
 */
export async function makeShadow(session: pg.ClientBase, table: string): Promise<Shadow> {
  const { rows } = await session.query<{ key_columns: string[]; readable: boolean; attached: boolean }>(
    `SELECT m.key_columns, m.readable,
       EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = m.table_name::regclass AND c.contype = 'f') AS attached
     FROM read_model m WHERE m.table_name = $1`,
    [table],
  );
  const [model] = rows;
  if (model === undefined) throw new Error(`table ${table} is not registered as a read model`);
  if (model.attached) throw new Error(`table ${table} has foreign keys: it cannot be rebuilt`);
  const shadow = shadowOf(table);
  await dropShadow(session, table);
  await session.query(`CREATE TABLE ${quoted(shadow)} (LIKE ${quoted(table)} INCLUDING ALL EXCLUDING INDEXES)`);
  const run = async (sql: string, values?: unknown[]) => (await session.query(sql, values)).rows;
  await prepareTable(run, { table: shadow, key: model.key_columns, readable: model.readable });
  return { table, key: model.key_columns, columns: await columnsOf(run, shadow) };
}

/** Gives a filled shadow the indexes of its table, and those constraints that are indexes. */
export async function indexShadow(session: pg.ClientBase, table: string): Promise<void> {
  const shadow = quoted(shadowOf(table));
  const { rows } = await session.query<{ is_unique: boolean; definition: string; key: string | null }>(
    `SELECT i.indisunique AS is_unique, substring(pg_get_indexdef(i.indexrelid) from ' USING .*$') AS definition,
       pg_get_constraintdef(c.oid) AS key
     FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
     WHERE i.indrelid = $1::regclass ORDER BY i.indisprimary DESC`,
    [quoted(table)],
  );
  for (const { is_unique, definition, key } of rows) {
    await session.query(
      key === null
        ? `CREATE ${is_unique ? 'UNIQUE ' : ''}INDEX ON ${shadow}${definition}`
        : `ALTER TABLE ${shadow} ADD ${key}`,
    );
  }
  await session.query(`ANALYZE ${shadow}`);
}

export async function dropShadow(session: pg.ClientBase, table: string): Promise<void> {
  const shadow = shadowOf(table);
  await session.query(`DROP FUNCTION IF EXISTS ${quoted(`write_${shadow}`)}(jsonb, jsonb[])`);
  await session.query(`DROP TABLE IF EXISTS ${quoted(shadow)}`);
}

/**
 * Puts the shadow in the place of its table, in the transaction at hand. Indexes get their names back, and triggers are made
 * that the table had; none of them has seen the fresh rows.
 */
export async function swapShadow(session: pg.ClientBase, table: string): Promise<void> {
  const shadow = shadowOf(table);
  const before = await indexesOf(session, table);
  const after = await indexesOf(session, shadow);
  const triggers = await session.query<{ definition: string }>(
    'SELECT pg_get_triggerdef(oid) AS definition FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal',
    [quoted(table)],
  );
  await session.query(`DROP TABLE ${quoted(table)}`);
  await session.query(`ALTER TABLE ${quoted(shadow)} RENAME TO ${quoted(table)}`);
  for (const { name, definition } of before) {
    const twin = after.findIndex((index) => index.definition === definition);
    const [index] = twin < 0 ? [] : after.splice(twin, 1);
    if (index !== undefined) await session.query(`ALTER INDEX ${quoted(index.name)} RENAME TO ${quoted(name)}`);
  }
  for (const { definition } of triggers.rows) await session.query(definition);
  await session.query(`DROP FUNCTION ${quoted(`write_${shadow}`)}(jsonb, jsonb[])`);
}

/** Indexes with what they are, without their names: what follows the table in their definition. */
async function indexesOf(session: pg.ClientBase, table: string): Promise<Array<{ name: string; definition: string }>> {
  const { rows } = await session.query<{ name: string; definition: string }>(
    `SELECT c.relname AS name,
       i.indisunique || ' ' || i.indisprimary || substring(pg_get_indexdef(i.indexrelid) from ' USING .*$') AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1::regclass ORDER BY c.relname`,
    [quoted(table)],
  );
  return rows;
}
