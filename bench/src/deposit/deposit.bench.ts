import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import pg from 'pg';
import type { Bench } from '../bench.ts';
import { closedLoop } from '../closed-loop.ts';
import { type LoopRow, loopTable } from '../loop-table.ts';
import { type Installation, startInstallation } from './installation.ts';

/** Ten seconds of 8 kHz 16-bit mono: 160 kB, as a caller leaves them. */
const recording = (): Buffer => {
  const samples = 80_000;
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8_000, 24);
  file.writeUInt32LE(16_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let n = 0; n < samples; n++) file.writeInt16LE(((n * 7919) % 20_000) - 10_000, 44 + n * 2);
  return file;
};

const boundary = 'aftertone-bench';
const multipart = (audio: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="metadata"\r\n\r\n{"callerNumber":"+33155501234"}\r\n` +
        `--${boundary}\r\ncontent-disposition: form-data; name="audio"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n`,
    ),
    audio,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);

const depositor =
  ({ url, adminToken, mailboxId }: Installation, body: Buffer, agent: Agent) =>
  (): Promise<void> =>
    new Promise((resolve, reject) => {
      const call = request(
        `${url}/v1/mailboxes/${mailboxId}/messages`,
        {
          method: 'POST',
          agent,
          headers: {
            authorization: `Bearer ${adminToken}`,
            'content-type': `multipart/form-data; boundary=${boundary}`,
            'content-length': body.length,
          },
        },
        (response) => {
          response.resume().once('end', () => {
            if (response.statusCode === 201) resolve();
            else reject(new Error(`deposit: ${response.statusCode}`));
          });
        },
      );
      call.once('error', reject).end(body);
    });

/** The least that any voicemail must do to keep a message: write and fsync the file, commit one row. */
const rawKeeper = async ({ databaseUrl, dataDir }: Installation, audio: Buffer, inFlight: number) => {
  const folder = join(dataDir, 'raw');
  mkdirSync(folder, { recursive: true });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: Math.min(inFlight, 16) });
  await pool.query('CREATE TABLE IF NOT EXISTS bench_raw (id uuid PRIMARY KEY, at timestamptz, facts jsonb)');
  return {
    once: async (): Promise<void> => {
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
    end: async (): Promise<void> => {
      await pool.query('DROP TABLE bench_raw');
      await pool.end();
    },
  };
};

/** Deposits of a 10 s WAV through the gateway beside the raw limit of the same machine, with 1, 8 and 32 in flight. */
const benchDeposit = async ({ seconds = 6 } = {}): Promise<LoopRow[]> => {
  const installation = await startInstallation();
  const audio = recording();
  const body = multipart(audio);
  const rows: LoopRow[] = [];
  try {
    for (const inFlight of [1, 8, 32]) {
      const raw = await rawKeeper(installation, audio, inFlight);
      const rawFigures = await closedLoop(raw.once, { inFlight, seconds });
      await raw.end();
      const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
      const ours = await closedLoop(depositor(installation, body, agent), { inFlight, seconds });
      agent.destroy();
      rows.push({ inFlight, ours, raw: rawFigures });
    }
    return rows;
  } finally {
    await installation.stop();
  }
};

const title = 'Deposit: a 10 s WAV (160 kB) through the gateway, all parts on this machine';

export const deposit: Bench = {
  name: 'deposit',
  measures: 'a 10 s WAV through the gateway beside writing a file and committing a row',
  run: async ({ seconds }) => [
    loopTable(title, 'write and fsync the file, commit one row', await benchDeposit({ seconds })),
  ],
};
