import type { QueryRunner } from 'typeorm';
import { readerRole, tenantPolicySql } from './tenancy.sql.ts';

export interface ReadModelTable {
  /** Name of an existing table in the service's schema, with a column `tenant_id uuid`. */
  table: string;
  /** Columns of its primary key, `tenant_id` first. */
  key: readonly [first: 'tenant_id', ...others: string[]];
  /**
   * Tenants' sessions may read it (default true). False for what no query shall ever show, such as credentials: only
   * the service's own connection sees those.
   */
  readable?: boolean;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Lets the append write rows of a table, and puts the table under row-level security by tenant.
 *
 * A service's migration calls it after it made the table, and again after it changed the table's columns: the function
 * that writes the rows is generated here, because a fixed statement keeps its plan while a dynamic one is planned in
 * every batch.
 */
export async function registerReadModel(queryRunner: QueryRunner, model: ReadModelTable): Promise<void> {
  const table = quoted(model.table);
  const columns = await columnsOf(queryRunner, model.table);
  if (!columns.some(({ name }) => name === 'tenant_id'))
    throw new Error(`table ${model.table} has no column tenant_id`);
  await queryRunner.query(writeFunctionSql(model.table, model.key, columns));
  await queryRunner.query(tenantPolicySql(table));
  const readable = model.readable ?? true;
  await queryRunner.query(
    readable ? `GRANT SELECT ON ${table} TO ${readerRole}` : `REVOKE ALL ON ${table} FROM ${readerRole}`,
  );
  await queryRunner.query(
    `INSERT INTO read_model (table_name, key_columns, readable) VALUES ($1, $2, $3)
     ON CONFLICT (table_name) DO UPDATE SET key_columns = excluded.key_columns, readable = excluded.readable`,
    [model.table, model.key, readable],
  );
}

interface Column {
  name: string;
  type: string;
}

function columnsOf(queryRunner: QueryRunner, table: string): Promise<Column[]> {
  return queryRunner.query(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
    [quoted(table)],
  );
}

/**
 * `write_<table>(changes, verdicts)`: the last change of each key counts, changes of requests with a verdict do not.
 * A change is the row, or for a deletion its key, with `#n` (its request) and `#op`.
 */
function writeFunctionSql(table: string, key: readonly string[], columns: readonly Column[]): string {
  const target = quoted(table);
  const keyColumns = key.map(quoted).join(', ');
  const sameKey = key.map((column) => `t.${quoted(column)} = x.${quoted(column)}`).join(' AND ');
  const all = columns.map(({ name }) => quoted(name));
  const others = all.filter((column) => !key.map(quoted).includes(column));
  const onConflict =
    others.length === 0
      ? 'DO NOTHING'
      : `DO UPDATE SET ${others.map((column) => `${column} = excluded.${column}`).join(', ')}`;
  const definitions = columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ');
  const lastChanges = `
      SELECT DISTINCT ON (${keyColumns}) *
      FROM ROWS FROM (jsonb_to_recordset(changes) AS ("#n" int, "#op" text, ${definitions})) WITH ORDINALITY
        AS c("#n", "#op", ${all.join(', ')}, "#place")
      WHERE verdicts["#n"] IS NULL
      ORDER BY ${keyColumns}, "#place" DESC`;
  return `
CREATE OR REPLACE FUNCTION ${quoted(`write_${table}`)}(changes jsonb, verdicts jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF changes @> '[{"#op": "delete"}]' THEN
    DELETE FROM ${target} t USING (${lastChanges}
    ) x WHERE x."#op" = 'delete' AND ${sameKey};
  END IF;
  INSERT INTO ${target} (${all.join(', ')})
    SELECT ${all.join(', ')} FROM (${lastChanges}
    ) x WHERE x."#op" = 'upsert'
    ON CONFLICT (${keyColumns}) ${onConflict};
END $$`;
}
