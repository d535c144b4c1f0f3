import { attempt, type Commands, type Output } from '@aftertone/platform';
import pg from 'pg';
import { listDeliveries, replayDeliveries, showDelivery } from './delivery-commands.ts';
import { readCommand, usage, type Wanted } from './options.ts';

const connectTimeoutMs = 5_000;

/** The operator's commands about notifications. */
export const run: Commands = async ([topic, ...args], environment, output) => {
  const wanted = topic === 'deliveries' ? readCommand(args) : null;
  if (wanted === null) {
    output.err(usage);
    return 2;
  }
  const connectionString = environment.DATABASE_URL_NOTIFY;
  if (!connectionString) {
    output.err('DATABASE_URL_NOTIFY is not set.');
    return 2;
  }
  const db = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: connectTimeoutMs });
  db.on('error', () => {});
  try {
    return await attempt(output, () => answer(db, wanted, output));
  } finally {
    await db.end();
  }
};

const answer = (db: pg.Pool, wanted: Wanted, output: Output): Promise<number> => {
  switch (wanted.action) {
    case 'list':
      return listDeliveries(db, wanted.filter, output);
    case 'show':
      return showDelivery(db, wanted.id, output);
    case 'replay':
      return replayDeliveries(db, wanted, output);
  }
};
