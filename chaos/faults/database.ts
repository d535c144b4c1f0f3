import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Installation } from '../installation/installation.ts';
import type { Healed } from './fault-log.ts';

/** Kills the postmaster alone: its children find out by themselves. */
export async function crash({ servers: { postgres } }: Installation): Promise<void> {
  await postgres.crash();
  await postgres.start();
}

/** Cuts every service off and takes every connection that there is, for so long. */
export async function exhaust({ servers }: Installation, ms: number, healed: Healed): Promise<void> {
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
  healed();
  await Promise.all(hogs.map((hog) => hog.end().catch(() => undefined)));
}

export interface Held {
  database: string;
  table: string;
}

/** Holds a table so that every statement on it hangs, for so long. */
export async function hold({ servers }: Installation, { database, table }: Held, ms: number, healed: Healed) {
  const client = new pg.Client({ connectionString: servers.superuser(database) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await delay(ms);
    healed();
    await client.query('ROLLBACK');
  } finally {
    await client.end();
  }
}

/** Has the postmaster and every process of its stand still for so long, as on a machine whose disk does not answer. */
export async function freeze({ servers: { postgres } }: Installation, ms: number, healed: Healed): Promise<void> {
  const { pid } = postgres;
  process.kill(pid, 'SIGSTOP');
  // From here on there come no more of them; some may be ending.
  const children = childrenOf(pid);
  try {
    for (const child of children) signal(child, 'SIGSTOP');
    await delay(ms);
  } finally {
    healed();
    for (const child of children) signal(child, 'SIGCONT');
    process.kill(pid, 'SIGCONT');
  }
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};
