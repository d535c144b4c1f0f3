import pg from 'pg';

/** Positions and counters stay far below 2^53, so `bigint` and `bigint[]` are read as numbers. */
export const numberTypes = new pg.TypeOverrides();
numberTypes.setTypeParser(pg.types.builtins.INT8, Number);
const bigintArray = 1016; // `pg` has no name for it
numberTypes.setTypeParser(bigintArray, (text) =>
  text === '{}'
    ? []
    : text
        .slice(1, -1)
        .split(',')
        .map((item) => (item === 'NULL' ? null : Number(item))),
);

export interface ConnectOptions {
  url: string;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  /** How long making a connection may take. */
  connectTimeoutMs: number;
  /** The server gives up a statement after this. 0: never. */
  statementTimeoutMs: number;
  /** More server settings of the session. */
  settings?: Readonly<Record<string, string>>;
}

/**
 * A connection string and its server settings. Settings that the string carries itself (`?options=`) stay, ours come
 * after them and win: `pg` alone would let the string's options replace the role of a reader.
 */
export function withSettings(
  url: string,
  settings: Readonly<Record<string, string>>,
): { url: string; options: string } {
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const parsed = new URL(url);
  const given = parsed.searchParams.get('options');
  parsed.searchParams.delete('options');
  return { url: parsed.href, options: [...(given === null ? [] : [given]), ...ours].join(' ') };
}

/**
 * What `pg` needs for a client or a pool. A server that no longer answers at all (host gone, process stopped) is given
 * up a second after the statement's own time: no query hangs.
 */
export function clientConfig(options: ConnectOptions): pg.ClientConfig {
  const session = withSettings(options.url, {
    statement_timeout: String(options.statementTimeoutMs),
    ...options.settings,
  });
  return {
    connectionString: session.url,
    options: session.options,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    keepAlive: true,
    types: numberTypes,
    ...(options.statementTimeoutMs > 0 ? { query_timeout: options.statementTimeoutMs + 1_000 } : {}),
  };
}

/** A pool for the service's own statements; its idle connections may be lost at any time without harm. */
export function openPool(options: ConnectOptions & { max: number; pipeline?: boolean }): pg.Pool {
  const { max, pipeline = false } = options;
  const pool = new pg.Pool({ ...clientConfig(options), max, pipeline });
  pool.on('error', () => undefined); // an idle connection was lost; the next query makes another one
  // One that is lost in use tells those who wait for its answers; without a listener it would end the process as well.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}
