import pg from 'pg';
import { clientConfig, numberTypes } from '../database/connect.ts';

/** Times stay as Postgres writes them: making a `Date` of each costs more than all the rest of reading a row. */
const types = new pg.TypeOverrides(numberTypes);
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => text);

/** A session for work that takes long, and for which `replay.ts` knows how times look. Rejects when there is none. */
export async function longSession(url: string, applicationName: string): Promise<pg.Client> {
  const settings = { TimeZone: 'UTC', DateStyle: 'ISO' };
  const session = new pg.Client({
    ...clientConfig({ url, applicationName, connectTimeoutMs: 5_000, statementTimeoutMs: 0, settings }),
    types,
  });
  session.on('error', () => undefined); // shows in the next statement
  await session.connect();
  return session;
}

/** `2026-03-01 09:00:00.5+00` as `2026-03-01T09:00:00.500Z`. */
export const isoTime = (text: string): string =>
  `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`;
