import { migrate } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { eventually, freshDatabase, startPostgres } from '@aftertone/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { Background } from './background.ts';
import { migrations } from './migrations/index.ts';
import { isReady, startMedia } from './spec-support/running-media.ts';
import { wavFile } from './spec-support/wav-files.ts';

const asking = async <T>(url: string, work: (database: pg.Client) => Promise<T>): Promise<T> => {
  const database = new pg.Client(url);
  await database.connect();
  try {
    return await work(database);
  } finally {
    await database.end();
  }
};

/** Sessions of what works beside the requests: the places of the process, and what a consumer holds by itself. */
const sessions = (database: pg.Client) =>
  database.query(`SELECT application_name FROM pg_stat_activity
                  WHERE (application_name LIKE '% elected' OR application_name LIKE 'aftertone %')
                    AND datname = current_database()`);

it('takes away what has served its time, shows how far its relay has come, and leaves no session behind', async () => {
  const own = await freshDatabase();
  await migrate(own.url, migrations);
  await asking(own.url, async (database) => {
    await database.query(
      `INSERT INTO inbox (tenant_id, consumer, event_id, at)
       VALUES ($1, 'old', 'e', now() - interval '16 days'), ($1, 'new', 'e', now())`,
      [newId()],
    );
    const media = await startMedia({ databaseUrl: own.url });
    try {
      await eventually(async () =>
        expect((await database.query('SELECT consumer FROM inbox')).rows).toEqual([{ consumer: 'new' }]),
      );
      // A relay reports when it has published something.
      expect((await media.put(newId(), wavFile())).status).toBe(201);
      await eventually(async () =>
        expect(await (await fetch(`${media.service.url}/metrics`)).text()).toContain('aftertone_relay_lag_events 0'),
      );
      expect((await sessions(database)).rows).toContainEqual({ application_name: expect.stringMatching(/ elected$/) });
    } finally {
      await media.close();
    }
    await eventually(async () => expect((await sessions(database)).rows).toEqual([]));
  });
  await own.drop();
});

it('starts nothing any more when the database answers only while the service ends', async () => {
  const postgres = await startPostgres();
  await postgres.stop();
  const media = await startMedia({ databaseUrl: postgres.url });
  try {
    await media.service.app.get(Background).onModuleDestroy();
    await postgres.start();
    await eventually(() => isReady(media), { timeoutMs: 20_000 });
    expect((await asking(postgres.url, sessions)).rows).toEqual([]);
  } finally {
    await media.close();
    await postgres.remove();
  }
});
