import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { closedLoop, type LoopFigures } from '../closed-loop.ts';

export interface RawOrder {
  /** Made by it, and taken away at its end. */
  folder: string;
  databaseUrl: string;
  audio: Uint8Array;
  inFlight: number;
  seconds: number;
}

/** Writes and fsyncs a file and commits a row, so many at a time. */
const keep = async ({ folder, databaseUrl, audio, inFlight, seconds }: RawOrder): Promise<LoopFigures> => {
  mkdirSync(folder, { recursive: true });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: inFlight });
  await pool.query('CREATE TABLE bench_raw (id uuid PRIMARY KEY, at timestamptz, facts jsonb)');
  const once = async (): Promise<void> => {
    const id = randomUUID();
    const file = await open(join(folder, id), 'w');
    await file.write(audio);
    await file.sync();
    await file.close();
    await pool.query({
      name: 'raw',
      text: 'INSERT INTO bench_raw VALUES ($1, now(), $2)',
      values: [id, '{"callerNumber":"+33155501234"}'],
    });
  };
  try {
    return await closedLoop(once, { inFlight, seconds });
  } finally {
    await pool.query('DROP TABLE bench_raw');
    await pool.end();
    rmSync(folder, { recursive: true, force: true });
  }
};

process.once('message', async (order: RawOrder) => {
  process.send?.(await keep(order), () => process.disconnect());
});
