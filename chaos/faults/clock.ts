import { existsSync, writeFileSync } from 'node:fs';
import { rows } from '../books/rows.ts';
import type { Installation } from '../installation/installation.ts';
import type { Replica } from '../installation/replica.ts';

const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
];
const library = LIBRARIES.find((path) => existsSync(path));

/** Why clocks cannot be set here; undefined when they can. */
export const missingClocks = (): string | undefined =>
  library === undefined ? 'libfaketime is not installed (Debian: libfaketime)' : undefined;

/** A clock of its own, that can be set. What time spans are measured with goes on as it is. */
export interface SetClock {
  name: string;
  /** From now on it is so many seconds off this process's. */
  set(seconds: number): void;
  /** How many seconds it is off by what its process says. */
  tell(): Promise<number>;
}

/** Of a replica of a service, from 1. */
export type ServiceClock = SetClock & Pick<Replica, 'n'>;

/** Starts every service and Postgres again, each under a clock of its own that is so many seconds off. */
export async function giveClocks(
  installation: Installation,
  seconds: number,
): Promise<{ services: ServiceClock[]; database: SetClock }> {
  const { replicas, servers, layout } = installation;
  const database = clockIn(`${layout.postgres}.clock`, 'Postgres', () => byDatabase(installation));
  database.clock.set(seconds);
  for (const replica of replicas) await replica.stop();
  await servers.postgres.stop();
  servers.setPostgresEnvironment(database.environment);
  await servers.postgres.start();
  const services: ServiceClock[] = [];
  for (const replica of replicas) {
    const { clock, environment } = clockIn(`${layout.root}/${replica.name}.clock`, replica.name, () =>
      byService(replica),
    );
    clock.set(seconds);
    replica.setEnvironment(environment);
    services.push({ ...clock, n: replica.n });
  }
  await Promise.all(replicas.map((replica) => replica.start()));
  return { services, database: database.clock };
}

const clockIn = (file: string, name: string, tell: () => Promise<number>) => ({
  environment: {
    LD_PRELOAD: library ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  },
  clock: {
    name,
    set: (seconds: number): void => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}\n`),
    tell,
  },
});

const secondsOff = (time: number): number => (time - Date.now()) / 1000;

/** By the date that it writes over its answers. */
async function byService({ url }: Replica): Promise<number> {
  const { headers } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
  return secondsOff(Date.parse(headers.get('date') ?? ''));
}

async function byDatabase(installation: Installation): Promise<number> {
  const [row] = await rows<{ now: Date }>(installation, 'mailbox', 'SELECT clock_timestamp() AS now');
  return secondsOff(row?.now.getTime() ?? Number.NaN);
}

/** How many seconds the newest event of mailbox-svc is off by the time that is stored with it. */
export async function newestEvent(installation: Installation): Promise<{ position: number; secondsOff: number }> {
  const statement = 'SELECT position, at FROM event ORDER BY position DESC LIMIT 1';
  const [row] = await rows<{ position: string; at: Date }>(installation, 'mailbox', statement);
  return { position: Number(row?.position ?? 0), secondsOff: secondsOff(row?.at.getTime() ?? Number.NaN) };
}
