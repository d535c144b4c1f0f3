import { freshDatabase } from '@aftertone/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { eventStoreMigrations, migrate } from '../index.ts';
import { asTenant, openReader } from './reader.ts';

it('tells of a session that is lost in the middle of a reading as of a database that does not answer', async () => {
  const database = await freshDatabase();
  await migrate(database.url, eventStoreMigrations);
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const reader = await openReader(database.url, []);
  const tenant = '0190e000-0000-7000-8000-000000000001';
  const reading = asTenant(reader, tenant, async (manager) => {
    const [session] = await manager.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
    const released = new Promise((resolve) => {
      const looking = setInterval(() => {
        if (!manager.queryRunner?.isReleased) return;
        clearInterval(looking);
        resolve(undefined);
      }, 1);
    });
    await owner.query('SELECT pg_terminate_backend($1)', [session?.pid]);
    await released;
    return manager.query('SELECT 1');
  });
  await expect(reading).rejects.toMatchObject({ code: 'store-unavailable', kind: 'unavailable' });
  expect(await asTenant(reader, tenant, (manager) => manager.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  await reader.destroy();
  await owner.end();
  await database.drop();
});
