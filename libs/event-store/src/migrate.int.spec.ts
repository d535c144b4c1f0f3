import { fork } from 'node:child_process';
import { once } from 'node:events';
import { freshDatabase } from '@aftertone/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { sampleMigrations } from './test-support/sample-store.ts';

const program = new URL('test-support/migrate-process.ts', import.meta.url);

it('lets three processes migrate at once: each step runs once', async () => {
  const database = await freshDatabase();
  const results = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = fork(program, [database.url], { execArgv: ['--conditions=source'], stdio: 'inherit' });
      const [[ran], [code]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
      return { ran, code };
    }),
  );
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(results.flatMap(({ ran }) => ran)).toEqual([
    'EventStoreTables1700000000001',
    'EnsuredFeeds1700000000002',
    'SealedSecrets1700000000003',
    'WholeBatches1700000000004',
    'RelayedSequence1700000000006',
    'FeedStates1700000000007',
    'ForeseenBatches1700000000008',
  ]);
  await database.drop();
});

it('lets services with databases of their own on one server migrate at once', async () => {
  const databases = await Promise.all([freshDatabase(), freshDatabase(), freshDatabase()]);
  const ran = await Promise.all(databases.map(({ url }) => migrate(url, sampleMigrations)));
  expect(ran.map((names) => names.length)).toEqual([8, 8, 8]);
  expect(await migrate(databases[0]?.url ?? '', sampleMigrations)).toEqual([]);
  await Promise.all(databases.map((database) => database.drop()));
});

it('leaves nothing of a migration that fails, and nobody locked out', async () => {
  const database = await freshDatabase();
  class Broken {
    name = 'Broken1800000000000';
    async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
      await runner.query('CREATE TABLE half (id int)');
      await runner.query('SELECT broken');
    }
    async down(): Promise<void> {}
  }
  await expect(migrate(database.url, [...sampleMigrations, Broken])).rejects.toThrow('broken');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(`SELECT to_regclass('half') AS half, to_regclass('event')::text AS event`);
  await client.end();
  expect(rows).toEqual([{ half: null, event: 'event' }]);
  expect(await migrate(database.url, sampleMigrations)).toEqual([]);
  await database.drop();
});
