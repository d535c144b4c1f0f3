import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../process/run.ts';
import { natsFromDebian } from './debian.ts';

/** Where a NATS server comes from: a program of this system, or a container image. */
export type NatsSource = { binary: string } | { image: string };

export interface LocateOptions {
  /** Folder for what has to be fetched. */
  cacheDir: string;
  /** Program to take, whatever else there is. */
  program?: string;
  /** Container image for systems that offer no package. */
  image: string;
  /** Told what is being done, one line each. */
  say: (line: string) => void;
  signal?: AbortSignal;
}

export const DEFAULT_NATS_IMAGE = 'nats:2.12-alpine';

const IMAGE_PULL_MS = 20_000;
const ENGINE_ANSWER_MS = 5_000;
// Debian puts servers where an ordinary user's PATH does not look.
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * Finds a NATS server: the one that is named, on the PATH, fetched earlier, from Debian's or Homebrew's packages, or as a container image.
 * Throws an error that says how to get one where none of these work.
 */
export async function locateNats(options: LocateOptions): Promise<NatsSource> {
  if (options.program !== undefined) return given(options.program);
  const installed = onPath('nats-server');
  if (installed !== undefined) return { binary: installed };
  const tried: string[] = ['no nats-server on the PATH'];
  for (const find of [fromDebian, fromHomebrew, fromContainer]) {
    options.signal?.throwIfAborted();
    const found = await find(options);
    if (typeof found !== 'string') return found;
    tried.push(found);
  }
  throw new Error(
    `Aftertone needs a NATS server, and none was found (${tried.join('; ')}).\n` +
      'Install nats-server 2.9.10 or newer so that it is on the PATH (Debian and Ubuntu: apt install nats-server, ' +
      'macOS: brew install nats-server, otherwise a release of the nats-io/nats-server project), ' +
      'or give the address of a running one in NATS_URL.',
  );
}

function given(program: string): NatsSource {
  if (isExecutable(program)) return { binary: program };
  throw new Error(`${program} is no program that can be started; AFTERTONE_NATS_SERVER names a nats-server`);
}

async function fromDebian(options: LocateOptions): Promise<NatsSource | string> {
  if (onPath('apt-get') === undefined || onPath('dpkg') === undefined) return 'no apt-get';
  try {
    return { binary: await natsFromDebian(options) };
  } catch (error) {
    return `apt-get: ${messageOf(error)}`;
  }
}

async function fromHomebrew({ say, ...limits }: LocateOptions): Promise<NatsSource | string> {
  if (onPath('brew') === undefined) return 'no Homebrew';
  say('Installing nats-server with Homebrew');
  const installed = await run('brew', ['install', 'nats-server'], limitOf(limits));
  const binary = onPath('nats-server');
  return binary === undefined ? `brew: ${installed.output.trim()}` : { binary };
}

async function fromContainer({ image, say, ...limits }: LocateOptions): Promise<NatsSource | string> {
  const engine = await run('docker', ['info'], { timeoutMs: ENGINE_ANSWER_MS });
  if (engine.code !== 0) return 'no container engine answers';
  if ((await run('docker', ['image', 'inspect', image])).code === 0) return { image };
  say(`Pulling the container image ${image}`);
  const pulled = await run('docker', ['pull', '--quiet', image], { ...limitOf(limits), timeoutMs: IMAGE_PULL_MS });
  return pulled.code === 0 ? { image } : `docker pull ${image}: ${pulled.output.trim() || 'took too long'}`;
}

/** The part of the options that ends a program early. */
export function limitOf({ signal }: Pick<LocateOptions, 'signal'>): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function onPath(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...USUAL_FOLDERS];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return existsSync(file);
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
