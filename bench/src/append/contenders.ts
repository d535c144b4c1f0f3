import { randomInt, randomUUID } from 'node:crypto';
import { migrate, openEventStore } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { sql } from '@event-driven-io/dumbo';
import { type Event, STREAM_DOES_NOT_EXIST } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore, postgreSQLRawSQLProjection } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import { box, letter, migrations, type Posted } from './letters.ts';

/** Something that stores one event per call. */
export interface Contender {
  once(): Promise<void>;
  close(): Promise<void>;
}

const meta = { actor: { kind: 'service', id: 'bench' } as const, correlationId: 'bench' };
/** The same in every process; the database is thrown away. */
const kek = `bench:${Buffer.alloc(32, 'bench').toString('base64')}`;
const boxes = 50;
const poolSize = 32;
const facts = (boxId: string): Posted['data'] => ({
  boxId,
  caller: '+33155501234',
  durationMs: 10_000,
  text: 'x'.repeat(150),
});

/** Tables of all contenders. */
export const prepare = async (url: string): Promise<void> => {
  await migrate(url, migrations);
};

/** Commands through our library, to 50 boxes of one tenant: event, feed and read-model row. */
async function ours(url: string): Promise<Contender> {
  const store = await openEventStore({ url, kek });
  const tenantId = newId();
  const ids = Array.from({ length: boxes }, () => newId());
  const now = new Date().toISOString();
  for (const id of ids) {
    const data = { access: { type: 'personal', owners: [newId()], revision: 1 } };
    await store.handle(box, { tenantId, id, isNew: true, command: { type: 'Open', data, meta: { now } }, meta });
  }
  let n = 0;
  return {
    once: async () => {
      n += 1;
      const command = {
        type: 'Post' as const,
        data: facts(ids[n % boxes] ?? ''),
        meta: { now: new Date().toISOString() },
      };
      await store.handle(letter, { tenantId, id: newId(), isNew: true, command, meta });
    },
    close: () => store.close(),
  };
}

/** The rows that our events are, one insert each through `pg`, into a table with the indexes of our event table. */
async function bareInserts(url: string): Promise<Contender> {
  const pool = new pg.Pool({ connectionString: url, max: poolSize });
  pool.on('error', () => undefined); // the server may be gone before the last idle session has said goodbye
  const tenant = newId();
  const stamps = JSON.stringify({
    box: {
      feedId: newId(),
      access: { type: 'personal', owners: [newId()], revision: 1 },
      sequence: 1,
      counters: [1, 10_000],
    },
  });
  let position = randomInt(2 ** 22) * 2 ** 30; // processes insert into one table
  return {
    once: async () => {
      position += 1;
      await pool.query({
        name: 'bare',
        text: `INSERT INTO bare_event (position, tenant_id, stream_id, version, event_id, type, schema_version, data,
                 meta, stamps, at) VALUES ($1, $2, $3, 1, $4, 'Posted', 1, $5, $6, $7, now())`,
        values: [
          position,
          tenant,
          `letter-${newId()}`,
          randomUUID(),
          JSON.stringify(facts(tenant)),
          JSON.stringify(meta),
          stamps,
        ],
      });
    },
    close: () => pool.end(),
  };
}

type Told = Event<'Posted', Posted['data'] & { letterId: string; at: string }>;

/** The same event and read-model row through emmett, its projection inline as its documentation shows it. */
async function emmett(url: string): Promise<Contender> {
  const projection = postgreSQLRawSQLProjection<Told>({
    name: 'letters',
    canHandle: ['Posted'],
    evolve: ({ data: { letterId, boxId, caller, at } }) =>
      sql(
        `INSERT INTO emmett_letter (letter_id, box_id, caller, at) VALUES (%L, %L, %L, %L)
         ON CONFLICT (letter_id) DO UPDATE SET box_id = excluded.box_id, caller = excluded.caller, at = excluded.at`,
        letterId,
        boxId,
        caller,
        at,
      ),
  });
  const pool = new pg.Pool({ connectionString: url, max: poolSize });
  pool.on('error', () => undefined);
  const store = getPostgreSQLEventStore(url, {
    projections: [{ type: 'inline', projection }],
    connectionOptions: { pool },
  });
  await store.schema.migrate();
  const boxId = newId();
  return {
    once: async () => {
      const letterId = newId();
      const data = { ...facts(boxId), letterId, at: new Date().toISOString() };
      await store.appendToStream<Told>(`letter-${letterId}`, [{ type: 'Posted', data }], {
        expectedStreamVersion: STREAM_DOES_NOT_EXIST,
      });
    },
    close: async () => {
      await store.close();
      await pool.end().catch(() => undefined); // closed with the store
    },
  };
}

/** Who is compared, the first with the others. */
export const contenders = { ours, bareInserts, emmett } satisfies Record<string, (url: string) => Promise<Contender>>;
export type ContenderName = keyof typeof contenders;
