import { eventually, freshDatabase } from '@aftertone/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { countGrowth } from './growth.ts';

it('tells rows that came and went, and bytes with indexes, of each table', async () => {
  const database = await freshDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const counter = await countGrowth({ servers: { superuser: () => database.url } });
  try {
    await client.query('CREATE TABLE kept (id int PRIMARY KEY, text text)');
    const before = (await counter.read()).get('mailbox: kept');
    await client.query(`INSERT INTO kept SELECT n, repeat('x', 100) FROM generate_series(1, 1000) n`);
    await client.query('DELETE FROM kept WHERE id > 900');
    // Sessions report what they did once they are idle.
    await eventually(async () => expect((await counter.read()).get('notify: kept')?.rows).toBe(900));
    const after = (await counter.read()).get('mailbox: kept');
    // The text alone is 100 kB; the key's index comes on top.
    expect((after?.bytes ?? 0) - (before?.bytes ?? 0)).toBeGreaterThan(130_000);
  } finally {
    await Promise.all([counter.end(), client.end()]);
    await database.drop();
  }
});
