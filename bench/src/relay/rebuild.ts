import { type EventStore, rebuild as rebuildTables } from '@aftertone/event-store';
import { messageList } from '@aftertone/mailbox-svc/message-log';
import pg from 'pg';
import { type Done, timed } from './use.ts';

interface Log {
  store: EventStore;
  events: number;
  postgres: number;
}

/** Makes the message list anew from the log. */
export const rebuildList = ({ store, events, postgres }: Log): Promise<Done<void>> =>
  timed(events, { postgres }, () => rebuildTables({ ...messageList, store }));

/** The rows of the list, from a file of the server's into a table with the same indexes: no client, no events. */
export const bareCopy = async ({ store, events, postgres }: Log): Promise<Done<void>> => {
  const session = new pg.Client(store.url);
  await session.connect();
  const { rows } = await session.query(`SELECT current_setting('data_directory') || '/bare.copy' AS file`);
  const { file } = rows[0];
  try {
    await session.query(`CREATE TABLE bare_copy (LIKE message INCLUDING ALL)`);
    await session.query(`COPY message TO '${file}'`);
    return await timed(events, { postgres }, async () => {
      await session.query(`COPY bare_copy FROM '${file}'`);
    });
  } finally {
    await session.query('DROP TABLE IF EXISTS bare_copy');
    await session.end();
  }
};
