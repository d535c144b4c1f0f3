import { Client } from 'pg';

/**
 * Names of the tables that hold `text` in some column of some row, as it stands there or inside of JSON.
 * Bytes are looked through too, as the characters they spell. Rows of other tenants than `tenantId` are left out.
 */
export const everyTableHolding = async (url: string, text: string, tenantId: string): Promise<string[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; tenants: boolean }>(
      `SELECT t.table_name AS name, EXISTS (
         SELECT FROM information_schema.columns c
         WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.column_name = 'tenant_id') AS tenants
       FROM information_schema.tables t
       WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
    );
    const holding: string[] = [];
    const json = JSON.stringify(text).slice(1, -1);
    const hex = Buffer.from(text).toString('hex');
    for (const { name, tenants } of rows) {
      // The text of a row shows bytea as hex.
      const found = await client.query(
        `SELECT FROM "${name}" r WHERE (position($1 IN r::text) > 0 OR position($2 IN r::text) > 0
           OR position($3 IN r::text) > 0) ${tenants ? 'AND tenant_id = $4' : 'AND $4::uuid IS NOT NULL'} LIMIT 1`,
        [text, json, hex, tenantId],
      );
      if (found.rowCount) holding.push(name);
    }
    return holding;
  } finally {
    await client.end();
  }
};
