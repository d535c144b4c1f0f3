import type { QueryRunner } from 'typeorm';
import { preparePut, prepareTable, putRowsSql, type Run, writeRowsSql } from './written-table.ts';

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

/**
 * Lets the append write rows of a table, and puts the table under row-level security by tenant.
 *
 * A service's migration calls it after it made the table, and again after it changed the table's columns.
 */
export async function registerReadModel(queryRunner: QueryRunner, model: ReadModelTable): Promise<void> {
  const { table, key, readable = true } = model;
  const run: Run = (sql, values) => queryRunner.query(sql, values);
  await prepareTable(run, { table, key, readable });
  await preparePut(run, { table, key });
  await queryRunner.query(
    `INSERT INTO read_model (table_name, key_columns, readable) VALUES ($1, $2, $3)
     ON CONFLICT (table_name) DO UPDATE SET key_columns = excluded.key_columns, readable = excluded.readable`,
    [table, key, readable],
  );
  const all = (await registered(queryRunner)).map((row) => row.table_name);
  await queryRunner.query(writeRowsSql(all));
  await queryRunner.query(putRowsSql(all));
}

/** Lets `append_whole` and `append_foreseen` write the rows of all tables that were registered before there was one. */
export async function preparePuts(queryRunner: QueryRunner): Promise<void> {
  const all = await registered(queryRunner);
  const run: Run = (sql, values) => queryRunner.query(sql, values);
  for (const { table_name: table, key_columns: key } of all) await preparePut(run, { table, key });
  await queryRunner.query(putRowsSql(all.map((row) => row.table_name)));
}

const registered = (queryRunner: QueryRunner): Promise<Array<{ table_name: string; key_columns: string[] }>> =>
  queryRunner.query('SELECT table_name, key_columns FROM read_model ORDER BY table_name');
