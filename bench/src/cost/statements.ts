import pg from 'pg';
import type { Installation } from '../installation/installation.ts';

export interface DatabaseCost {
  statements: number;
  walBytes: number;
}

export interface StatementCost {
  database: string;
  text: string;
  calls: number;
  /** Milliseconds in the server. */
  ms: number;
  walBytes: number;
}

/** What sessions wrote until now, by database; the rest of the server under `its own`. */
export interface SessionWrites {
  /** Times that somebody waited for the log to be on disk. */
  flushes: number;
  bytes: number;
}

export interface StatementCounter {
  reset(): Promise<void>;
  writes(): Promise<Map<string, SessionWrites>>;
  /** Since the reset, the dearest first. */
  read(): Promise<StatementCost[]>;
  end(): Promise<void>;
}

/** Has the server count its statements, for which it starts anew; the installation's addresses stay. */
export const countStatements = async (installation: Installation): Promise<StatementCounter> => {
  const connection = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: installation.servers.superuser('postgres') });
    await client.connect();
    return client;
  };
  const before = await connection();
  await before.query(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`);
  await before.end();
  await installation.restart();
  const client = await connection();
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  return {
    reset: async () => {
      await client.query('SELECT pg_stat_statements_reset()');
    },
    // The kernel's own count per process is of no use: it takes a page for dirty as a whole, and pages of the log are
    // as large as a megabyte on newer kernels.
    writes: async () => {
      const { rows } = await client.query<SessionWrites & { part: string }>(
        `SELECT COALESCE(a.datname, 'its own') AS part, COALESCE(sum(io.write_bytes), 0)::float8 AS bytes,
           COALESCE(sum(io.fsyncs) FILTER (WHERE object = 'wal'), 0)::int AS flushes
         FROM pg_stat_activity a CROSS JOIN LATERAL pg_stat_get_backend_io(a.pid) io GROUP BY 1`,
      );
      return new Map(rows.map(({ part, ...writes }) => [`postgres: ${part}`, writes]));
    },
    read: async () => {
      const { rows } = await client.query<StatementCost>(
        `SELECT datname AS database, query AS text, calls::int, total_exec_time AS ms, wal_bytes::float8 AS "walBytes"
         FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
         WHERE datname <> 'postgres' ORDER BY total_exec_time DESC`,
      );
      return rows;
    },
    end: () => client.end(),
  };
};

/** Sums by database. */
export const byDatabase = (costs: readonly StatementCost[]): Map<string, DatabaseCost> => {
  const sums = new Map<string, DatabaseCost>();
  for (const { database, calls, walBytes } of costs) {
    const sum = sums.get(database) ?? { statements: 0, walBytes: 0 };
    sums.set(database, { statements: sum.statements + calls, walBytes: sum.walBytes + walBytes });
  }
  return sums;
};
