import { randomBytes, randomUUID } from 'node:crypto';
import { type EventStore, migrate, openEventStore } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import pg from 'pg';
import type { Bench } from '../bench.ts';
import { closedLoop } from '../closed-loop.ts';
import { type LoopRow, loopTable } from '../loop-table.ts';
import { startDatabase } from './database.ts';
import { box, letter, migrations } from './letters.ts';

const meta = { actor: { kind: 'service', id: 'bench' } as const, correlationId: 'bench' };
const boxes = 50;

/** Commands of callers to 50 boxes of one tenant. */
async function poster(store: EventStore): Promise<() => Promise<void>> {
  const tenantId = newId();
  const ids = Array.from({ length: boxes }, () => newId());
  const now = new Date().toISOString();
  for (const id of ids) {
    const data = { access: { type: 'personal', owners: [newId()], revision: 1 } };
    await store.handle(box, { tenantId, id, isNew: true, command: { type: 'Open', data, meta: { now } }, meta });
  }
  let n = 0;
  return async () => {
    n += 1;
    const data = { boxId: ids[n % boxes] ?? '', caller: '+33155501234', durationMs: 10_000, text: 'x'.repeat(150) };
    const command = { type: 'Post' as const, data, meta: { now: new Date().toISOString() } };
    await store.handle(letter, { tenantId, id: newId(), isNew: true, command, meta });
  };
}

const rawInsert = (pool: pg.Pool) => async (): Promise<void> => {
  const values = [randomUUID(), JSON.stringify({ caller: '+33155501234', text: 'x'.repeat(150) })];
  await pool.query({ name: 'raw', text: 'INSERT INTO raw VALUES ($1, now(), $2)', values });
};

/** Appends through the library beside bare inserts on the same server, in turn, with 1, 8, 32 and 128 in flight. */
async function benchAppend({ seconds = 4, inFlight = [1, 8, 32, 128] } = {}): Promise<LoopRow[]> {
  const database = await startDatabase();
  try {
    await migrate(database.url, migrations);
    const store = await openEventStore({ url: database.url, kek: `bench:${randomBytes(32).toString('base64')}` });
    const pool = new pg.Pool({ connectionString: database.url, max: 32 });
    pool.on('error', () => undefined); // the server may be gone before the last idle session has said goodbye
    try {
      const rows: LoopRow[] = [];
      const post = await poster(store);
      for (const count of inFlight) {
        const raw = await closedLoop(rawInsert(pool), { inFlight: count, seconds });
        const ours = await closedLoop(post, { inFlight: count, seconds });
        rows.push({ inFlight: count, ours, raw });
      }
      return rows;
    } finally {
      await pool.end();
      await store.close();
    }
  } finally {
    await database.stop();
  }
}

const title = 'Append: a command with one event, one feed and one read-model row, through the library';

export const append: Bench = {
  name: 'append',
  measures: 'commands handled by the event store beside bare one-row inserts',
  run: async ({ seconds }) => [loopTable(title, 'one bare row through pg', await benchAppend({ seconds }))],
};
