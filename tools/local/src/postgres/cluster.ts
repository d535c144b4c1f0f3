import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../process/run.ts';
import type { Account } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';

export interface NewCluster {
  dataDir: string;
  user: string;
  password: string;
  /** False spares the flush to disk: for tests only. */
  durable: boolean;
}

/** Makes the files of a database cluster unless they are there. An interrupted attempt leaves no half-made cluster. */
export async function ensureCluster(binaries: PostgresBinaries, account: Account, cluster: NewCluster): Promise<void> {
  if (existsSync(join(cluster.dataDir, 'PG_VERSION'))) return;
  const unfinished = `${cluster.dataDir}.unfinished`;
  const passwordFile = `${cluster.dataDir}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  if (account.ids !== undefined) {
    for (const path of [unfinished, passwordFile]) chownSync(path, account.ids.uid, account.ids.gid);
  }
  try {
    const [command = '', ...args] = [
      ...account.prefix,
      binaries.initdb,
      ...['-D', unfinished, '--username', cluster.user, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      // The same order and case rules on every system, whatever locales it has.
      ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
      ...(cluster.durable ? [] : ['--no-sync']),
    ];
    const made = await run(command, args, { env: postgresEnvironment(), ...account.ids });
    if (made.code !== 0) throw new Error(`The database files cannot be made in ${cluster.dataDir}:\n${made.output}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  rmSync(cluster.dataDir, { recursive: true, force: true });
  renameSync(unfinished, cluster.dataDir);
}

/** Our environment without the variables by which libpq and the server would follow somebody else's settings. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
