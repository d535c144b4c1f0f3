import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '../installation/installation.ts';
import type { WireRequest } from '../load/http-connection.ts';
import { useOf } from '../machine/proc.ts';

export interface MemoryOf {
  service: string;
  /** Resident memory before, the most while they read, and after they left, bytes. */
  before: number;
  most: number;
  after: number;
}

const SERVICES = ['gateway', 'media-svc'] as const;
const PIECE_EVERY_MS = 100;
const PIECE_BYTES = 4_096;

/** A telephone on a bad line: takes a piece, then nothing for a while. Resolves with the connection. */
const readSlowly = async (url: string, { head }: WireRequest): Promise<Socket> => {
  const { hostname: host, port } = new URL(url);
  const onread = {
    buffer: Buffer.alloc(PIECE_BYTES),
    callback: () => {
      setTimeout(() => socket.resume(), PIECE_EVERY_MS);
      return false;
    },
  };
  const socket: Socket = connect({ host, port: Number(port), onread });
  socket.on('error', () => undefined); // we end it ourselves, in the midst of an answer
  await once(socket, 'connect');
  socket.write(head);
  return socket;
};

/** So many readers of a long recording at some 40 kB/s each, and what the services hold in memory meanwhile. */
export const slowReaders = async (
  installation: Installation,
  request: WireRequest,
  { readers, seconds }: { readers: number; seconds: number },
): Promise<MemoryOf[]> => {
  const pids = installation.processes();
  const memory = (): number[] => SERVICES.map((service) => useOf(pids[service] ?? 0)?.rss ?? Number.NaN);
  const before = memory();
  const most = [...before];
  const sockets = await Promise.all(Array.from({ length: readers }, () => readSlowly(installation.url, request)));
  for (let sample = 0; sample < seconds * 4; sample++) {
    await delay(250);
    for (const [n, bytes] of memory().entries()) most[n] = Math.max(most[n] ?? 0, bytes);
  }
  for (const socket of sockets) socket.destroy();
  await delay(2_000);
  const after = memory();
  return SERVICES.map((service, n) => ({
    ...{ service, before: before[n] ?? Number.NaN, most: most[n] ?? Number.NaN, after: after[n] ?? Number.NaN },
  }));
};
