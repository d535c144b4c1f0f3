import type { QueryRunner } from 'typeorm';
import { prepareTable, writeRowsSql } from './written-table.ts';

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
  await prepareTable((sql, values) => queryRunner.query(sql, values), { table, key, readable });
  await queryRunner.query(
    `INSERT INTO read_model (table_name, key_columns, readable) VALUES ($1, $2, $3)
     ON CONFLICT (table_name) DO UPDATE SET key_columns = excluded.key_columns, readable = excluded.readable`,
    [table, key, readable],
  );
  const all: Array<{ table_name: string }> = await queryRunner.query(
    'SELECT table_name FROM read_model ORDER BY table_name',
  );
  await queryRunner.query(writeRowsSql(all.map((row) => row.table_name)));
}
