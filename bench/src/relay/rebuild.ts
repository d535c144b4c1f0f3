import { type EventStore, rebuild as rebuildTables } from '@aftertone/event-store';
import { messageList } from '@aftertone/mailbox-svc/message-log';
import pg from 'pg';
import { type Done, timed, type Watched } from './use.ts';

interface Log extends Watched {
  store: EventStore;
}

/** Makes the message list anew from the whole log, with what is written meanwhile. */
export const rebuildList = ({ store, ...watched }: Log): Promise<Done> =>
  timed(watched, async () => {
    let through = 0;
    // Streams that change meanwhile are read again from their beginning: what counts is how far the list is.
    await rebuildTables({
      ...messageList,
      store,
      onProgress: (progress) => {
        through = progress.through;
      },
    });
    return { events: through };
  });

/** The rows of the list, from a file of the server's into a table with the same indexes: no client, no events. */
export const bareCopy = async ({ store, ...watched }: Log): Promise<Done> => {
  const session = new pg.Client(store.url);
  await session.connect();
  const { rows } = await session.query(`SELECT current_setting('data_directory') || '/bare.copy' AS file`);
  const { file } = rows[0];
  try {
    await session.query(`CREATE TABLE bare_copy (LIKE message INCLUDING ALL)`);
    await session.query(`COPY message TO '${file}'`);
    const events = await store.log.headPosition();
    return await timed(watched, async () => {
      await session.query(`COPY bare_copy FROM '${file}'`);
      return { events };
    });
  } finally {
    await session.query('DROP TABLE IF EXISTS bare_copy');
    await session.end();
  }
};
