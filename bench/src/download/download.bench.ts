import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, BenchOptions } from '../bench.ts';
import { median } from '../figures.ts';
import { type Installation, startInstallation } from '../installation/installation.ts';
import { allAnswered, type LoadReport, load } from '../load/load.ts';
import { getRequest, recording } from '../load/requests.ts';
import type { Cell, Table } from '../table.ts';
import { slowReaders } from './slow-readers.ts';

const IN_FLIGHT = 8;
const READERS = 50;
const LONG_SECONDS = 1_800;

/** A recording that was deposited. */
interface Kept {
  seconds: number;
  /** Of its audio, at the gateway. */
  path: string;
  /** As it was sent. */
  file: string;
}

const keep = async (installation: Installation, seconds: number): Promise<Kept> => {
  const { url, token, dataDir } = installation;
  const audio = recording(seconds);
  const file = join(dataDir, `download-${seconds}.wav`);
  writeFileSync(file, audio);
  const form = new FormData();
  form.set('metadata', '{"callerNumber":"+33155501234"}');
  form.set('audio', new Blob([audio], { type: 'audio/wav' }), 'a.wav');
  const mailboxId = await installation.newMailbox();
  const response = await fetch(`${url}/v1/mailboxes/${mailboxId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  if (response.status !== 201) throw new Error(`deposit: ${response.status} ${await response.text()}`);
  const { id } = (await response.json()) as { id: string };
  return { seconds, path: `/v1/messages/${id}/audio`, file };
};

interface BareServer {
  url: string;
  stop(): Promise<void>;
}

/** `bare-files`: of a file; `bare-proxy`: of what is under an address. */
const bareServer = async (kind: 'bare-files' | 'bare-proxy', of: string): Promise<BareServer> => {
  const child = fork(fileURLToPath(new URL(`./${kind}.process.js`, import.meta.url)), [of]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
};

interface Round {
  /** A bare server of files; a bare proxy before it, since ours has two hops as well. */
  raw: LoadReport;
  proxied: LoadReport;
  ours: LoadReport;
}

const row = async (installation: Installation, { path, file, ...kept }: Kept, { seconds, runs }: BenchOptions) => {
  const bare = await bareServer('bare-files', file);
  const proxy = await bareServer('bare-proxy', bare.url);
  const rounds: Round[] = [];
  const read = async (url: string): Promise<LoadReport> => {
    const report = await load({
      ...{ url, pace: { inFlight: IN_FLIGHT }, seconds },
      requests: [getRequest({ url, token: installation.token }, path)],
    });
    allAnswered(report, 200);
    return report;
  };
  while (rounds.length < runs) {
    rounds.push({ raw: await read(bare.url), proxied: await read(proxy.url), ours: await read(installation.url) });
  }
  await proxy.stop();
  await bare.stop();
  const middle = (pick: (one: Round) => number): number => median(rounds.map(pick));
  const megabytes = recording(kept.seconds).length / 1e6;
  return [
    `${kept.seconds} s (${megabytes.toFixed(2)} MB)`,
    middle(({ ours }) => ours.perSecond),
    middle(({ ours }) => ours.perSecond * megabytes),
    middle(({ ours }) => ours.p50),
    middle(({ ours }) => ours.p99),
    middle(({ raw }) => raw.perSecond * megabytes),
    middle(({ ours, raw }) => (100 * ours.perSecond) / raw.perSecond),
    middle(({ proxied }) => proxied.perSecond * megabytes),
    middle(({ ours, proxied }) => (100 * ours.perSecond) / proxied.perSecond),
  ] satisfies Cell[];
};

const slow = async (installation: Installation, { path }: Kept, { seconds }: BenchOptions): Promise<Table> => {
  const found = await slowReaders(installation, getRequest(installation, path), { readers: READERS, seconds });
  return {
    title: `Slow readers: ${READERS} at once of a recording of ${LONG_SECONDS / 60} minutes (29 MB)`,
    columns: [{ head: 'service' }, { head: 'MB before' }, { head: 'most' }, { head: 'after' }],
    rows: found.map(({ service, ...memory }) => [
      service,
      ...[memory.before, memory.most, memory.after].map((bytes) => bytes / 1e6),
    ]),
    notes: ['One run, four samples a second.'],
  };
};

const tables = async (options: BenchOptions): Promise<Table[]> => {
  const installation = await startInstallation();
  try {
    const short: Kept[] = [];
    for (const soundSeconds of [10, 120]) short.push(await keep(installation, soundSeconds));
    const long = await keep(installation, LONG_SECONDS);
    const rows = [];
    for (const kept of short) rows.push(await row(installation, kept, options));
    const table: Table = {
      title: `Download: a message's audio through the gateway, ${IN_FLIGHT} at a time`,
      columns: [
        { head: 'recording' },
        { head: 'per s' },
        { head: 'MB/s' },
        { head: 'p50 ms', digits: 1 },
        { head: 'p99 ms', digits: 1 },
        { head: 'plain file streaming in Node, MB/s' },
        { head: 'share %', digits: 1 },
        { head: 'through a plain proxy in Node, MB/s' },
        { head: 'share of that %', digits: 1 },
      ],
      rows,
    };
    return [table, await slow(installation, long, options)];
  } finally {
    await installation.stop();
  }
};

export const download: Bench = {
  name: 'download',
  measures:
    'audio through the gateway beside plain file streaming, and beside that through a plain proxy; memory with 50 slow readers',
  repeats: 'itself',
  run: tables,
};
