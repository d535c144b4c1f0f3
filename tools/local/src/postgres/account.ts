import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { run } from '../process/run.ts';

/** How to start a program that refuses to run as root: with `prefix` before its command, or under other ids. */
export interface Account {
  prefix: readonly string[];
  ids?: { uid: number; gid: number };
}

const OWN_ACCOUNT: Account = { prefix: [] };

/**
 * The account Postgres runs under. An ordinary user's own; for root a user namespace in which root's files belong to
 * an ordinary user, because that works below folders nobody else may enter and leaves no foreign owner behind; where
 * the system forbids namespaces, the system's `postgres` user, made when missing, who then owns the data folder.
 */
export async function postgresAccount(dataDir: string): Promise<Account> {
  if (process.getuid?.() !== 0) return OWN_ACCOUNT;
  return (await namespaceAccount()) ?? (await systemAccount(dataDir));
}

async function namespaceAccount(): Promise<Account | undefined> {
  // initdb looks up the name of its user, so the number must be one that the system knows.
  const known = /^[^:]+:[^:]*:([1-9]\d*):([1-9]\d*):/m.exec(passwd());
  if (known === null) return undefined;
  const prefix = ['unshare', '--user', `--map-user=${known[1]}`, `--map-group=${known[2]}`];
  const [command = '', ...args] = [...prefix, 'true'];
  return (await run(command, args)).code === 0 ? { prefix } : undefined;
}

async function systemAccount(dataDir: string): Promise<Account> {
  let ids = idsOf('postgres');
  if (ids === undefined) {
    const made = await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    ids = idsOf('postgres');
    if (ids === undefined) {
      throw new Error(
        'Postgres does not run as root, this system allows no user namespaces, and a user "postgres" cannot be made ' +
          `(${made.output.trim()}). Start Aftertone as an ordinary user.`,
      );
    }
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chownSync(dataDir, ids.uid, ids.gid);
  const reach = await run('test', ['-x', dataDir], ids);
  if (reach.code !== 0) {
    throw new Error(
      `Postgres does not run as root, and the user "postgres" may not enter ${dataDir}. ` +
        'Choose another --data-dir, or start Aftertone as an ordinary user.',
    );
  }
  return { prefix: [], ids };
}

function idsOf(user: string): { uid: number; gid: number } | undefined {
  const entry = new RegExp(`^${user}:[^:]*:(\\d+):(\\d+):`, 'm').exec(passwd());
  return entry === null ? undefined : { uid: Number(entry[1]), gid: Number(entry[2]) };
}

function passwd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}
