import pg from 'pg';

/** Every row of every table of a database, or of the tables of one name, as text. */
export const everything = async (databaseUrl: string, only?: string): Promise<string> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND ($1::text IS NULL OR tablename = $1)`,
      [only ?? null],
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ all: string | null }>(
        `SELECT string_agg(t::text, E'\\n') AS all FROM ${name} t`,
      );
      texts.push(`${name}\n${rows[0]?.all ?? ''}`);
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
};
