import { newId } from '@aftertone/kernel';
import { eventually, freshDatabase, type TestDatabase } from '@aftertone/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLogger } from '../store/logger.ts';
import { kinds, LetterRow, openBox, sampleKek, sampleMigrations } from '../test-support/sample-store.ts';
import { closeServiceStore, mostSessions, openServiceStore, type ServiceStore } from './service-store.ts';

let database: TestDatabase;
let opened: ServiceStore;
let observer: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  opened = await openServiceStore({
    url: database.url,
    keks: [sampleKek],
    kinds,
    entities: [LetterRow],
    migrations: sampleMigrations,
    applicationName: 'sample',
    logger: silentLogger,
  });
  observer = new pg.Client({ connectionString: database.url });
  await observer.connect();
});
afterAll(async () => {
  await observer?.end();
  await closeServiceStore(opened);
  await database?.drop();
});

const openSessions = async (): Promise<number> => {
  const { rows } = await observer.query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  return rows[0]?.count ?? 0;
};

it('has as many sessions as it says when everything is in use, and no more', async () => {
  const { store, reader, reads } = opened;
  const elected = store.elections.run({ name: 'sample', takeOverMs: 50 }, async (_, signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  });
  const reading = { name: 'one', text: 'SELECT 1 AS one' };
  try {
    await eventually(async () => {
      // The lane takes its second session only where much waits.
      await Promise.all(Array.from({ length: 300 }, () => openBox(store)));
      await Promise.all(Array.from({ length: 300 }, () => reads.rows(reading, newId(), [])));
      const held = Array.from({ length: 40 }, () => store.pool.connect());
      const runners = Array.from({ length: 40 }, () => reader.createQueryRunner());
      const connected = runners.map((runner) => runner.connect());
      // Who waits too long gets none, perhaps before anybody looks.
      for (const one of [...held, ...connected]) one.catch(() => undefined);
      try {
        expect(elected.isLeader()).toBe(true);
        await eventually(async () => expect(await openSessions()).toBe(mostSessions), { timeoutMs: 2_000 });
      } finally {
        const released = [
          ...held.map((one) => one.then((client) => client.release())),
          ...connected.map((one, at) => one.then(() => runners[at]?.release())),
        ];
        await Promise.allSettled(released);
      }
    });
  } finally {
    await elected.stop();
  }
});
