import pg from 'pg';
import type { Installation } from '../installation/installation.ts';

/** What a statement returns, for a superuser. */
export async function rows<Row extends pg.QueryResultRow>(
  { servers }: Installation,
  database: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: servers.superuser(database) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(statement, [...values])).rows;
  } finally {
    await client.end();
  }
}
