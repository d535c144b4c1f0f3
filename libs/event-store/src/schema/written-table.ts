import { readerRole, tenantPolicySql } from './tenancy.sql.ts';

/** Runs one statement and gives its rows: TypeORM's query runners and `pg` do it differently. */
export type Run = (sql: string, values?: unknown[]) => Promise<unknown>;

interface Column {
  name: string;
  type: string;
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Puts a table under row-level security by tenant and makes the function that writes its rows. It is generated, because
 * a fixed statement keeps its plan while a dynamic one is planned in every batch.
 *
 * @throws Error when the table has no column `tenant_id`
 */
export async function prepareTable(
  run: Run,
  { table, key, readable }: { table: string; key: readonly string[]; readable: boolean },
): Promise<void> {
  const columns = (await run(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
    [quoted(table)],
  )) as Column[];
  if (!columns.some(({ name }) => name === 'tenant_id')) throw new Error(`table ${table} has no column tenant_id`);
  await run(writeFunctionSql(table, key, columns));
  await run(tenantPolicySql(quoted(table)));
  await run(
    readable
      ? `GRANT SELECT ON ${quoted(table)} TO ${readerRole}`
      : `REVOKE ALL ON ${quoted(table)} FROM ${readerRole}`,
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

/** `write_rows(changes, verdicts)`: the changes of a batch, by table, each handed to the table's own function. */
export function writeRowsSql(tables: readonly string[]): string {
  const literal = (table: string): string => `'${table.replaceAll("'", "''")}'`;
  const steps = tables.map(
    (table) => `
  IF changes ? ${literal(table)} THEN
    PERFORM ${quoted(`write_${table}`)}(changes -> ${literal(table)}, verdicts);
    changes := changes - ${literal(table)};
  END IF;`,
  );
  return `
CREATE OR REPLACE FUNCTION write_rows(changes jsonb, verdicts jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN${steps.join('')}
  IF changes <> '{}' THEN
    RAISE EXCEPTION 'not registered as a read model: %', ARRAY(SELECT jsonb_object_keys(changes))
      USING ERRCODE = '42P01';
  END IF;
END $$`;
}
