import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Queryable } from '../dead-letters/dead-letters.ts';
import type { Log } from '../log.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** First key of our advisory locks, so that they never meet those of other purposes. */
const lockClass = 729_153;
const retryMs = 1_000;
const statementTimeoutMs = 5_000;

export interface LeadershipOptions {
  databaseUrl: string;
  /** What only one process may do at a time. */
  name: string;
  log?: Log | undefined;
  /** Between two signs of life of the session, milliseconds. */
  beatMs?: number;
}

export interface Term {
  /** The session that holds the lock: what is written through it is written by the leader. */
  db: Queryable;
  /** Aborts when the lock is lost or leadership is to end. */
  signal: AbortSignal;
}

/**
 * Runs `work` in one process at a time: who holds a session lock in Postgres. When the holder dies, its session ends
 * and another process takes over within about a second. `work` must end soon after its signal; an error of it begins
 * the next term. Returns when `signal` aborts and `work` has ended. A database that is down only makes it wait.
 */
export const lead = async (
  options: LeadershipOptions,
  signal: AbortSignal,
  work: (term: Term) => Promise<void>,
): Promise<void> => {
  let complained = false;
  while (!signal.aborted) {
    try {
      await serveTerm(options, signal, work);
      complained = false;
    } catch (error) {
      if (!complained) options.log?.warn({ err: error, leadership: options.name }, 'leadership is tried again');
      complained = true;
    }
    await delay(retryMs, undefined, { signal }).catch(() => {});
  }
};

const serveTerm = async (
  { databaseUrl, name, beatMs = 2_000 }: LeadershipOptions,
  signal: AbortSignal,
  work: (term: Term) => Promise<void>,
): Promise<void> => {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: `aftertone-${name}`.slice(0, 63),
    connectionTimeoutMillis: statementTimeoutMs,
    query_timeout: statementTimeoutMs,
    keepAlive: true,
  });
  const lost = new AbortController();
  const lose = (): void => lost.abort(new Error('the session that holds the lock was lost'));
  client.on('error', lose);
  client.on('end', lose);
  try {
    await client.connect();
    const db = oneAtATime(client);
    if (!(await waitForLock(db, name, signal))) return;
    const term = AbortSignal.any([signal, lost.signal]);
    const beating = beat(db, term, beatMs, lose);
    try {
      await work({ db, signal: term });
    } finally {
      lost.abort();
      await beating;
    }
  } finally {
    await client.end().catch(() => {});
  }
};

/** False when `signal` aborted first. Asking again and again, since a statement that waits would hold back vacuum. */
const waitForLock = async (db: Queryable, name: string, signal: AbortSignal): Promise<boolean> => {
  while (!signal.aborted) {
    const { rows } = await db.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS held', [
      lockClass,
      name,
    ]);
    if (rows[0]?.held) return true;
    await delay(retryMs, undefined, { signal }).catch(() => {});
  }
  return false;
};

/** A session whose other end has vanished would not be noticed otherwise. */
const beat = async (db: Queryable, signal: AbortSignal, beatMs: number, lose: () => void): Promise<void> => {
  while (!signal.aborted) {
    await delay(beatMs, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await db.query('SELECT 1', []).catch(lose);
  }
};
