import { readerRole, tenantPolicySql } from './tenancy.sql.ts';

/** Runs one statement and gives its rows: TypeORM's query runners and `pg` do it differently. */
export type Run = (sql: string, values?: unknown[]) => Promise<unknown>;

export interface Column {
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
  const columns = await columnsOf(run, table);
  if (!columns.some(({ name }) => name === 'tenant_id')) throw new Error(`table ${table} has no column tenant_id`);
  await run(writeFunctionSql(table, key, columns));
  await run(tenantPolicySql(quoted(table)));
  await run(
    readable
      ? `GRANT SELECT ON ${quoted(table)} TO ${readerRole}`
      : `REVOKE ALL ON ${quoted(table)} FROM ${readerRole}`,
  );
}

/** Columns that can be written. */
export const columnsOf = async (run: Run, table: string): Promise<Column[]> =>
  (await run(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
    [quoted(table)],
  )) as Column[];

const onConflict = (key: readonly string[], columns: readonly Column[]): string => {
  const others = columns.filter(({ name }) => !key.includes(name)).map(({ name }) => quoted(name));
  return others.length === 0
    ? 'DO NOTHING'
    : `DO UPDATE SET ${others.map((column) => `${column} = excluded.${column}`).join(', ')}`;
};

/**
 * Makes `put_<table>(rows)`, with which `append_foreseen` writes rows of a batch: none of them is deleted, and two with the
 * same key are an error (21000), so nothing is sorted.
 */
export async function preparePut(run: Run, { table, key }: { table: string; key: readonly string[] }): Promise<void> {
  const columns = await columnsOf(run, table);
  const all = columns.map(({ name }) => quoted(name)).join(', ');
  const definitions = columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ');
  await run(`
CREATE OR REPLACE FUNCTION ${quoted(`put_${table}`)}(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ${quoted(table)} (${all})
    SELECT ${all} FROM jsonb_to_recordset(rows) AS x(${definitions})
    ON CONFLICT (${key.map(quoted).join(', ')}) ${onConflict(key, columns)};
END $$`);
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
    ON CONFLICT (${keyColumns}) ${onConflict(key, columns)};
END $$`;
}

const literal = (table: string): string => `'${table.replaceAll("'", "''")}'`;

/** Hands the changes of each table to the table's own function, and finds those of tables that have none. */
const byTable = (tables: readonly string[], call: (table: string, changes: string) => string): string => `
BEGIN${tables
  .map(
    (table) => `
  IF changes ? ${literal(table)} THEN
    PERFORM ${call(table, `changes -> ${literal(table)}`)};
    changes := changes - ${literal(table)};
  END IF;`,
  )
  .join('')}
  IF changes <> '{}' THEN
    RAISE EXCEPTION 'not registered as a read model: %', ARRAY(SELECT jsonb_object_keys(changes))
      USING ERRCODE = '42P01';
  END IF;
END`;

/** `write_rows(changes, verdicts)`: the changes of a batch that is judged, by table. */
export const writeRowsSql = (tables: readonly string[]): string => `
CREATE OR REPLACE FUNCTION write_rows(changes jsonb, verdicts jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$${byTable(tables, (table, changes) => `${quoted(`write_${table}`)}(${changes}, verdicts)`)} $$`;

/** `put_rows(changes)`: the rows of a batch that is written as a whole, by table. */
export const putRowsSql = (tables: readonly string[]): string => `
CREATE OR REPLACE FUNCTION put_rows(changes jsonb) RETURNS void
LANGUAGE plpgsql AS $$${byTable(tables, (table, changes) => `${quoted(`put_${table}`)}(${changes})`)} $$`;
