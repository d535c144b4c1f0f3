import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Installation } from '../installation/installation.ts';

export interface RawKeeper {
  once(): Promise<void>;
  /** Takes away what was kept. */
  end(): Promise<void>;
}

/** The least that any voicemail must do to keep a message: write and fsync the file, commit one row. */
export const rawKeeper = async (
  { servers, dataDir }: Installation,
  audio: Buffer,
  inFlight: number,
): Promise<RawKeeper> => {
  const folder = join(dataDir, 'raw');
  mkdirSync(folder, { recursive: true });
  const pool = new pg.Pool({ connectionString: servers.database('mailbox'), max: Math.min(inFlight, 16) });
  await pool.query('CREATE TABLE IF NOT EXISTS bench_raw (id uuid PRIMARY KEY, at timestamptz, facts jsonb)');
  return {
    once: async () => {
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
    },
    end: async () => {
      await pool.query('DROP TABLE bench_raw');
      await pool.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
