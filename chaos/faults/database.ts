import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Installation } from '../installation/installation.ts';

/** Kills the postmaster alone: its children find out by themselves. */
export async function crash({ servers: { postgres } }: Installation): Promise<void> {
  await postgres.crash();
  await postgres.start();
}

/** Cuts every service off and takes every connection that there is, for so long. */
export async function exhaust({ servers }: Installation, ms: number): Promise<void> {
  const hogs: pg.Client[] = [];
  const takeAll = async (): Promise<void> => {
    for (;;) {
      const hog = new pg.Client({ connectionString: servers.superuser('postgres') });
      hog.on('error', () => undefined);
      try {
        await hog.connect();
      } catch {
        return;
      }
      hogs.push(hog);
    }
  };
  await takeAll();
  const services = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> 'postgres'`;
  await hogs[0]?.query(services);
  await takeAll();
  await delay(ms);
  await Promise.all(hogs.map((hog) => hog.end().catch(() => undefined)));
}

/** Holds a table so that every statement on it hangs, for so long. */
export async function hold({ servers }: Installation, database: string, table: string, ms: number): Promise<void> {
  const client = new pg.Client({ connectionString: servers.superuser(database) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await delay(ms);
    await client.query('ROLLBACK');
  } finally {
    await client.end();
  }
}
