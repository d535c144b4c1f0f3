import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { clientConfig } from '../database/connect.ts';
import type { StoreLogger } from '../store/logger.ts';

/** First number of this library's advisory locks that have a name; the second is the name's hash. */
const electionLocks = 7_205;

export interface ElectedOptions {
  url: string;
  /** Of all who use the same name on one database, one works at a time. */
  name: string;
  /** How often a waiting one looks whether the place is free. */
  takeOverMs: number;
  logger: StoreLogger;
}

/** The work of the elected one: runs until the signal; anything it throws ends its term, and there is an election. */
export type Term = (session: pg.Client, signal: AbortSignal) => Promise<void>;

export interface Elected {
  /** This process is the one. */
  isLeader(): boolean;
  /** Ends the term, if there is one, and leaves the place to others. */
  stop(): Promise<void>;
}

/**
 * Lets one of several processes work. The place is an advisory lock of a session of its own, on which the work's
 * statements run too: who loses the session has lost the place and notices with the next statement. What that one may
 * still be doing elsewhere has to be fenced by the work itself (an epoch, an expected sequence).
 */
export function runElected(options: ElectedOptions, term: Term): Elected {
  const abort = new AbortController();
  let leading = false;
  const serve = async (): Promise<void> => {
    const session = new pg.Client(sessionConfig(options));
    session.on('error', () => undefined); // shows in the next statement
    try {
      await session.connect();
      if (!(await elected(session, options, abort.signal))) return;
      leading = true;
      options.logger.info({ name: options.name }, 'elected');
      await term(session, abort.signal);
    } finally {
      leading = false;
      // An orderly end frees the lock at once; a server that does not answer is not waited for.
      await Promise.race([session.end(), delay(1_000, undefined, { ref: false })]).catch(() => undefined);
    }
  };
  const running = (async () => {
    for (let failures = 0; !abort.signal.aborted; failures += 1) {
      const begun = performance.now();
      try {
        await serve();
      } catch (error) {
        if (abort.signal.aborted) break;
        if (performance.now() - begun > 10_000) failures = 0;
        options.logger.warn({ name: options.name, err: error }, 'the term ended; waiting for the next election');
        await pause(Math.min(50 * 2 ** failures, 2_000), abort.signal);
      }
    }
  })();
  return {
    isLeader: () => leading,
    stop: async () => {
      abort.abort();
      await running;
    },
  };
}

const sessionConfig = ({ url, name }: ElectedOptions): pg.ClientConfig =>
  clientConfig({
    url,
    applicationName: `aftertone ${name}`,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 30_000,
    // A host that vanished would otherwise keep the lock for hours.
    settings: { tcp_keepalives_idle: '10', tcp_keepalives_interval: '5', tcp_keepalives_count: '3' },
  });

async function elected(
  session: pg.Client,
  { name, takeOverMs }: ElectedOptions,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const { rows } = await session.query<{ won: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS won', [
      electionLocks,
      name,
    ]);
    if (rows[0]?.won === true) return true;
    await pause(takeOverMs, signal);
  }
  return false;
}

/** Waits, but not longer than until the signal. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
